"""The oracle on persons: what Brevo should hold of each, read from the store alone."""

from fault_harness.facts import digits, wrong

DENIED = {"UNSUBSCRIBED", "REDACTED"}
NEWSLETTER = "Shopify newsletter"


def customer_problems(facts, row):
    """What is missing or wrong of one customer."""
    who = f"customer {row.number}"
    contact = facts.contact_of(row)
    if contact is None:
        return [f"lost: {who} is not in Brevo"]
    found = wrong(who, attributes(facts, row), contact.attributes)
    return [*found, *_phone(who, row, contact), *_consent(facts, who, row, contact)]


def attributes(facts, row):
    """What the default mapping promises of a customer (docs: the table in the mapping's README)."""
    last = facts.store.orders.get(row.last_order or 0)
    address = row.address
    return {
        "FIRSTNAME": row.first_name,
        "LASTNAME": row.last_name,
        "TOTAL_SPENT": row.spent / 100,
        "CURRENCY": facts.store.currency,
        "ORDER_COUNT": row.orders_count,
        "LAST_ORDER_DATE": last.created_at[:10] if last else None,
        "CITY": address.city if address else None,
        "COUNTRY": address.country_code if address else None,
        "LANGUAGE": row.locale,
        "TAGS": ", ".join(row.tags),
    }


def _phone(who, row, contact):
    if not row.email:
        return []  # the number is what this person is known by
    yes = row.phone if row.whatsapp_consent.state == "SUBSCRIBED" else None
    wanted = {"SMS": digits(row.phone), "WHATSAPP": digits(yes)}
    return wrong(who, wanted, contact.identifiers)


def _consent(facts, who, row, contact):
    """A no is a block for good; nobody is blocked, or on the newsletter, without having said so."""
    past, email = facts.past, (row.email or "").lower()
    said_no = row.number in past.denied or email in past.unsubscribed
    found = []
    if row.email_consent.state in DENIED and not contact.email_blacklisted:
        found.append(f"stale: {who} said no to mail and is not blocked")
    if email in past.unsubscribed and not contact.email_blacklisted:
        found.append(f"consent: {who} unsubscribed in Brevo and is blocked no more")
    if contact.email_blacklisted and not said_no:
        found.append(f"consent: {who} is blocked and never said no")
    if row.phone and row.sms_consent.state in DENIED and not contact.sms_blacklisted:
        found.append(f"stale: {who} said no to text messages and is not blocked")
    if contact.sms_blacklisted and row.number not in past.sms_denied:
        found.append(f"consent: {who} is blocked for text messages and never said no")
    return [*found, *_newsletter(facts, who, row, contact, said_no)]


def _newsletter(facts, who, row, contact, said_no):
    on_it = facts.newsletter is not None and facts.newsletter in contact.list_ids
    away = said_no or (row.email or "").lower() in facts.past.left
    if row.email and row.email_consent.state == "SUBSCRIBED" and not on_it and not away:
        return [f"lost: {who} subscribed and is not on the newsletter"]
    if on_it and row.number not in facts.past.granted:
        return [f"consent: {who} is on the newsletter and never subscribed"]
    return []


def guest_problems(facts, order):
    """Whether somebody who bought without an account is there."""
    if order.customer is not None or order.test or not order.email:
        return []
    if facts.by_email(order.email) is None:
        return [f"lost: the guest of order {order.number} is not in Brevo"]
    return []


def strangers(facts):
    """Contacts that nobody in the store explains, and persons who stand there twice."""
    store, past = facts.store, facts.past
    present = {row.email.strip().lower() for row in store.customers.values() if row.email}
    guests = {
        order.email.strip().lower()
        for order in store.orders.values()
        if order.email and (order.customer is None or order.customer not in store.customers)
    }
    found = []
    for contact in facts.contacts.values():
        email = contact.email
        if email is None or email in present | guests | past.gone:
            continue
        if email in past.moved:
            found.append(f"stale: contact {contact.id} has an address that its customer left")
        else:
            found.append(f"twice: contact {contact.id} has an address that the store never had")
    return found


def unblocked(facts):
    """Blocks that were taken away, and persons who were put back on a list they had left."""
    book = facts.brevo.book
    found = [f"consent: contact {each[0]} was unblocked ({each[1]})" for each in book.unblocked]
    return found + [
        f"consent: contact {each[0]} was put back on list {each[1]}" for each in book.put_back
    ]
