"""The control page: what is in the store, what landed in Brevo, and levers to pull."""

from tajo_sandbox.control.app import control_app

__all__ = ["control_app"]
