"""tap-magento-tajo: Magento 2 and Adobe Commerce as Singer streams."""

from tajo_connector_sdk.tap import make_tap
from tap_magento_tajo.table import MAGENTO

TapMagento = make_tap(MAGENTO)

__all__ = ["MAGENTO", "TapMagento"]
