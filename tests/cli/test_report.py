"""The page: it says when something does not add up, and shows nobody's markup."""

import dataclasses

import pytest

from tajo.report import Check, Count, KindLine, Picture, Reject, Run, write_page

LINE = KindLine("customers", "contact", made=10, sent=7, unchanged=1, rejected=1, filtered=1)
RUN = Run(
    "First load",
    "meltano run tap-shopify-tajo target-brevo",
    seconds=3.2,
    calls=12,
    writing_calls=5,
    possible_automations=0,
    lines=(LINE,),
    rejects=(Reject("customers", "contact", "<b>no</b> address", 1),),
    checks=(Check("no automation could start", 0, 0),),
)
PICTURE = Picture(
    made_at="2026-11-24 12:00 UTC",
    shop="demo-store.myshopify.com",
    store=(),
    brevo=(Count("Contacts", 7, "of 10 customers"),),
    consent=(Count("granted", 3),),
    lists=(),
    events=(),
    runs=(RUN,),
)


def test_a_page_says_that_everything_adds_up(tmp_path):
    page = write_page(PICTURE, tmp_path / "made" / "report.html").read_text()

    assert "Everything adds up" in page
    assert "of 10 customers" in page


@pytest.mark.parametrize(
    "run",
    [
        dataclasses.replace(RUN, lines=(dataclasses.replace(LINE, sent=6),)),
        dataclasses.replace(RUN, checks=(Check("no automation could start", 0, 3),)),
    ],
    ids=["a row vanished", "a check does not hold"],
)
def test_a_page_says_when_something_does_not(tmp_path, run):
    page = write_page(dataclasses.replace(PICTURE, runs=(run,)), tmp_path / "r.html").read_text()

    assert "Something does not add up" in page


def test_a_page_needs_nothing_else_and_shows_no_markup_of_the_data(tmp_path):
    page = write_page(PICTURE, tmp_path / "report.html").read_text()

    assert "<b>no</b>" not in page
    assert not any(word in page for word in ("http://", "https://", "<script", "<link"))
