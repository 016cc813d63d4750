"""The ceiling: two bare Python processes that exchange the same lines, with no framework at all.

``bare read`` asks for pages and writes Singer lines; ``bare post`` reads lines and posts contacts.
"""

import http.client
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from benchmarks.contacts import contact

BATCH = 5_000
Config = Mapping[str, Any]


def pages(config: Config) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of page after page."""
    connection = http.client.HTTPConnection(urlsplit(config["api_url"]).netloc)
    path, more, after = "/v1/customers?limit=100", True, ""
    while more:
        headers = {"Authorization": f"Bearer {config['api_key']}"}
        connection.request("GET", path + after, headers=headers)
        said = orjson.loads(connection.getresponse().read())
        yield said["data"]
        more, after = said["has_more"], f"&starting_after={said['data'][-1]['id']}"


def read(config: Config) -> None:
    """Write a line for each row, a page at once."""
    for rows in pages(config):
        lines = (
            orjson.dumps({"type": "RECORD", "stream": "customers", "record": row}) for row in rows
        )
        sys.stdout.buffer.write(b"\n".join(lines) + b"\n")


def post(config: Config) -> None:
    """Post the contacts of the lines, so many at once."""
    connection = http.client.HTTPConnection(urlsplit(config["api_url"]).netloc)
    rows: list[dict[str, Any]] = []
    for line in sys.stdin.buffer:
        rows.append(contact(orjson.loads(line)["record"]))
        if len(rows) == BATCH:
            send(connection, rows)
    send(connection, rows)


def send(connection: http.client.HTTPConnection, rows: list[dict[str, Any]]) -> None:
    """Post a batch and forget it."""
    if rows:
        body = orjson.dumps({"listIds": [1], "jsonBody": rows})
        connection.request("POST", "/v3/contacts/import", body=body)
        connection.getresponse().read()
        rows.clear()


if __name__ == "__main__":
    {"read": read, "post": post}[sys.argv[1]](json.loads(Path(sys.argv[3]).read_text()))
