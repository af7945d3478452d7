"""The decision point over HTTP, by the binding of the Authorization API 1.0. Needs the extra `serve`."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from crmdsl.report.authzen import requests
from crmdsl.report.authzen.requests import BadRequest, Data

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from crmdsl.report.authzen.point import DecisionPoint

MOST_BYTES = 1 << 20
"""The largest body that is read."""
MOST_DRAINED = 64 << 20
"""How much of a larger one is taken in before the connection is closed, so that a client hears the answer."""
ENDPOINTS = {
    "access_evaluation_endpoint": "/access/v1/evaluation",
    "access_evaluations_endpoint": "/access/v1/evaluations",
    "search_subject_endpoint": "/access/v1/search/subject",
    "search_resource_endpoint": "/access/v1/search/resource",
    "search_action_endpoint": "/access/v1/search/action",
}
OPEN = ("/health", "/.well-known/authzen-configuration")
"""What is answered without a token: it says nothing of anybody."""
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def application(point: DecisionPoint, url: str, token: str | None) -> ASGIApp:
    """The application; `url` is what it is known as, without a `token` it answers only who speaks to this machine."""
    work: list[Callable[[Data], Data]] = [
        point.evaluation, point.evaluations, point.subjects, point.resources, point.actions
    ]  # fmt: skip
    routes = [
        Route(path, _answering(one), methods=["POST"]) for path, one in zip(ENDPOINTS.values(), work, strict=True)
    ]
    known = {"policy_decision_point": url} | {name: f"{url}{path}" for name, path in ENDPOINTS.items()}
    routes += [
        Route(OPEN[0], _constant({"status": "ok"}), methods=["GET"]),
        Route(OPEN[1], _constant(known), methods=["GET"]),
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _said, Exception: _fault})
    return Guarded(app, token)


class Guarded:
    """Lets in who has the token, and gives every answer the identifier of its request."""

    def __init__(self, app: ASGIApp, token: str | None) -> None:
        self.app = app
        self.token = None if token is None else token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        own = [(name, value) for name, value in headers if name == b"x-request-id"][:1]

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *own]}
            await send(message)

        refused = self.refused(scope["path"], dict(headers))
        await (refused or self.app)(scope, receive, answer)

    def refused(self, path: str, headers: dict[bytes, bytes]) -> Response | None:
        """The answer to who is not let in."""
        if self.token is None:
            host = headers.get(b"host", b"").decode("latin-1")
            name = host if host.endswith("]") else host.rpartition(":")[0] or host
            if name.lower() not in LOOPBACK:  # a page in a browser that had its name point here
                return PlainTextResponse("this is answered on the machine itself alone", 403)
            return None
        kind, _, given = headers.get(b"authorization", b"").partition(b" ")
        if path in OPEN or (kind.lower() == b"bearer" and hmac.compare_digest(given.strip(), self.token)):
            return None
        return PlainTextResponse("a bearer token is asked for", 401, {"WWW-Authenticate": "Bearer"})


def _answering(work: Callable[[Data], Data]) -> Callable[[Request], Any]:
    """Answers a request with what becomes of its body."""

    async def answer(request: Request) -> Response:
        body = await _body(request)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise HTTPException(400, "the content type must be application/json")
        try:
            return _json(work(requests.parsed(body)))
        except BadRequest as bad:
            raise HTTPException(400, str(bad)) from None

    return answer


async def _body(request: Request) -> bytes:
    """The whole body. Raises `HTTPException` for one that is too large."""
    found, size = bytearray(), 0
    async for part in request.stream():
        size += len(part)
        if size <= MOST_BYTES:
            found += part
        elif size > MOST_DRAINED:
            break
    if size > MOST_BYTES:
        raise HTTPException(413, f"the body must not be larger than {MOST_BYTES} bytes")
    return bytes(found)


def _constant(data: Data) -> Callable[[Request], Any]:
    async def answer(_: Request) -> Response:
        return _json(data)

    return answer


def _json(data: Data) -> Response:
    """An answer in ASCII: what was asked may hold text that no encoding can say."""
    return Response(json.dumps(data, allow_nan=False).encode(), media_type="application/json")


async def _said(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - it is registered for those
    text = str(error.detail).encode("ascii", "backslashreplace").decode()
    return PlainTextResponse(text, error.status_code, dict(error.headers or {}))


async def _fault(_: Request, __: Exception) -> Response:
    return PlainTextResponse("a fault of the decision point", 500)
