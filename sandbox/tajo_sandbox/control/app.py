"""The control side as a web application."""

from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from tajo_sandbox.both import Sandbox
from tajo_sandbox.control import picture

ASKED_BY_DEFAULT = 100
Handler = Callable[[Request], Awaitable[Response]]


def control_app(sandbox: Sandbox) -> Starlette:
    """The page at ``/``, the state as JSON, and the levers (all of them POST)."""
    return Starlette(
        routes=[
            Route("/", _page, methods=["GET"]),
            *_pictures(sandbox),
            *_levers(sandbox),
            Route("/switches/{side}", _switches(sandbox), methods=["POST"]),
        ]
    )


async def _page(_: Request) -> Response:
    return HTMLResponse(files("tajo_sandbox.control").joinpath("page.html").read_bytes())


def _pictures(sandbox: Sandbox) -> list[Route]:
    account = sandbox.brevo

    def limited(read: Callable[[Any, int], Any]) -> Handler:
        async def handler(request: Request) -> Response:
            limit = whole(request, "limit", ASKED_BY_DEFAULT)
            return (
                refused("limit", "a whole number") if limit is None else shown(read(account, limit))
            )

        return handler

    async def state(_: Request) -> Response:
        return shown(picture.state(sandbox))

    return [
        Route("/state.json", state, methods=["GET"]),
        Route("/brevo/contacts.json", limited(picture.contacts), methods=["GET"]),
        Route("/brevo/events.json", limited(picture.events), methods=["GET"]),
        Route("/brevo/orders.json", limited(picture.orders), methods=["GET"]),
    ]


def _levers(sandbox: Sandbox) -> list[Route]:
    async def change(request: Request) -> Response:
        return _live(sandbox, "change_customers", whole(request, "customers", 1), "changed")

    async def buy(request: Request) -> Response:
        return _live(sandbox, "place_orders", whole(request, "count", 1), "placed")

    async def mark(_: Request) -> Response:
        sandbox.brevo.mark()
        return shown({"marked": True})

    return [
        Route("/store/change", change, methods=["POST"]),
        Route("/store/orders", buy, methods=["POST"]),
        Route("/brevo/mark", mark, methods=["POST"]),
    ]


def _live(sandbox: Sandbox, what: str, count: int | None, word: str) -> Response:
    """Let the store live a little; ids of what changed come back."""
    if sandbox.store is None:
        return refused("store", "a sandbox with a shop")
    if count is None:
        return refused("count", "a whole number")
    try:
        return shown({word: getattr(sandbox.store, what)(count)})
    except ValueError as error:
        return shown({"error": str(error)}, 400)


def _switches(sandbox: Sandbox) -> Handler:
    sides: dict[str, Callable[[dict[str, Any]], None]] = {"brevo": sandbox.brevo_switches.apply}
    if sandbox.platform:
        sides[sandbox.platform] = sandbox.platform_switches.apply

    async def handler(request: Request) -> Response:
        apply = sides.get(request.path_params["side"])
        if apply is None:
            return refused("side", " or ".join(reversed(sides)))
        try:
            apply(orjson.loads(await request.body()))
        except (ValueError, TypeError, AttributeError) as error:
            return shown({"error": f"switches: {error}"}, 400)
        return shown({"set": True})

    return handler


def shown(value: Any, status: int = 200) -> Response:
    """A JSON answer."""
    headers = {"cache-control": "no-store"}
    return Response(orjson.dumps(value), status, headers, media_type="application/json")


def refused(what: str, right: str) -> Response:
    """400 with one line."""
    return shown({"error": f"{what}: it should be {right}"}, 400)


def whole(request: Request, name: str, default: int) -> int | None:
    """A whole number of the query, None where it is none."""
    text = request.query_params.get(name, str(default))
    return int(text) if text.isascii() and text.isdigit() else None
