"""A stand-in for Brevo's API v3: contacts, imports, events and e-commerce of one account."""

from tajo_sandbox.brevo.api.app import brevo_app
from tajo_sandbox.brevo.inprocess import Direct
from tajo_sandbox.brevo.state.account import BrevoAccount
from tajo_sandbox.brevo.state.contacts import Change, Contact, Start
from tajo_sandbox.brevo.switches import DEFAULT_API_KEY, BrevoSwitches, Fault
from tajo_sandbox.direct import Heard

__all__ = [
    "DEFAULT_API_KEY",
    "BrevoAccount",
    "BrevoSwitches",
    "Change",
    "Contact",
    "Direct",
    "Fault",
    "Heard",
    "Start",
    "brevo_app",
]
