"""A tap of this project as it is, one of its streams: which one the environment says.

``BENCH_RATE=0`` takes the platform's rate away, so that the engine is what is measured.
"""

import dataclasses
import os

from benchmarks.tables import TABLES
from tajo_connector_sdk.rest import REST
from tajo_connector_sdk.tap import make_tap

if __name__ == "__main__":
    connector, stream = TABLES[os.environ["BENCH_TABLE"]]
    transport = connector.transport
    if os.environ.get("BENCH_RATE") == "0" and isinstance(transport, REST):
        free = dataclasses.replace(transport.rate, per_second=None)
        transport = dataclasses.replace(transport, rate=free)
    make_tap(dataclasses.replace(connector, streams=(stream,), transport=transport)).cli()
