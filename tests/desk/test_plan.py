"""What a load costs is told before it runs, and is what it then costs."""

import json

import pytest

SCALES = [
    # counts, limits, hours by the letter, hours where batches count with single calls
    ({"contacts": 1_000_000}, "General", 0.1, 0.1),
    ({"contacts": 10_000_000}, "General", 5.0, 5.0),
    ({"orders": 1_000_000}, "General", 10.0, 0.1),
    ({"orders": 1_000_000}, "Advanced", 5.0, 0.1),
    ({"events": 1_000_000}, "General", 17.9, 0.2),
    ({"events": 1_000_000}, "Advanced", 8.9, 0.1),
    ({"products": 1_000_000}, "General", 100.0, 100.0),
    ({"products": 1_000_000}, "Extended", 16.7, 16.7),
]


def words(counts):
    return [word for name, count in counts.items() for word in (f"--{name}", str(count))]


@pytest.mark.parametrize(("counts", "limits", "letter", "kindly"), SCALES)
def test_a_plan_says_how_many_hours_a_load_takes_at_least(desk, counts, limits, letter, kindly):
    said = desk.run("plan", *words(counts), "--json", config=False)

    hours = {
        (plan["limits"], plan["batches"]): plan["seconds"] / 3600 for plan in said.facts["plans"]
    }
    assert said.calls == []
    assert hours[limits, "hourly"] == pytest.approx(letter, rel=0.08, abs=0.9)
    assert hours[limits, "single"] == pytest.approx(kindly, rel=0.08, abs=1.1)


def test_imports_as_csv_are_half_as_many(desk, monkeypatch):
    imports = {}
    for form in ("json", "csv"):
        monkeypatch.setenv("TARGET_BREVO_IMPORT_BODIES", form)
        said = desk.run("plan", "--contacts", "1000000", "--json", config=False)
        costs = said.facts["plans"][0]["costs"]
        imports[form] = next(c["calls"] for c in costs if c["what"] == "POST /contacts/import")
    assert imports["csv"] == pytest.approx(imports["json"] / 2, abs=3)


def load(lines, clock, count):
    people = [{"id": f"c{n}", "email": f"p{n}@example.org"} for n in range(count)]
    orders = [
        {"id": f"o{n}", "email": f"p{n}@example.org", "createdAt": clock.text(), "amount": 1,
         "updatedAt": clock.text(), "status": "paid", "products": [], "at": clock.text(days=-9)}
        for n in range(count)
    ]  # fmt: skip
    events = [
        {"id": f"e{n}", "email": f"p{n}@example.org", "name": "seen", "at": clock.text(minutes=1)}
        for n in range(count)
    ]
    products = [{"id": f"p{n}", "name": "Cup"} for n in range(count)]
    return [
        line
        for stream, rows in (
            ("products", products), ("contacts", people), ("orders", orders), ("events", events)
        )
        for line in lines(stream, *rows)
    ]  # fmt: skip


@pytest.mark.parametrize("count", [8, 450])
def test_a_run_makes_the_writing_calls_that_the_plan_named(desk, lines, clock, count):
    desk.switches.tier = "general"
    counts = dict.fromkeys(("contacts", "orders", "events", "products"), count)
    plan = desk.run("plan", *words(counts), "--json", config=False).facts["plans"][0]

    desk.load(*load(lines, clock, count))

    planned = {
        cost["what"].removeprefix("POST "): cost["calls"]
        for cost in plan["costs"]
        if cost["what"].startswith("POST")
    }
    made = [each.path for each in desk.account.requests if each.method == "POST"]
    # Everybody here is of one group: no consent, no list.
    planned["/contacts/import"] = planned.get("/contacts/import", 0) // 3
    assert {path: made.count(path) for path in planned} == planned


def test_a_plan_takes_its_counts_from_a_summary(desk, lines, clock):
    path = desk.folder / "summary.json"
    desk.load(*load(lines, clock, 30), dry_run=True, summary_file=str(path))

    said = desk.run("plan", "--from-summary", str(path), "--events", "7", "--json", config=False)

    assert said.facts["amounts"]["contacts"] == 30
    assert said.facts["amounts"]["products"] == 30
    assert said.facts["amounts"]["events"] == 7


def test_a_plan_takes_its_counts_from_the_ledger(desk, lines, clock):
    desk.load(*load(lines, clock, 30))

    amounts = desk.run("plan", "--from-ledger", "--json").facts["amounts"]

    assert amounts == {
        "contacts": 30, "held": 30, "events": 30, "orders": 30, "products": 30, "categories": 0
    }  # fmt: skip


@pytest.mark.parametrize("tier", ["general", "advanced", "extended"])
def test_an_account_is_asked_for_its_own_limits(desk, tier):
    desk.switches.tier = tier
    said = desk.run("plan", "--contacts", "90000", "--account", "--json")

    plan = next(each for each in said.facts["plans"] if "this account" in each["limits"])
    allowed = {"general": ("10/s", "100/h"), "advanced": ("20/s", "200/h"),
               "extended": ("60/s", "600/h")}[tier]  # fmt: skip
    assert tier in plan["limits"].lower()
    assert (plan["buckets"]["contacts"]["allowed"], plan["buckets"]["other"]["allowed"]) == allowed
    assert said.calls == ["GET /account", "GET /contacts?limit=1"]


def test_a_plan_names_what_waits_for_which_bucket(desk):
    said = desk.run("plan", "--contacts", "90000", "--orders", "5000", "--events", "900",
                    config=False)  # fmt: skip

    assert "contacts, orders, events" in said.out
    assert "2026-08-13" in said.out


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([], "nothing to send"),
        (["--from-summary", "nowhere.json"], "no summary"),
        (["--from-summary", "config.json"], "no summary"),
    ],
)
def test_a_plan_of_nothing_is_told_what_it_needs(desk, monkeypatch, given, told):
    monkeypatch.chdir(desk.folder)
    (desk.folder / "config.json").write_text(json.dumps({"streams": {"a": 1}}))
    said = desk.run("plan", *given, config=False)

    assert said.code == 2
    assert told in said.errors[0]
