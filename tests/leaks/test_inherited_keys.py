"""A store that inherits from another plugin is not asked with that one's key."""

import os

import pytest

from tajo_connector_sdk.errors import ConfigurationError
from tajo_connector_sdk.inheritance import check_own_key, names_of_parent, variable_of
from tap_shopify_tajo import SHOPIFY

TOKEN = {"shop_url": "b.myshopify.com", "access_token": "shpat_inherited"}
APP = {"shop_url": "b.myshopify.com", "client_id": "id", "client_secret": "shpss_inherited"}
OWN = "TAP_SHOPIFY_TAJO__STORE_B_ACCESS_TOKEN"
ALIAS = "access_token: $TAP_SHOPIFY_TAJO_ACCESS_TOKEN"


@pytest.fixture
def check(tmp_path):
    """Check the second store of a project: its own settings, by place."""

    def checked(
        given=TOKEN, *, config="", prod="", dotenv="", started_with=(), included=False,
        name="tap-shopify-tajo--store-b", parent="tap-shopify-tajo",
    ):  # fmt: skip
        rows = f"""
plugins:
  extractors:
  - name: tap-shopify-tajo
    config: {{access_token: shpat_inherited}}
  - name: tap-shopify-tajo--store-b
    inherit_from: {parent}
    config: {{{config}}}
"""
        environments = f"""
environments:
- name: dev
- name: prod
  config:
    plugins:
      extractors:
      - name: tap-shopify-tajo--store-b
        config: {{{prod}}}
"""
        head = "include_paths: ['stores/*.yml']\n" if included else rows
        (tmp_path / "stores").mkdir(exist_ok=True)
        (tmp_path / "stores" / "b.yml").write_text(rows if included else "")
        (tmp_path / "meltano.yml").write_text(head + environments)
        (tmp_path / ".env").write_text(dotenv)
        environment = {
            "MELTANO_EXTRACTOR_NAME": name,
            "MELTANO_PROJECT_ROOT": str(tmp_path),
            "MELTANO_ENVIRONMENT": "prod",
            # As Meltano does: whosever the value is, it stands under both names.
            OWN: "shpat_inherited",
            "TAP_SHOPIFY_TAJO_ACCESS_TOKEN": "shpat_inherited",
        }
        check_own_key(SHOPIFY, given, environment, started_with)

    return checked


REFUSED = {
    "nothing of its own": {},
    "its shop only": {"config": "shop_url: b.myshopify.com"},
    "the parent's variable": {"started_with": ["TAP_SHOPIFY_TAJO_ACCESS_TOKEN"]},
    "the parent's line in .env": {"dotenv": "TAP_SHOPIFY_TAJO_ACCESS_TOKEN=shpat_inherited"},
    "an empty line in .env": {"dotenv": f"{OWN}=\n# {OWN}=shpat_old\n"},
    "an empty value": {"config": "access_token: ''"},
    "an included file": {"included": True},
}  # fmt: skip


@pytest.mark.parametrize("places", REFUSED.values(), ids=REFUSED)
def test_a_store_without_a_key_of_its_own_is_refused(check, places):
    with pytest.raises(ConfigurationError) as caught:
        check(**places)

    told = str(caught.value)
    assert told.startswith(
        "tap-shopify-tajo--store-b, setting access_token: it has none of its own"
    )
    assert "'tap-shopify-tajo'" in told
    assert OWN in told
    assert ALIAS in told
    assert "shpat_inherited" not in told


def test_of_an_app_the_secret_is_what_has_to_be_its_own(check):
    with pytest.raises(ConfigurationError, match="setting client_secret: it has none of its own"):
        check(APP)
    check(APP, config="client_secret: $SECRET_OF_B")


ALLOWED = {
    "its variable": {"started_with": [OWN]},
    "its line in .env": {"dotenv": f"export {OWN}='shpat_b'"},
    "its settings": {"config": "access_token: $B_TOKEN"},
    "its settings in this environment": {"prod": "access_token: $B_TOKEN"},
    "its settings in an included file": {"config": "access_token: x", "included": True},
    "the parent's by its name: the same store, in words": {"config": ALIAS},
    "no parent": {"name": "tap-shopify-tajo"},
    "a parent that is no plugin here": {"parent": "tap-shopify-of-somebody"},
    "a plugin that nobody lists": {"name": "tap-elsewhere"},
}


@pytest.mark.parametrize("places", ALLOWED.values(), ids=ALLOWED)
def test_a_key_of_its_own_is_seen_wherever_it_is_set(check, places):
    check(**places)


def test_without_meltano_nobody_inherits():
    check_own_key(SHOPIFY, TOKEN, {})


def test_variables_are_named_as_meltano_names_them():
    assert variable_of("tap-shopify-tajo--store-b", "access_token") == OWN


def test_of_meltanos_environment_names_are_read_and_no_values(tmp_path):
    parent = tmp_path / str(os.getppid())
    parent.mkdir()
    (parent / "environ").write_bytes(b"A_KEY=shpat_secret\0B=\0")

    assert names_of_parent(tmp_path) == {"A_KEY"}
    assert names_of_parent(tmp_path / "none") is None
