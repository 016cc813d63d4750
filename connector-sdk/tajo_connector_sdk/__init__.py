"""The Connector SDK: every mechanism that taps share; a tap itself is a table of facts."""

from tajo_connector_sdk.late import import_singer_sdk

# Here, for whoever imports anything of this package gets past it before singer-sdk.
import_singer_sdk()
