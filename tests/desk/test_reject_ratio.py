"""A run that refuses too much stops, also before its end, but not for its first few records."""

import pytest

from tajo_connector_sdk.errors import RunError


def people(count, bad):
    """``count`` contacts of which the first ``bad`` have no address that is one."""
    return [
        {"id": f"c{i}", "email": "no address" if i < bad else f"p{i}@example.org"}
        for i in range(count)
    ]


@pytest.mark.parametrize(
    ("count", "bad", "told"),
    [
        (300, 10, None),  # too few to judge before the end, and 3 % at the end
        (300, 40, "40 of 300 "),  # too many, told at the end
        (2000, 70, "70 of 599 "),  # 3.5 % at the end, but 12 % as soon as it can be judged
        (2000, 50, None),  # a bad beginning that is not bad enough when it is judged
    ],
)
def test_too_many_refusals_stop_the_run(desk, lines, count, bad, told):
    messages = lines("contacts", *people(count, bad))
    if told is None:
        assert desk.load(*messages, max_reject_ratio=0.1)["streams"]["contacts"]["records"] == count
        return
    with pytest.raises(RunError, match="max_reject_ratio") as stopped:
        desk.load(*messages, max_reject_ratio=0.1)

    assert told in str(stopped.value)


def test_without_the_setting_any_number_is_refused(desk, lines):
    summary = desk.load(*lines("contacts", *people(60, 60)))

    assert summary["streams"]["contacts"]["kinds"]["contact"]["rejected"] == 60
