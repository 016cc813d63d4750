"""A ledger's place that cannot be used is told in one line, before anything is sent."""

import sys

import pytest

from tajo_connector_sdk.errors import ConfigurationError
from target_brevo.ledger.book import Ledger
from target_brevo.ledger.database import open_database, rehearsal_copy
from target_brevo.ledger.rejects import Filter, Reject

NOBODY_THERE = "postgresql://tajo:canary-secret@127.0.0.1:9/ledger"


def refused(url, opening=open_database):
    with pytest.raises(ConfigurationError) as told:
        opening(url)
    line = str(told.value)
    assert told.value.exit_code == 2
    assert "\n" not in line
    assert "canary-secret" not in line
    return line


@pytest.mark.parametrize("opening", [open_database, rehearsal_copy])
def test_a_server_that_does_not_answer_is_told(opening):
    line = refused(NOBODY_THERE, opening)
    assert "postgresql://127.0.0.1:9/ledger" in line
    assert "refused" in line


def test_a_wrong_password_is_told(postgres):
    line = refused(postgres.url(password="canary-secret"))
    assert "password authentication failed" in line


def test_a_database_that_is_not_there_is_told(postgres):
    line = refused(postgres.url().replace("@/postgres", "@/nowhere"))
    assert "does not exist" in line


def test_a_database_without_the_right_to_write_is_told(postgres):
    url = postgres.url()
    open_database(url).close()
    readonly = url.replace("&options=", "&options=-cdefault_transaction_read_only%3Don%20")
    assert "read-only" in refused(readonly)


def test_a_missing_driver_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    line = refused(NOBODY_THERE)
    assert "target-brevo[postgres]" in line


@pytest.mark.parametrize("url", ["mysql://tajo:canary-secret@x/y", "postgres", "oracle://x"])
def test_a_database_of_another_kind_is_refused(url):
    assert "postgresql://" in refused(url)


@pytest.mark.parametrize("name", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_name_of_the_driver_is_understood(postgres, name):
    url = postgres.url().replace("postgresql", name, 1)
    open_database(url).close()


def test_text_that_the_other_database_would_refuse_is_kept(ledger_url):
    ledger = Ledger.of(open_database(ledger_url), "https://api.brevo.com/v3", "org")
    odd = Reject("s" * 300, "contact", "k", "a\0b", "r" * 400, code="c" * 100)
    with ledger.database.begin() as connection:
        ledger.rejects.add(connection, [odd], "2026-11-24T00:00:00Z")
        ledger.rejects.add(connection, [odd], "2026-11-25T00:00:00Z")
    (kept,) = ledger.rejects.matching(Filter())
    assert (kept.tries, kept.shown_key) == (2, "a\ufffdb")
    ledger.database.close()
