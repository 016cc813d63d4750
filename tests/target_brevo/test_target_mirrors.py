"""Mirrored lists: who leaves the source's set leaves the list, and nobody else."""

import pytest

from tajo_sandbox.brevo.api.call import Call
from tajo_sandbox.brevo.state.contacts import Change
from target_brevo.contacts import room


@pytest.fixture
def person(row, clock):
    def made(number, consent="granted", version=None, **values):
        clock.move(seconds=1)
        said = {"email": f"p{number}@example.org", **values}
        record = row("contacts", id=f"c{number}", updated_at=clock.text(), email_consent=consent,
                     email_consent_at=clock.text(), listed=["News"], mirrored=["News"],
                     **said)  # fmt: skip
        return record if version is None else {**record, "version": version}

    return made


@pytest.fixture
def whole():
    return lambda version: {"type": "ACTIVATE_VERSION", "stream": "contacts", "version": version}


def people(*numbers):
    return {f"p{number}@example.org" for number in numbers}


@pytest.fixture(params=[3, 30], ids=["singles", "import"])
def size(request):
    return request.param


@pytest.mark.parametrize("consent", ["denied", None, "pending"])
def test_who_is_not_granted_any_more_leaves(bench, schema, person, size, consent):
    bench.load(schema("contacts"), *map(person, range(size)))
    outcome = bench.load(schema("contacts"), person(1, consent))
    assert bench.account.members("News") == people(0, *range(2, size))
    assert any("taken off a mirrored list" in note for note in outcome.summary["notes"])
    bench.load(schema("contacts"), *map(person, range(1)))
    assert bench.account.members("News") == people(0, *range(2, size))


def test_who_is_imported_and_leaves_in_the_same_run_leaves(bench, schema, person, monkeypatch):
    monkeypatch.setattr(room, "CHUNK", 10)
    monkeypatch.setattr(room, "MOST_ROWS", 10)
    joining = [person(number) for number in range(40)]
    leaving = [person(number, None) for number in range(0, 40, 2)]
    bench.load(schema("contacts"), *joining, *leaving)
    assert bench.account.members("News") == people(*range(1, 40, 2))


def test_who_comes_back_into_the_set_comes_back_on_the_list(bench, schema, person):
    bench.load(schema("contacts"), person(1))
    bench.load(schema("contacts"), person(1, None))
    assert bench.account.members("News") == set()
    bench.load(schema("contacts"), person(1))
    assert bench.account.members("News") == people(1)


@pytest.mark.parametrize("deletion", ["keep", "unlink", "delete", "leave"])
def test_who_is_deleted_or_no_longer_counts_in_leaves(bench, schema, person, row, clock, deletion):
    bench.load(schema("contacts"), person(1), person(2))
    clock.move(seconds=1)
    gone = row("contacts", id="c1", deletion=deletion, mirrored=["News"], why="not a customer",
               ext_id="singer:default:c1", updated_at=clock.text())  # fmt: skip
    outcome = bench.load(schema("contacts"), gone, allow_delete=True)
    assert bench.account.members("News") == people(2)
    assert outcome.verdicts("contacts", "contact") == {"sent": 1}


def test_who_leaves_the_set_and_was_on_no_list_is_filtered_with_the_reason(
    bench, schema, row, clock
):
    gone = row("contacts", id="c1", deletion="leave", mirrored=["News"], why="not a customer",
               updated_at=clock.text())  # fmt: skip
    outcome = bench.load(schema("contacts"), gone)
    assert outcome.reasons("contacts", "contact", "filtered") == {"not a customer": 1}


def test_who_is_missing_in_a_complete_read_leaves(bench, schema, person, whole, size):
    bench.load(schema("contacts"), *[person(i, version=1) for i in range(size)], whole(1))
    left = [person(i, version=2) for i in range(1, size)]
    bench.load(schema("contacts"), *left, whole(2))
    assert bench.account.members("News") == people(*range(1, size))


@pytest.mark.parametrize(
    "end", [[], [3], [1]], ids=["nothing says so", "another version", "an older version"]
)
def test_a_read_that_is_not_complete_decides_no_absence(bench, schema, person, whole, end):
    bench.load(schema("contacts"), *[person(i, version=1) for i in range(3)], whole(1))
    bench.load(schema("contacts"), person(1, version=2), *map(whole, end))
    assert bench.account.members("News") == people(0, 1, 2)


def test_an_activation_before_any_record_decides_no_absence(bench, schema, person, whole):
    bench.load(schema("contacts"), *map(person, range(3)))
    bench.load(schema("contacts"), whole(2), person(1))
    assert bench.account.members("News") == people(0, 1, 2)


def test_a_complete_read_of_one_store_decides_nothing_about_another(bench, schema, person, whole):
    bench.load(schema("contacts"), person(1, store="a"), person(2, store="b"))
    bench.load(schema("contacts"), person(3, store="b", version=2), whole(2))
    assert bench.account.members("News") == people(1, 3)


def test_a_record_that_is_refused_is_there_all_the_same(bench, schema, person, whole):
    bench.load(schema("contacts"), person(1), person(2))
    refused = person(1, version=2, BORN="no date")
    outcome = bench.load(schema("contacts"), refused, person(2, version=2), whole(2))
    assert outcome.verdicts("contacts", "contact")["rejected"] == 1
    assert bench.account.members("News") == people(1, 2)


def test_an_unchanged_record_is_there_all_the_same(bench, schema, person, whole):
    records = [person(i, version=1) for i in range(3)]
    bench.load(schema("contacts"), *records, whole(1))
    bench.load(schema("contacts"), *records, whole(1))
    assert bench.account.members("News") == people(0, 1, 2)


def test_who_another_record_keeps_on_the_list_stays(bench, schema, person):
    bench.load(schema("contacts"), person(1, store="a"), person(1, store="b"))
    bench.load(schema("contacts"), person(1, None, store="a"))
    assert bench.account.members("News") == people(1)
    bench.load(schema("contacts"), person(1, None, store="b"))
    assert bench.account.members("News") == set()


def test_who_was_put_on_the_list_by_others_stays_on_it(bench, schema, person):
    news = bench.account.add_list("News", 1).id
    for number in (1, 2):
        bench.account.book.create(
            Change({"email": f"p{number}@example.org"}, list_ids=[news]), bench.account.at()
        )
    bench.clock.move(seconds=1)
    settings = {"backfill_existing_lists": True}
    bench.load(schema("contacts"), person(1), person(3), **settings)
    assert bench.account.members("News") == people(1, 2, 3)
    bench.load(schema("contacts"), person(1, None), person(3, None), **settings)
    assert bench.account.members("News") == people(1, 2)


@pytest.mark.parametrize("kind", ["reset", "504"])
def test_who_was_taken_off_without_an_answer_comes_back_with_a_new_grant(
    bench, schema, person, kind
):
    bench.load(schema("contacts"), person(1), person(2))
    bench.switches.fail("/contacts/lists/*/contacts/remove", kind, applied=True)
    bench.load(schema("contacts"), person(1, None))
    assert bench.account.members("News") == people(2)
    bench.load(schema("contacts"), person(1))
    assert bench.account.members("News") == people(1, 2)


def test_who_was_taken_off_by_a_run_that_was_killed_comes_back_with_a_new_grant(
    bench, schema, person
):
    bench.load(schema("contacts"), person(1), person(2))
    remove = "/contacts/lists/*/contacts/remove"
    cut = bench.switches.fail(remove, "reset", times=-1, applied=True)
    assert bench.attempt(schema("contacts"), person(1, None)).error is not None
    cut.times = 0
    bench.load(schema("contacts"))
    assert bench.account.members("News") == people(2)
    bench.load(schema("contacts"), person(1))
    assert bench.account.members("News") == people(1, 2)


def test_who_was_taken_off_by_hand_before_us_does_not_come_back(bench, schema, person):
    bench.load(schema("contacts"), person(1), person(2))
    [news] = [each.id for each in bench.account.lists.values() if each.name == "News"]
    bench.account.book.remove_from_lists(bench.contact("p1@example.org"), [news])
    bench.load(schema("contacts"), person(1, None), person(2, None))
    bench.load(schema("contacts"), person(1), person(2))
    assert bench.account.members("News") == people(2)


def test_a_list_of_others_is_seen_also_where_one_before_it_is_deleted_while_all_are_read(
    bench, schema, person, monkeypatch
):
    before = [bench.account.add_list(f"before {i}", 1).id for i in range(49)]
    news = bench.account.add_list("News", 1).id
    for number in range(20):
        bench.account.add_list(f"behind {number}", 1)
    made = Change(identifiers={"email": "p1@example.org"}, list_ids=(news,))
    bench.account.book.create(made, bench.account.at())
    page = Call.page

    def deleting(call, items, default, most):
        found = page(call, items, default, most)
        if items and items[-1].name.startswith("behind") and before:
            del bench.account.lists[before.pop()]
        return found

    monkeypatch.setattr(Call, "page", deleting)
    bench.load(schema("contacts"), person(1), person(2), backfill_existing_lists=True)
    bench.load(schema("contacts"), person(1, None), person(2, None))
    assert bench.account.members("News") == people(1)


def test_who_left_by_themselves_is_not_put_back(bench, schema, person):
    bench.load(schema("contacts"), person(1))
    news = next(each.id for each in bench.account.lists.values() if each.name == "News")
    bench.account.leave_list("p1@example.org", news)
    bench.load(schema("contacts"), person(1, None))
    bench.load(schema("contacts"), person(1))
    assert bench.account.members("News") == set()


def test_too_many_who_would_leave_stop_the_run_and_leave_later(bench, schema, person, state):
    bench.load(schema("contacts"), *map(person, range(10)))
    left = [person(i, None) for i in range(4)]
    stopped = bench.attempt(schema("contacts"), *left, state(1), max_deletes=3)
    assert "4 of 10 persons would be taken off the mirrored list" in str(stopped.error)
    assert bench.account.members("News") == people(*range(10))
    bench.load(schema("contacts"), *left, max_deletes=4)
    assert bench.account.members("News") == people(*range(4, 10))


def test_who_could_not_be_taken_off_is_taken_off_by_the_next_run(bench, schema, person):
    bench.load(schema("contacts"), person(1), person(2))
    bench.switches.fail("/contacts/lists/*", "500", times=-1, method="POST")
    assert bench.attempt(schema("contacts"), person(1, None)).error
    bench.switches.faults.clear()
    bench.load(schema("contacts"))
    assert bench.account.members("News") == people(2)


@pytest.mark.parametrize("killed", [False, True], ids=["in one step", "after a killed move"])
@pytest.mark.parametrize("deleted", [False, True], ids=["not granted", "deleted"])
def test_who_moves_and_leaves_the_set_leaves_the_list(
    bench, schema, person, row, clock, killed, deleted
):
    bench.load(schema("contacts"), person(1), person(2))
    moved = person(1, email="new@example.org")
    if killed:
        bench.switches.fail("/contacts/*", "reset", times=-1, method="PUT", applied=True)
        assert bench.attempt(schema("contacts"), moved).error is not None
        bench.switches.faults.clear()
    elif deleted:
        bench.load(schema("contacts"), moved)
    gone = row("contacts", id="c1", deletion="unlink", mirrored=["News"],
               ext_id="singer:default:c1", updated_at=clock.text(seconds=1))  # fmt: skip

    bench.load(schema("contacts"), gone if deleted else person(1, None, email="new@example.org"))

    assert bench.contact("new@example.org")
    assert bench.account.members("News") == people(2)
