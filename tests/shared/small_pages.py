"""A platform's table with smaller pages, so that a few rows lie on many of them."""

import dataclasses


def with_pages(connector, most, chosen):
    """The table with ``most`` rows on each page whose paging is ``chosen``."""

    def cut(paging):
        return dataclasses.replace(paging, most=most) if paging and chosen(paging) else paging

    if not hasattr(connector.transport, "paging"):
        return connector
    streams = {
        row.name: dataclasses.replace(row, paging=cut(row.paging)) for row in connector.streams
    }
    for name, row in streams.items():
        if row.parent:
            parent = dataclasses.replace(row.parent, stream=streams[row.parent.stream.name])
            streams[name] = dataclasses.replace(row, parent=parent)
    transport = dataclasses.replace(connector.transport, paging=cut(connector.transport.paging))
    return dataclasses.replace(connector, transport=transport, streams=tuple(streams.values()))
