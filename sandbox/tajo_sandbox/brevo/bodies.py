"""The bodies that Brevo takes, one shape per operation.

From Brevo's API v3 definition of 2026-02-22 with the events definition of 2026-08 (checked
2026-11-24). Limits that Brevo states in prose are here as well.
"""

from tajo_sandbox.brevo.shapes import (
    AnyOf,
    Anything,
    Flag,
    ListOf,
    MapOf,
    Number,
    OneOf,
    Record,
    Shape,
    Text,
)

TEXT = Text()
FLAG = Flag()
NUMBER = Number()
WHOLE = Number(whole=True)
IDS = ListOf(WHOLE)
TEXTS = ListOf(TEXT)

ATTRIBUTE_VALUE = AnyOf((NUMBER, TEXT, FLAG, TEXTS), "a number, string, boolean or string array")
ATTRIBUTE_OPTIONS = ListOf(Text(longest=200))

CONTACT_FIELDS: dict[str, Shape] = {
    "attributes": MapOf(ATTRIBUTE_VALUE),
    "ext_id": TEXT,
    "emailBlacklisted": FLAG,
    "smsBlacklisted": FLAG,
    "smtpBlacklistSender": TEXTS,
    "listIds": IDS,
    "forceMerge": FLAG,
}
CREATE_CONTACT = Record(
    {**CONTACT_FIELDS, "email": TEXT, "updateEnabled": FLAG, "getId": FLAG},
)
UPDATE_CONTACT = Record({**CONTACT_FIELDS, "unlinkListIds": IDS})

IMPORT = Record(
    {
        "jsonBody": ListOf(Record({"email": TEXT, "attributes": MapOf(Anything())})),
        "fileBody": TEXT,
        "fileUrl": TEXT,
        "listIds": IDS,
        "newList": Record({"listName": TEXT, "folderId": WHOLE}),
        "notifyUrl": TEXT,
        "emailBlacklist": FLAG,
        "smsBlacklist": FLAG,
        "disableNotification": FLAG,
        "updateExistingContacts": FLAG,
        "emptyContactsAttributes": FLAG,
        "consentGroupIds": IDS,
    }
)

ATTRIBUTE = Record(
    {
        "type": OneOf(
            (
                "text",
                "date",
                "float",
                "boolean",
                "id",
                "category",
                "multiple-choice",
                "user",
            )
        ),
        "value": TEXT,
        "isRecurring": FLAG,
        "multiCategoryOptions": ATTRIBUTE_OPTIONS,
        "enumeration": ListOf(
            Record({"value": WHOLE, "label": Text(longest=200)}, ("value", "label"))
        ),
    }
)
FOLDER = Record({"name": TEXT})
LIST = Record({"name": TEXT, "folderId": WHOLE}, ("name", "folderId"))

MEMBERS_FIELDS: dict[str, Shape] = {
    "emails": ListOf(TEXT, fewest=1, most=150),
    "ids": ListOf(WHOLE, fewest=1, most=150),
    "extIds": ListOf(TEXT, fewest=1, most=150),
}
ADD_MEMBERS = Record(MEMBERS_FIELDS)
REMOVE_MEMBERS = Record({**MEMBERS_FIELDS, "all": FLAG})

EVENT_VALUE = AnyOf(
    (TEXT, NUMBER, FLAG, Record(), ListOf(Anything())),
    "a string, number, boolean, object or array",
)
EVENT = Record(
    {
        "event_name": Text(longest=255),
        "event_date": TEXT,
        "identifiers": Record(
            {
                "contact_id": WHOLE,
                "email_id": TEXT,
                "ext_id": TEXT,
                "phone_id": TEXT,
                "whatsapp_id": TEXT,
                "landline_number_id": TEXT,
            },
            fewest=1,
        ),
        "contact_properties": MapOf(AnyOf((TEXT, NUMBER, FLAG), "a string, number or boolean")),
        "event_properties": MapOf(EVENT_VALUE),
        "object": Record({"type": TEXT, "identifiers": Record({"ext_id": TEXT, "id": TEXT})}),
    },
    ("event_name", "identifiers"),
)
# Rows of the batch are judged one by one, so only the envelope is a matter of shape.
EVENT_BATCH = Record({"events": ListOf(Anything(), fewest=1, most=200)}, ("events",))

ORDER_PRODUCT = Record(
    {
        "productId": TEXT,
        "price": NUMBER,
        "quantity": WHOLE,
        "quantityFloat": NUMBER,
        "variantId": TEXT,
    },
    ("productId", "price"),
)
BILLING = Record(
    dict.fromkeys(
        (
            "address",
            "city",
            "country",
            "countryCode",
            "paymentMethod",
            "phone",
            "postCode",
            "region",
        ),
        TEXT,
    )
)
ORDER = Record(
    {
        "id": TEXT,
        "createdAt": TEXT,
        "updatedAt": TEXT,
        "status": TEXT,
        "amount": NUMBER,
        "storeId": TEXT,
        "products": ListOf(ORDER_PRODUCT),
        "identifiers": Record(
            dict.fromkeys(("email_id", "ext_id", "phone_id", "loyalty_subscription_id"), TEXT)
        ),
        "billing": BILLING,
        "coupons": TEXTS,
        "metaInfo": MapOf(AnyOf((TEXT, WHOLE, FLAG), "a string, integer or boolean")),
    },
    ("id", "createdAt", "updatedAt", "status", "amount", "products"),
)
ORDER_BATCH = Record(
    {"orders": ListOf(ORDER, most=1000), "historical": FLAG, "notifyUrl": TEXT}, ("orders",)
)

PRODUCT_FIELDS: dict[str, Shape] = {
    **dict.fromkeys(
        ("id", "name", "url", "imageUrl", "sku", "parentId", "brand", "description", "deletedAt"),
        TEXT,
    ),
    "price": NUMBER,
    "alternativePrice": NUMBER,
    "stock": NUMBER,
    "categories": TEXTS,
    "isDeleted": FLAG,
    "metaInfo": MapOf(AnyOf((TEXT, WHOLE), "a string or integer"), most=20),
}
PRODUCT = Record({**PRODUCT_FIELDS, "updateEnabled": FLAG}, ("id", "name"))
PRODUCT_BATCH = Record(
    {
        "products": ListOf(Record(PRODUCT_FIELDS, ("id", "name")), most=100),
        "updateEnabled": FLAG,
    },
    ("products",),
)

CATEGORY_FIELDS: dict[str, Shape] = {
    **dict.fromkeys(("id", "name", "url", "deletedAt"), TEXT),
    "isDeleted": FLAG,
}
CATEGORY = Record({**CATEGORY_FIELDS, "updateEnabled": FLAG}, ("id",))
CATEGORY_BATCH = Record(
    {"categories": ListOf(Record(CATEGORY_FIELDS, ("id",)), most=100), "updateEnabled": FLAG},
    ("categories",),
)
