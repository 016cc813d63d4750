"""The stand-in as a web application: ``/v3`` and the files of refused rows."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from tajo_sandbox.brevo.api.gateway import Gateway
from tajo_sandbox.brevo.state.account import BrevoAccount
from tajo_sandbox.brevo.switches import BrevoSwitches

EXPIRED = b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'


def brevo_app(account: BrevoAccount, switches: BrevoSwitches | None = None) -> Starlette:
    """An ASGI application that is Brevo for one account; its API is under ``/v3``."""
    switches = switches or account.switches

    async def file(request: Request) -> Response:
        if "api-key" in request.headers:
            account.offences.append(request.url.path)
        body = account.files.get(request.path_params["name"])
        if body is None or switches.files_expired:
            return Response(EXPIRED, 403, media_type="application/xml")
        return Response(body, media_type="text/csv")

    app = Starlette(
        routes=[
            Route("/files/{name}", file, methods=["GET"]),
            Mount("/v3", app=Gateway(account, switches)),
        ]
    )
    app.state.account = account
    return app
