"""A narrower oracle, for loaders that only bring customers: is everybody there?"""

from fault_harness import oracle
from fault_harness.facts import Facts


def _absent(facts, row):
    if not row.email or facts.by_email(row.email) is not None:
        return []
    return [f"lost: customer {row.number} is not in Brevo"]


def differences(facts: Facts):
    """Customers with an e-mail address who are not in Brevo."""
    return oracle.of_rows(facts, _absent, facts.store.customers)


def always(_facts: Facts):
    """Nothing: such a loader promises nothing of consent or events."""
    return []


def ahead(facts: Facts, state):
    """Customers whom ``state`` calls given out and who are not in Brevo."""
    covered = oracle.covered(facts.store.customers, state, "customers")
    return [f"ahead: {line}" for line in oracle.of_rows(facts, _absent, covered)]
