"""A shop and a payment account that know the same people, loaded into one Brevo account."""

SAME = ("TOTAL_SPENT", "CURRENCY", "ORDER_COUNT", "LAST_ORDER_DATE", "FIRSTNAME")


def held(brevo):
    return {contact.email: contact for contact in brevo.brevo.contacts.values() if contact.email}


def shared(texts):
    shop = {(row["defaultEmailAddress"] or {}).get("emailAddress") for row in
            texts["shopify"].rows["customers"]}  # fmt: skip
    paying = {row["email"] for row in texts["stripe"].rows["customers"]}
    return {email.lower() for email in shop & paying if email}


def test_whoever_is_loaded_first_a_person_of_both_is_one_contact_with_the_same_attributes(
    texts, both_orders, open_brevo, load_all, tmp_path
):
    both, ends = shared(texts), {}
    written = {name: reading.text for name, reading in texts.items()}
    assert len(both) > 3
    for case, names in both_orders.items():
        brevo, folder = open_brevo(), tmp_path / case
        load_all(brevo, folder, names, written)
        load_all(brevo, folder, names, written)
        contacts = held(brevo)
        emails = [contact.email for contact in brevo.brevo.contacts.values() if contact.email]
        assert len(emails) == len(set(emails))
        assert both <= contacts.keys()
        assert {str(contacts[email].ext_id).split(":")[0] for email in both} == {names[0]}
        ends[case] = {
            email: {name: contacts[email].attributes.get(name) for name in SAME} for email in both
        }
        brevo.brevo.mark()
        load_all(brevo, folder, names, written)
        load_all(brevo, folder, reversed(names), written)
        assert brevo.brevo.writes() == []
    assert ends["shop first"] == ends["payments first"]
