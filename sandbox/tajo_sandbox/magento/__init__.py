"""A stand-in for a Magento 2 shop, written from Adobe's swagger, docs and bug reports."""

from tajo_sandbox.magento.app import magento_app
from tajo_sandbox.magento.switches import Switches

__all__ = ["Switches", "magento_app"]
