"""The main job through Meltano: what arrives, what a second run costs, what a change brings."""

import json
from collections import Counter


def summary_of(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_store_arrives_whole_and_starts_no_automation(main_job, sandbox, difference):
    done = main_job()

    assert done.returncode == 0
    assert difference() == []
    assert sandbox.brevo.events == [], "what happened before the first sync is history"
    assert [start for start in sandbox.brevo.automations if start.kind != "list"] == []
    assert "automations that may have started: none" in done.stderr
    assert sandbox.brevo.notifications == [], "nobody gets a mail about an import"


def test_a_second_run_with_nothing_new_writes_nothing(main_job, sandbox):
    main_job()
    sandbox.brevo.mark()

    done = main_job()

    assert done.returncode == 0
    assert sandbox.brevo.writes() == []


def test_a_full_refresh_writes_nothing_and_sends_no_event_again(run, main_job, sandbox):
    main_job()
    sandbox.store.place_orders(2)
    main_job()
    sandbox.brevo.mark()

    done = run("--full-refresh", "tap-shopify-tajo", "target-brevo")

    assert done.returncode == 0
    assert sandbox.brevo.writes() == []
    assert len(sandbox.brevo.events) == 2


def test_changes_arrive_and_new_orders_bring_one_event_each(main_job, sandbox, difference):
    main_job()
    sandbox.store.change_customers(5)
    sandbox.store.place_orders(3)

    done = main_job()

    assert done.returncode == 0
    assert difference() == []
    assert Counter(order_completed=3) == Counter(event.name for event in sandbox.brevo.events)


def test_somebody_who_says_no_is_blocked_and_stays_so_after_a_full_refresh(run, main_job, sandbox):
    main_job()
    store = sandbox.store
    yes = next(
        row
        for row in store.customers.values()
        if row.email and row.email_consent.state == "SUBSCRIBED"
    )
    store.unsubscribe(yes.gid)
    main_job()

    run("--full-refresh", "tap-shopify-tajo", "target-brevo")

    assert sandbox.brevo.contact(yes.email).email_blacklisted
    assert sandbox.brevo.book.unblocked == []


def test_somebody_who_unsubscribed_in_brevo_is_not_brought_back_by_anything(run, main_job, sandbox):
    main_job()
    email = next(iter(sandbox.brevo.members("Shopify newsletter")))
    sandbox.brevo.unsubscribe(email)
    customer = next(
        row for row in sandbox.store.customers.values() if (row.email or "").lower() == email
    )
    sandbox.store.subscribe(customer.gid)
    main_job()

    run("--full-refresh", "tap-shopify-tajo", "target-brevo")

    assert sandbox.brevo.contact(email).email_blacklisted
    assert sandbox.brevo.book.unblocked == []


def test_a_deleted_product_is_marked_deleted(main_job, sandbox, difference):
    main_job()
    gone = next(iter(sandbox.store.products.values()))
    sandbox.store.delete_product(gone.gid)

    main_job()

    assert difference() == []


def test_the_summary_adds_up_and_can_be_had_as_json(main_job, tmp_path):
    path = tmp_path / "summary.json"

    main_job(TARGET_BREVO_SUMMARY_FILE=path)

    lines = [
        figures
        for kinds in summary_of(path)["streams"].values()
        for figures in kinds["kinds"].values()
    ]
    ends = ("sent", "unchanged", "superseded", "rejected", "filtered")
    assert lines
    assert all(line["made"] == sum(line[end] for end in ends) for line in lines)


def test_nothing_of_a_person_or_a_key_is_printed(main_job, sandbox):
    done = main_job(MELTANO_CLI_LOG_LEVEL="debug")

    printed = done.stdout + done.stderr
    people = {row.email for row in sandbox.store.customers.values() if row.email}
    assert "shpat_sandbox" not in printed
    assert "xkeysib-sandbox" not in printed
    assert not [email for email in people if email in printed]
