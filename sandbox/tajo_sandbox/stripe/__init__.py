"""A stand-in for Stripe, written from the types and docs of its API 2026-10-28.endive."""

from tajo_sandbox.stripe.app import stripe_app
from tajo_sandbox.stripe.switches import DEFAULT_KEY, Switches

__all__ = ["DEFAULT_KEY", "Switches", "stripe_app"]
