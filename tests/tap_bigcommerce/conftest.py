"""A BigCommerce store to read, and a way to read it in this process."""

import dataclasses

import pytest
import tap_harness

from tap_bigcommerce_tajo import BIGCOMMERCE

SETTINGS = {"store_hash": "sandbox1", "access_token": "bc_sandbox"}


@pytest.fixture(autouse=True)
def _shell(clean_shell):
    """Settings of the person who runs the tests stay out of them."""


carry = tap_harness.carry
open_shop = tap_harness.opening("bigcommerce", customers=20, orders=30, products=6, seed=3)


@pytest.fixture(scope="session")
def in_pages():
    """A function that gives the table pages of so many rows."""

    def less(row, most):
        return row.paging and dataclasses.replace(row.paging, most=most)

    def changed(most):
        facts = BIGCOMMERCE.transport
        return dataclasses.replace(
            BIGCOMMERCE,
            transport=dataclasses.replace(facts, paging=less(facts, most)),
            streams=tuple(
                dataclasses.replace(row, paging=less(row, most)) for row in BIGCOMMERCE.streams
            ),
        )

    return changed


read = tap_harness.reads(BIGCOMMERCE, SETTINGS)


@pytest.fixture
def asked():
    """A function that gives the queries that a store has got, by the name of the list."""

    def of(shop, name):
        return [entry.params for entry in shop.platform_requests if entry.root == name]

    return of
