"""Both sides of the sandbox, held together for tests and for the control page."""

from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette

from tajo_sandbox.brevo import BrevoAccount, BrevoSwitches
from tajo_sandbox.store import Store


@dataclass(slots=True)
class Sandbox:
    """A running sandbox. A side that was not started has an empty URL.

    ``platform`` is the name of the platform that is stood in for ("" for none), ``platform_url``
    its address, ``brevo_url`` ends in ``/v3``, ``control_url`` is the page for people; ``store``
    and ``brevo`` are the state behind them.
    """

    store: Store | None
    brevo: BrevoAccount
    brevo_switches: BrevoSwitches
    platform: str = ""
    platform_switches: Any = None
    platform_app: Starlette | None = None
    platform_url: str = ""
    brevo_url: str = ""
    control_url: str = ""

    @property
    def platform_requests(self) -> list[Any]:
        """The calls that the platform's side has got, oldest first."""
        return list(self.platform_app.state.requests) if self.platform_app else []
