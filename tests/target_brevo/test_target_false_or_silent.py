"""A false that may be a no or silence: a no, or unknown by one line, as docs/consent.md has it."""

import re
from pathlib import Path

import pytest
import yaml

PAGE = Path(__file__).resolve().parents[2] / "docs" / "consent.md"
# Platform, stream, what says yes, what says no or nothing at all, the list.
SHOPS = [
    pytest.param(
        "magento", "customers",
        {"extension_attributes": {"is_subscribed": True}},
        {"extension_attributes": {"is_subscribed": False}},
        "Magento newsletter", id="magento",
    ),
    pytest.param(
        "bigcommerce", "subscribers",
        {"consents": ["marketing_newsletter"]}, {"consents": []},
        "BigCommerce newsletter", id="bigcommerce",
    ),
]  # fmt: skip


def switch(stream):
    """The mapping that the page shows for this stream."""
    section = PAGE.read_text().partition("## A false that may be silence")[2].partition("\n## ")[0]
    shown = map(yaml.safe_load, re.findall(r"```yaml\n(.*?)```", section, flags=re.DOTALL))
    return next(one for one in shown if stream in one["streams"])


@pytest.fixture
def load(bench, row, clock):
    """A function that loads two people of a shop: one who subscribed, one who did not."""

    def run(platform, stream, *said, mapping=None):
        declared = {"type": "SCHEMA", "stream": stream, "key_properties": ["id"],
                    "schema": {"type": "object", "properties": {}}}  # fmt: skip
        rows = [
            row(stream, id=number, email=f"p{number}@example.org", updated_at=clock.text(),
                date_modified=clock.text(), **one)
            for number, one in enumerate(said)
        ]  # fmt: skip
        outcome = bench.load(declared, *rows, platform=platform, mapping=mapping)
        blocked = {one.email for one in bench.account.contacts.values() if one.email_blacklisted}
        assert not outcome.reasons(stream, "contact", "rejected")
        return blocked

    return run


@pytest.mark.parametrize(("platform", "stream", "yes", "no", "newsletter"), SHOPS)
def test_by_default_it_is_a_no(bench, clock, load, platform, stream, yes, no, newsletter):
    assert load(platform, stream, yes, no) == {"p1@example.org"}
    assert bench.account.members(newsletter) == {"p0@example.org"}

    clock.move(days=1)
    assert load(platform, stream, no, yes) == {"p0@example.org", "p1@example.org"}


@pytest.mark.parametrize(("platform", "stream", "yes", "no", "newsletter"), SHOPS)
def test_one_line_takes_it_for_silence_and_who_left_leaves_the_list(
    bench, clock, load, platform, stream, yes, no, newsletter
):
    mapping = switch(stream)
    assert load(platform, stream, yes, no, mapping=mapping) == set()
    assert bench.account.members(newsletter) == {"p0@example.org"}

    clock.move(days=1)
    assert load(platform, stream, no, yes, mapping=mapping) == set()
    assert bench.account.members(newsletter) == {"p1@example.org"}
