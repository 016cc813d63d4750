"""Consent has three values, and nothing but the listed word makes one of it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tajo_mapping import canonical
from tajo_mapping.compiled import compile_mapping

ABSENT = object()
NOT_LISTED = (
    st.just(ABSENT)
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text().filter(lambda word: word not in {"SUBSCRIBED", "UNSUBSCRIBED", "REDACTED"})
    | st.sampled_from(
        ["NOT_SUBSCRIBED", "NEVER_SUBSCRIBED", "PENDING", "INVALID", "subscribed", " SUBSCRIBED"]
    )
    | st.lists(st.sampled_from(["SUBSCRIBED", "UNSUBSCRIBED"]))
    | st.dictionaries(st.text(max_size=3), st.just("SUBSCRIBED"), max_size=2)
)
OPERATIONS = compile_mapping("shopify").bind("customers", "s")


def customer(email=ABSENT, sms=ABSENT, whatsapp=ABSENT):
    def state(value):
        return {} if value is ABSENT else {"state": value, "updatedAt": "2026-01-01T00:00:00Z"}

    address = {"emailAddress": "a@b.example"}
    if email is not ABSENT:
        address["marketingState"] = email
    return {
        "id": "1",
        "defaultEmailAddress": address,
        "defaultPhoneNumber": {
            "phoneNumber": "+33612345678",
            "smsMarketingConsent": state(sms),
            "whatsAppMarketingConsent": state(whatsapp),
        },
    }


@settings(deadline=None)
@given(NOT_LISTED, NOT_LISTED, NOT_LISTED)
def test_what_is_not_listed_is_unknown_and_touches_nothing(email, sms, whatsapp):
    (contact,) = OPERATIONS(customer(email, sms, whatsapp))

    assert {one.state for one in contact.consent.values()} == {"unknown"}
    assert contact.mailing_lists == ()
    assert "WHATSAPP" not in contact.attributes
    assert "WHATSAPP_CONSENT" not in contact.attributes


WORDS = st.sampled_from(["SUBSCRIBED", "UNSUBSCRIBED", "REDACTED", "PENDING"])
STATES = {"SUBSCRIBED": "granted", "UNSUBSCRIBED": "denied", "REDACTED": "denied"}


@settings(deadline=None)
@given(WORDS, WORDS, WORDS)
def test_each_channel_is_read_by_itself(email, sms, whatsapp):
    (contact,) = OPERATIONS(customer(email, sms, whatsapp))

    found = {channel: one.state for channel, one in contact.consent.items()}
    assert found == {
        "email": STATES.get(email, "unknown"),
        "sms": STATES.get(sms, "unknown"),
        "whatsapp": STATES.get(whatsapp, "unknown"),
    }
    assert bool(contact.mailing_lists) == (email == "SUBSCRIBED")
    assert bool(contact.attributes.get("WHATSAPP")) == (whatsapp == "SUBSCRIBED")


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["customerAcceptsMarketing", "buyer_accepts_marketing", "email", "phone"]),
        st.booleans() | st.just("a@b.example") | st.none(),
    )
)
def test_no_order_gives_a_consent(fields):
    operations = compile_mapping("shopify").bind("orders", "s")
    order = {"id": "1", "customer": None, "test": False, **fields}

    contacts = [one for one in operations(order) if getattr(one, "kind", "") == "contact"]

    assert all(not one.consent and not one.mailing_lists and not one.owner for one in contacts)


@settings(deadline=None)
@given(NOT_LISTED.filter(lambda word: word not in ("granted", "denied")), st.booleans())
def test_a_foreign_records_other_words_are_unknown_and_list_nobody(word, listed):
    record = {"id": "1", "email": "a@b.example", "listed": ["News"] if listed else None}
    if word is not ABSENT:
        record["email_consent"] = word

    (contact,) = canonical.from_record("contacts", record)

    assert contact.mailing_lists == ()
    assert contact.consent.get("email", None) is None or contact.consent["email"].state == "unknown"


def test_words_can_be_true_and_false_and_are_not_one_and_nought():
    rule = {"email": {"from": "accepts", "granted": [True], "denied": [False]}}
    overlay = {"streams": {"customers": {"contact": {"consent": rule}}}}
    operations = compile_mapping("shopify", overlay=overlay).bind("customers", "s")

    def state(value):
        (contact,) = operations({**customer(), "accepts": value})
        return contact.consent["email"].state

    assert [state(value) for value in (True, False, 1, 0, "true", None)] == [
        "granted", "denied", "unknown", "unknown", "unknown", "unknown"
    ]  # fmt: skip


def test_accepts_marketing_of_the_old_api_makes_no_denial_of_never_asked():
    rule = {"email": {"from": "accepts_marketing", "granted": [True], "denied": [False]}}
    overlay = {"streams": {"customers": {"contact": {"consent": rule}}}}
    operations = compile_mapping("shopify", overlay=overlay).bind("customers", "s")

    (contact,) = operations(customer(email="NOT_SUBSCRIBED"))

    assert contact.consent["email"].state == "unknown"


def reconsenting(**more):
    rule = {
        "from": "defaultEmailAddress.marketingState",
        "at": "updatedAt",
        "granted": ["SUBSCRIBED"],
        "denied": ["UNSUBSCRIBED"],
        "reconsent": True,
    }
    contact = {"consent": {"email": rule}, **more}
    overlay = {"streams": {"customers": {"contact": contact}}}
    return compile_mapping("shopify", overlay=overlay).bind("customers", "s")


def test_only_a_grant_may_unblock_and_only_where_the_mapping_says_so():
    def allowed(operations, word):
        (contact,) = operations(customer(email=word))
        return contact.consent["email"].reconsent

    words = ("SUBSCRIBED", "UNSUBSCRIBED", "PENDING")
    assert [allowed(reconsenting(), word) for word in words] == [True, False, False]
    assert [allowed(OPERATIONS, word) for word in words] == [False, False, False]


def test_that_a_grant_may_unblock_survives_the_mappers_own_record_and_no_other():
    (contact,) = reconsenting()(customer(email="SUBSCRIBED"))
    stream, record = canonical.to_record(contact)

    (ours,) = canonical.from_record(stream, record)
    (foreign,) = canonical.from_record(stream, record | {"source_stream": None})

    assert ours.consent["email"].reconsent
    assert not foreign.consent["email"].reconsent


def test_a_value_that_does_not_fit_refuses_its_record_but_not_its_no():
    operations = compile_mapping(
        "shopify",
        overlay={
            "streams": {"customers": {"contact": {"field_mapping": {"createdAt": "SINCE_DAY"}}}},
            "attributes": {"SINCE_DAY": "date"},
        },
    ).bind("customers", "s")

    def outcome(word):
        (found,) = operations({**customer(email=word), "createdAt": "some day"})
        return found

    assert outcome("SUBSCRIBED").reason
    said_no = outcome("UNSUBSCRIBED")
    assert said_no.consent["email"].state == "denied"
    assert "SINCE_DAY" not in said_no.attributes
    assert any("SINCE_DAY" in note for note in said_no.notes)


def test_a_foreign_value_that_does_not_fit_refuses_its_record_but_not_its_no():
    record = {"id": "1", "email": "a@b.example", "SINCE_DAY": "some day"}
    types = {"SINCE_DAY": "date"}

    (refused,) = canonical.from_record("contacts", record, types=types)
    (said_no,) = canonical.from_record(
        "contacts", record | {"email_consent": "denied"}, types=types
    )

    assert refused.reason
    assert said_no.consent["email"].state == "denied"
    assert "SINCE_DAY" not in said_no.attributes
