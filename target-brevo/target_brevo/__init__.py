"""The loader: Singer lines become contacts, events, orders and products in Brevo."""

import tajo_connector_sdk  # noqa: F401 - before singer-sdk, of which it holds back what is not used
