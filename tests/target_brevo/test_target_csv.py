"""Imports as CSV: Brevo holds what it would hold after JSON, and nothing odd goes into a cell."""

import pytest
from hand_clock import HandClock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from singer_sdk.exceptions import ConfigValidationError

from tajo_sandbox.brevo.state.attributes import Attribute
from tajo_sandbox.brevo.state.contacts import Change
from target_brevo.contacts import dispatch
from target_brevo.contacts.imports import NOT_AS_CSV
from target_brevo.contacts.planning import Partition
from target_brevo.contacts.sheets import may_stand_in

CSV = {"import_bodies": "csv"}
IMPORT = "/contacts/import"


def held(bench):
    """Everything that an account holds of its contacts but ids and times, by who they are."""
    return {
        tuple(sorted(each.identifiers.items())): (
            each.attributes,
            each.email_blacklisted,
            each.sms_blacklisted,
            {bench.account.lists[number].name for number in each.list_ids},
            each.list_unsubscribed,
        )
        for each in bench.account.contacts.values()
    }


def texts(bench):
    return [each["fileBody"] for each in bench.bodies(IMPORT) if "fileBody" in each]


def json_rows(bench):
    return [row for each in bench.bodies(IMPORT) for row in each.get("jsonBody", [])]


@pytest.fixture
def people(row):
    """Many contacts; ``values`` of each are made of its number."""

    def made(count=40, **values):
        known = {"id": lambda i: f"c{i}", "email": lambda i: f"p{i}@example.org", **values}
        return [
            row("contacts", **{name: v(i) if callable(v) else v for name, v in known.items()})
            for i in range(count)
        ]

    return made


def odd(value, every=4):
    return lambda i: value if i % every == 0 else f"plain {i}"


DAYS = {
    "plain": [{"FIRSTNAME": "Zoë", "TOTAL_SPENT": lambda i: i / 4, "BORN": "1980-02-29"}],
    "nothing in some": [{"CITY": lambda i: (None, "", "Rome")[i % 3], "NOTE": "x"}],
    "cleared in some": [
        {"CITY": "Rome", "NOTE": "old", "TOTAL_SPENT": 4},
        {"CITY": lambda i: (None, "", "Oslo")[i % 3], "NOTE": lambda i: ("new", None)[i % 2]},
    ],
    "cleared with something odd": [
        {"CITY": "Rome", "NOTE": "old"},
        {"CITY": None, "NOTE": odd("a;b")},
    ],
    "booleans in some": [{"VIP": lambda i: (True, False, None)[i % 3], "CITY": "Rome"}],
    "odd in some": [{"NOTE": odd('say "hi"; bye'), "CITY": "Rome"}],
    "odd later": [{"NOTE": "plain", "CITY": "Rome"}, {"NOTE": odd("two\nlines")}],
    "consent and lists": [
        {
            "email_consent": lambda i: ("granted", "denied", None)[i % 3],
            "email_consent_at": "2026-11-24T12:30:00Z",
            "sms_consent": lambda i: ("denied", None)[i % 2],
            "listed": ["News"],
            "CITY": "Rome",
        },
        {"email_consent": "denied", "email_consent_at": "2026-11-24T13:30:00Z", "CITY": "Rome"},
    ],
    "phones": [{"SMS": lambda i: f"+336123400{i:02}", "CITY": "Rome"}],
    "phones shared": [{"SMS": lambda i: f"+336123400{i // 2:02}", "CITY": "Rome"}],
    "phones shared and cleared": [
        {"SMS": lambda i: f"+336123400{i:02}" if i % 2 else None, "CITY": "Rome"},
        {"SMS": lambda i: f"+336123400{i | 1:02}", "CITY": None},
    ],
    "no phone": [{"SMS": "0612", "CITY": "Rome"}],
    "addresses that Brevo refuses": [
        {"email": lambda i: f"a{'..' if i % 5 == 0 else '.'}{i}@example.org", "CITY": "x"}
    ],
    "nobody's addresses": [{"email": None, "SMS": lambda i: f"+336123400{i:02}", "CITY": "Rome"}],
    "own ids": [{"ext_id": lambda i: f"crm-{i // 2}", "CITY": "Rome"}],
    "moved": [{"CITY": "Rome"}, {"email": lambda i: f"new{i}@example.org", "CITY": "Oslo"}],
    "create_only": [{"CITY": "Rome"}, {"mode": "create_only", "CITY": "Oslo", "NOTE": "x"}],
    "create_only, new": [{"mode": "create_only", "CITY": lambda i: ("Oslo", "")[i % 2]}],
    "guests": [
        {"CITY": "Rome"},
        {"id": lambda i: f"o{i}", "owner": False, "CITY": "Oslo", "NOTE": lambda i: f"note {i}"},
    ],
    "an address alone": [{}],
    "words of formulas": [
        {"NOTE": "=1+1", "CITY": "@SUM(A1)", "FIRSTNAME": "+49 30", "LASTNAME": "-1"}
    ],
}  # fmt: skip


@pytest.mark.parametrize("days", DAYS.values(), ids=DAYS)
def test_the_same_lines_leave_the_same_contacts(start_bench, schema, people, days):
    found = []
    for form in ("json", "csv"):
        bench = start_bench(HandClock())
        told = []
        for values in days:
            bench.clock.seconds += 3600
            outcome = bench.load(schema("contacts"), *people(**values), import_bodies=form)
            told.append(outcome.summary["streams"])
            assert NOT_AS_CSV not in outcome.summary["notes"]
        assert bench.account.offences == bench.account.book.unblocked == []
        found.append((held(bench), told, bench.account.book.drops))
    assert found[0] == found[1]


PLAIN = [
    "Ada", "O'Brien", "Zürich", "東京", "naïve 😀", "a, b", "007",
    "12.50", "1e5", "+49301234", "=1+1", "-5", "@x", "true", "null", "EMAIL", "#", "a|b",
]  # fmt: skip
ODD = [
    "a;b", ";", 'say "hi"', '"', "two\nlines", "two\r\nlines", "cr\r", "tab\there", "nul\x00",
    "bell\x07", "del\x7f", " before", "behind ", " ", "a\u00a0", "\u2003a", "line\u2028break",
    "next\u0085line", "\ufeffmark", "back\\slash", "'quoted'", "'begins", "'",
]  # fmt: skip


@pytest.mark.parametrize("value", [*PLAIN, *ODD])
def test_a_text_is_kept_as_it_is_and_stands_in_a_cell_only_where_it_is_plain(
    bench, schema, people, value
):
    bench.load(schema("contacts"), *people(NOTE="first"))
    # The only attribute of a row, and so both the first and the last.
    bench.load(schema("contacts"), *people(NOTE=value), **CSV)
    kept = {each.attributes["NOTE"] for each in bench.account.contacts.values()}
    assert kept == {value}
    assert bool(texts(bench)) is (value in PLAIN)


@pytest.mark.parametrize(
    ("name", "value", "is_plain"),
    [
        ("TOTAL_SPENT", 0, True), ("TOTAL_SPENT", -3, True), ("TOTAL_SPENT", 12.5, True),
        ("TOTAL_SPENT", 0.1, True), ("TOTAL_SPENT", 123456789012345, True),
        ("TOTAL_SPENT", 1e-7, False), ("TOTAL_SPENT", 1e22, False),
        ("VIP", True, False), ("VIP", False, False), ("BORN", "1980-02-29", True),
    ],
)  # fmt: skip
def test_a_value_is_kept_and_stands_in_a_cell_only_where_its_form_is_known(
    bench, schema, people, name, value, is_plain
):
    bench.load(schema("contacts"), *people(**{name: value}), **CSV)
    kept = [each.attributes[name] for each in bench.account.contacts.values()]
    assert kept == [value] * 40
    assert bool(texts(bench)) is is_plain


def test_a_body_is_a_header_and_a_line_for_each_row(bench, schema, people, state):
    spent = {"TOTAL_SPENT": lambda i: i / 2 if i % 2 else None, "CITY": "Nîmes"}
    outcome = bench.load(schema("contacts"), *people(24, **spent), state({"at": 1}), **CSV)
    assert outcome.states == [{"at": 1}]
    [body] = bench.bodies(IMPORT)
    assert body["disableNotification"] is True
    header, *lines = body["fileBody"].split("\n")
    assert header == "EMAIL;CITY;EXT_ID;TOTAL_SPENT"
    assert lines[:2] == [
        "p0@example.org;Nîmes;singer:default:c0;",
        "p1@example.org;Nîmes;singer:default:c1;0.5",
    ]
    assert len(lines) == 24
    assert {line.count(";") for line in lines} == {3}


def test_what_others_of_a_body_have_is_left_alone_in_who_has_it_not(bench, schema, people):
    bench.load(schema("contacts"), *people(CITY="Rome", NOTE="old"), **CSV)
    names = [{"CITY": "Oslo"}, {"NOTE": "new"}, {"FIRSTNAME": "Ada"}]
    rows = [each for place, name in enumerate(names) for each in people(**name)[place::3]]
    bench.load(schema("contacts"), *rows, **CSV)
    header = texts(bench)[-1].partition("\n")[0]
    assert header == "EMAIL;CITY;NOTE;FIRSTNAME"
    for i in range(40):
        kept = {"CITY": "Rome", "NOTE": "old"} | names[i % 3]
        assert bench.contact(f"p{i}@example.org").attributes == kept


def test_rows_that_clear_stand_under_their_own_columns(bench, schema, people):
    bench.load(schema("contacts"), *people(CITY="Rome", NOTE="old", LASTNAME="x"), **CSV)
    rows = people(CITY=None, NOTE="new")[::2] + people(NOTE="", LASTNAME="y")[1::2]
    bench.load(schema("contacts"), *rows, **CSV)
    headers = {
        each["fileBody"].partition("\n")[0]
        for each in bench.bodies(IMPORT)
        if each.get("emptyContactsAttributes")
    }
    assert headers == {"EMAIL;CITY;NOTE", "EMAIL;LASTNAME;NOTE"}
    kept = [bench.contact(f"p{i}@example.org").attributes for i in range(2)]
    assert kept == [{"NOTE": "new", "LASTNAME": "x"}, {"CITY": "Rome", "LASTNAME": "y"}]


def test_a_body_is_cut_by_the_bytes_that_are_sent(bench, schema, people, monkeypatch):
    monkeypatch.setattr(dispatch, "LARGEST_BODY", 100_000)
    note = {"NOTE": lambda i: "é" * 500 if i > 150 else None, "CITY": "Rome"}
    outcome = bench.load(schema("contacts"), *people(600, **note), **CSV)
    assert outcome.verdicts("contacts", "contact") == {"sent": 600}
    sizes = [each.size for each in bench.account.requests if each.path == IMPORT]
    assert max(sizes) < 100_000 + 200
    assert sorted(sizes)[1] > 100_000 - 1_200, "all but the last are full"
    assert not json_rows(bench)


@pytest.mark.parametrize(("before", "full"), [(200, False), (470, True)])
def test_columns_that_come_late_are_counted_for_every_row_before(
    bench, schema, people, monkeypatch, before, full
):
    monkeypatch.setattr(dispatch, "LARGEST_BODY", 20_000)
    late = dict.fromkeys(("FIRSTNAME", "LASTNAME", "NOTE", "BORN"), "1980-02-29")
    rows = people(before, CITY="x") + people(before + 300, CITY="x", **late)[before:]
    outcome = bench.load(schema("contacts"), *rows, **CSV)
    assert outcome.verdicts("contacts", "contact") == {"sent": before + 300}
    assert max(each.size for each in bench.account.requests) < 20_000 + 200
    columns = texts(bench)[0].partition("\n")[0].count(";")
    assert columns == (2 if full else 6), "what is nearly full leaves as it was"


def test_rows_that_would_clear_more_than_they_name_stay_out_of_a_sheet():
    clearing = Partition(False, False, (2,), ("CITY", "NOTE"), False)
    assert may_stand_in(clearing, ("NOTE", "CITY"))
    assert not may_stand_in(clearing, ("CITY",))
    assert not may_stand_in(clearing._replace(clears=None), ("CITY", "EMAIL"))
    assert not may_stand_in(clearing._replace(clears=None), ("CITY", "lower"))


def test_a_list_of_choices_stands_in_no_cell(bench, schema, people):
    choices = Attribute("COLOURS", "normal", "multiple-choice", options=["red", "blue"])
    bench.account.book.attributes["COLOURS"] = choices
    field = {"COLOURS": {"type": ["array", "null"], "items": {"type": "string"}}}
    rows = people(COLOURS=lambda i: ["red", "blue"] if i % 2 else None, CITY="Rome")
    bench.load(schema("contacts", **field), *rows, **CSV)
    assert bench.contact("p1@example.org").attributes["COLOURS"] == ["red", "blue"]
    assert [len(text.split("\n")) for text in texts(bench)] == [21]


def test_what_is_sent_back_as_json_is_cut_by_bytes_as_well(bench, schema, people, monkeypatch):
    monkeypatch.setattr(dispatch, "LARGEST_BODY", 20_000)
    for number in range(100):
        named = {"email": f"x{number}@example.org", "SMS": f"336123400{number:02}"}
        bench.account.book.create(Change(identifiers=named), bench.account.at())
    phones = people(300, SMS=lambda i: f"+336123400{i % 100:02}", CITY=lambda i: f"city {i}")
    outcome = bench.load(schema("contacts"), *phones, **CSV)
    assert outcome.verdicts("contacts", "contact") == {"sent": 300}
    assert len(json_rows(bench)) == 300
    assert max(each.size for each in bench.account.requests) < 20_000 + 200


def test_a_body_that_brevo_refuses_whole_goes_as_json_and_names_the_refused_rows(
    bench, schema, people, state
):
    rows = people(email=lambda i: f"a..{i}@example.org", CITY="Rome")
    outcome = bench.load(schema("contacts"), *rows, state({"at": 1}), **CSV)
    assert outcome.verdicts("contacts", "contact") == {"rejected": 40}
    assert outcome.states == [{"at": 1}]
    assert NOT_AS_CSV in outcome.summary["notes"]
    outcome = bench.load(schema("contacts"), *people(CITY="Rome"), **CSV)
    assert outcome.verdicts("contacts", "contact") == {"sent": 40}


def test_a_failed_import_is_sent_once_more_as_it_was(bench, schema, people):
    bench.switches.failing_imports = 1
    outcome = bench.load(schema("contacts"), *people(CITY="Rome"), **CSV)
    assert outcome.verdicts("contacts", "contact") == {"sent": 40}
    first, second = texts(bench)
    assert first == second


def test_another_form_is_no_change(bench, schema, people):
    rows = people(CITY="Rome", TOTAL_SPENT=4.5)
    bench.load(schema("contacts"), *rows)
    bench.account.mark()
    assert bench.load(schema("contacts"), *rows, **CSV).verdicts("contacts", "contact") == {
        "unchanged": 40
    }
    assert bench.account.writes() == []


def test_a_handful_goes_one_by_one_whatever_the_form(bench, schema, people):
    bench.load(schema("contacts"), *people(20, TOTAL_SPENT=4, CITY="Rome"), **CSV)
    assert len(bench.bodies("/contacts")) == 20
    assert bench.contact("p0@example.org").attributes == {"TOTAL_SPENT": 4, "CITY": "Rome"}


def test_a_dry_run_compares_the_same_and_counts_the_calls_of_the_run(
    start_bench, schema, people, monkeypatch
):
    monkeypatch.setattr(dispatch, "LARGEST_BODY", 9_000)
    told = []
    for form in ("json", "csv"):
        bench = start_bench(HandClock())
        bench.load(schema("contacts"), *people(CITY="8001", TOTAL_SPENT=4), import_bodies=form)
        changed = people(200, CITY=lambda i: ("8001", "Oslo", None)[i % 3], TOTAL_SPENT=5)
        dry = bench.load(schema("contacts"), *changed, import_bodies=form, dry_run=True)
        real = bench.load(schema("contacts"), *changed, import_bodies=form)
        assert dry.summary["calls"]["writing"] == real.summary["calls"]["writing"]
        told.append({name: dry.summary["forecast"][name] for name in ("would", "attributes")})
    assert told[0] == told[1]


ANYTHING = st.one_of(
    st.none(),
    st.just(""),
    st.text(max_size=12),
    st.text(alphabet=";\"' \\,\t\n\r=+-@\u00a0\u2028éA1", max_size=6),
)
NUMBERS = st.one_of(
    st.none(),
    st.integers(-(10**15), 10**15),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
)
PERSON = st.fixed_dictionaries(
    {},
    optional={
        "CITY": ANYTHING,
        "NOTE": ANYTHING,
        "FIRSTNAME": ANYTHING,
        "TOTAL_SPENT": NUMBERS,
        "VIP": st.none() | st.booleans(),
    },
)


def test_whatever_the_values_are_both_forms_leave_the_same(bench, schema, row, monkeypatch):
    monkeypatch.setattr(dispatch, "MOST_SINGLES", 0)
    monkeypatch.setattr(dispatch, "_FEW_OF_A_KIND", 0)
    played = []

    @settings(
        max_examples=40,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(st.lists(PERSON, min_size=4, max_size=12), min_size=1, max_size=2))
    def same(days):
        played.append(days)
        found = []
        for form in ("json", "csv"):
            name = f"{form}{len(played)}"
            for day in days:
                bench.load(
                    schema("contacts"),
                    *(
                        row("contacts", id=f"{name}-{i}", email=f"{name}-{i}@example.org", **values)
                        for i, values in enumerate(day)
                    ),
                    import_bodies=form,
                )
            most = max(map(len, days))
            ends = (bench.account.contact(f"{name}-{i}@example.org") for i in range(most))
            # A number that no double holds is refused in both.
            found.append([each and each.attributes for each in ends])
        assert found[0] == found[1]

    same()
    assert len(texts(bench)) > 30


@pytest.mark.parametrize(
    ("word", "hint"),
    [("cvs", "did you mean 'csv'?"), ("CSV", "did you mean 'csv'?"), ("xml", "known: csv, json")],
)
def test_another_word_is_refused_with_the_nearest_right_one(bench, word, hint):
    with pytest.raises(ConfigValidationError) as raised:
        bench.load(import_bodies=word)
    assert raised.value.errors == [f"setting 'import_bodies' has the wrong enum; {hint}"]
