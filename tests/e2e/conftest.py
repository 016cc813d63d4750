"""A sandbox and a throw-away Meltano project that points at it."""

import sys

import pytest

import tajo_sandbox
from tajo.demo.platforms import plugin_settings
from tajo.demo.project import Project
from tajo_sandbox.shopify import Switches


@pytest.fixture(scope="module")
def sandbox():
    # A plan with more points, so that a test waits for the pipeline and not for the shop's bucket.
    roomy = Switches(maximum_available=20_000, restore_rate=2_000)
    with tajo_sandbox.running(customers=60, orders=120, seed=3, switches=roomy) as running:
        yield running


@pytest.fixture(scope="module")
def project(tmp_path_factory, sandbox):
    settings = plugin_settings(sandbox.platform_url, sandbox.brevo_url)
    return Project.made_in(tmp_path_factory.mktemp("meltano") / "project", settings)


@pytest.fixture(scope="module")
def run(project):
    """Run `meltano run <words>` and return it, with what it printed shown when a test fails."""

    def runner(*words, **settings):
        extra = {name: str(value) for name, value in settings.items()}
        done = project.meltano("run", *words, capture=True, extra=extra)
        sys.stdout.write(done.stdout + done.stderr)
        return done

    return runner


@pytest.fixture(scope="module")
def difference(sandbox):
    """What Brevo lacks, has too much or has wrong, held against the store; empty when all is well.

    The oracle knows the store and Brevo and nothing of the tap, the mapping or the loader.
    """

    def differences():
        store, brevo = sandbox.store, sandbox.brevo
        brevo.settle()
        found = []
        members = brevo.members("Shopify newsletter")
        held = {contact.email: contact for contact in brevo.contacts.values() if contact.email}
        # Brevo takes each address once: of several customers with one address the newest counts.
        wanted = {}
        for row in sorted(store.customers.values(), key=lambda row: row.updated_at):
            if row.email:
                wanted[row.email.strip().lower()] = row
        for email, row in wanted.items():
            contact = held.get(email)
            if contact is None:
                found.append(f"customer {row.number} is not in Brevo")
                continue
            attributes = contact.attributes
            checks = {
                "FIRSTNAME": (row.first_name, attributes.get("FIRSTNAME")),
                "LASTNAME": (row.last_name, attributes.get("LASTNAME")),
                "blocked": (
                    row.email_consent.state in {"UNSUBSCRIBED", "REDACTED"}
                    or bool(contact.unsubscriptions),
                    contact.email_blacklisted,
                ),
                "newsletter": (
                    row.email_consent.state == "SUBSCRIBED" and not contact.unsubscriptions,
                    email in members and not contact.email_blacklisted,
                ),
            }
            found += [
                f"customer {row.number}: {name} is {seen!r}, not {right!r}"
                for name, (right, seen) in checks.items()
                if (right or None) != (seen or None)
            ]
        guests = {
            order.email.strip().lower()
            for order in store.orders.values()
            if order.customer is None and order.email
        }
        found += [
            f"a guest is not in Brevo ({number})"
            for number, email in enumerate(sorted(guests))
            if email not in held
        ]
        strangers = set(held) - set(wanted) - guests
        found += [f"{len(strangers)} contacts that the store does not know"] if strangers else []
        orders = {
            str(order.number)
            for order in store.orders.values()
            # Brevo wants to know whose an order is; a test order is nobody's.
            if not order.test and (order.email or order.customer)
        }
        in_brevo = {key.rpartition(":")[2] for key in brevo.orders}
        found += [f"order {number} is missing" for number in sorted(orders - in_brevo)]
        found += [f"order {number} is too many" for number in sorted(in_brevo - orders)]
        goods = {str(number) for number in store.products}
        living = {
            key.rpartition(":")[2]
            for key, body in brevo.products.items()
            if not body.get("isDeleted")
        }
        found += [f"product {number} is missing" for number in sorted(goods - living)]
        found += [f"product {number} is too many" for number in sorted(living - goods)]
        return found

    return differences
