"""Parts of singer-sdk that need what is held back, each used as a stock plugin would use it.

Run by path after another import, with ``<use> <folder> <url>``, it prints what came of it as JSON.
"""

import json
import sys
import threading
import time
from pathlib import Path
from typing import ClassVar

from singer_sdk import BatchSink, OpenAPISchema, RESTStream, Tap, Target, authenticators
from singer_sdk.helpers import _batch
from singer_sdk.helpers._batch import BatchConfig, StorageTarget
from singer_sdk.streams import rest

NONE = {"properties": {}}
SCHEMA = {"properties": {"id": {"type": "integer"}}}


def storage(folder, _url):
    """Write and read a file of a BATCH message."""
    root = f"file://{folder}/batches"
    config = BatchConfig.from_dict({
        "encoding": {"format": "jsonl", "compression": "gzip"},
        "storage": {"root": root, "prefix": "p-"},
    })  # fmt: skip
    with config.storage.open("one.jsonl", "wb") as file:
        file.write(b"{}\n")
    url = config.storage.get_url("one.jsonl")
    head, tail = StorageTarget.split_url(url)
    with StorageTarget.from_url(head).open(tail) as file:
        return [url.removeprefix(f"file://{folder}"), tail, file.read().decode()]


def draining(_folder, _url):
    """Drain the sinks of a stock target side by side."""
    got, threads = {}, set()

    class Sink(BatchSink):
        def process_batch(self, context):
            threads.add(threading.current_thread().name)
            got[self.stream_name] = [row["id"] for row in context["records"]]

    class StockTarget(Target):
        name = "target-stock"
        config_jsonschema: ClassVar = NONE
        default_sink_class = Sink
        max_parallelism = 4

    target = StockTarget(config={})
    for stream in ("a", "b", "c"):
        sink = target.get_sink(stream, schema=SCHEMA, key_properties=["id"])
        for number in (1, 2):
            sink._context = sink._get_context({})
            sink.process_record({"id": number}, sink._context)
            sink.tally_record_read()
    target.drain_all()
    return [sorted(got), "MainThread" in threads]


def reading(_folder, url):
    """Read a page of a stock REST stream whose first answer is an error to be tried again."""
    naps = []
    time.sleep = naps.append

    class Things(RESTStream):
        name = "things"
        path = "/things"
        url_base = url
        schema: ClassVar = SCHEMA
        records_jsonpath = "$.data[*]"

    class StockTap(Tap):
        name = "tap-stock"
        config_jsonschema: ClassVar = NONE

        def discover_streams(self):
            return [Things(self)]

    stream = StockTap(config={}).streams["things"]
    return [list(stream.get_records(None)), len(naps), type(stream.requests_session).__name__]


def description(_folder, url):
    """Read a description of an API from an address, in several threads at once."""
    found = []

    def read():
        found.append(sorted(OpenAPISchema(f"{url}/openapi.json").spec))

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def sameness(_folder, _url):
    """Say whether what singer-sdk calls requests is what everybody else does."""
    import backoff  # noqa: PLC0415 - not before somebody asks
    import requests  # noqa: PLC0415 - as above
    import urllib3  # noqa: PLC0415 - as above

    return [
        Path(requests.__file__).parent.name,
        sys.modules["requests"] is requests,
        rest.requests.Session is requests.Session,
        authenticators.requests.adapters.HTTPAdapter is requests.adapters.HTTPAdapter,
        rest.requests.exceptions.Timeout is requests.exceptions.Timeout,
        rest.backoff.expo is backoff.expo,
        authenticators.urllib3.Retry is urllib3.Retry,
        isinstance(requests.Response(), rest.requests.Response),
        str(_batch.UPath.cwd()) == str(Path.cwd()),
    ]


def missing(_folder, _url):
    """Ask for what is not there."""
    try:
        return repr(rest.requests.no_such_thing)
    except AttributeError as error:
        return str(error)


if __name__ == "__main__":
    use, *given = sys.argv[2:]  # as runpy leaves them
    print(json.dumps(globals()[use](*given)))  # noqa: T201
