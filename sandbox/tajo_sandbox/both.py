"""Both sides of the sandbox, held together for tests and for the control page."""

from dataclasses import dataclass

from starlette.applications import Starlette

from tajo_sandbox.brevo import BrevoAccount, BrevoSwitches
from tajo_sandbox.shopify import Switches as ShopifySwitches
from tajo_sandbox.shopify.desk import Entry
from tajo_sandbox.store import Store


@dataclass(slots=True)
class Sandbox:
    """A running sandbox. A side that was not started has an empty URL.

    ``shopify_url`` is the shop's address, ``brevo_url`` ends in ``/v3``, ``control_url`` is the
    page for people; ``store`` and ``brevo`` are the state behind them.
    """

    store: Store | None
    brevo: BrevoAccount
    brevo_switches: BrevoSwitches
    shopify_switches: ShopifySwitches
    shopify_app: Starlette | None = None
    shopify_url: str = ""
    brevo_url: str = ""
    control_url: str = ""

    @property
    def shopify_requests(self) -> list[Entry]:
        """The calls that the shop has got, oldest first."""
        return list(self.shopify_app.state.requests) if self.shopify_app else []
