"""`crmdsl access SPEC serve`: the decision point, started."""

from __future__ import annotations

import socket
from importlib.util import find_spec
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmdsl.cli.language import Failed, Wrong
from crmdsl.diagnostics import Message

if TYPE_CHECKING:
    from crmdsl.cli.options import Settings
    from crmdsl.ir.program import Program

LEAST_TOKEN = 16


def serve(
    program: Program, settings: Settings, *, host: str, port: int, token_file: Path | None, records: Path | None,
    url: str | None,
) -> None:  # fmt: skip
    """Answer until it is stopped."""
    if find_spec("uvicorn") is None or find_spec("starlette") is None:
        raise Failed(Message("`serve` needs more than is installed: `pip install 'crmdsl[serve]'`"))
    token = None if token_file is None else _token(token_file)
    if token is None and not _loopback(host):
        raise Wrong(Message("elsewhere than on this machine it asks for a token: give `--token-file`"))
    import uvicorn

    from crmdsl.report.authzen.point import DecisionPoint
    from crmdsl.report.authzen.requests import BadRequest
    from crmdsl.report.authzen.server import application

    try:
        made = DecisionPoint(program, [] if records is None else _records(records))
    except BadRequest:
        raise Failed(Message("`{path}` is no list of resources of this spec in JSON", path=str(records))) from None
    with made as point, _listening(host, port) as listening:
        where = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"
        settings.say(Message("decisions at {url}", url=where))
        config = uvicorn.Config(
            application(point, (url or where).rstrip("/"), token), log_level="warning", access_log=False,
            lifespan="off", server_header=False, http="h11", ws="none", limit_concurrency=1_000,
        )  # fmt: skip
        uvicorn.Server(config).run(sockets=[listening])


def _token(path: Path) -> str:
    """The token that a file holds."""
    found = path.read_text("utf-8", "replace").strip()
    if len(found) < LEAST_TOKEN or not found.isascii() or any(one.isspace() for one in found):
        message = Message("`{path}` holds no token of {count} characters at least", path=str(path), count=LEAST_TOKEN)
        raise Failed(message)
    return found


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _records(path: Path) -> list[Any]:
    """The resources of a file, as the API writes them."""
    from crmdsl.report.authzen.requests import BadRequest, parsed

    found = parsed(b'{"records":' + path.read_bytes() + b"}")["records"]
    if not isinstance(found, list):
        raise BadRequest("no list")
    return found


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens."""
    from crmdsl.diagnostics.system import reason

    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        found = socket.create_server((host, port), family=family, backlog=512)
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # an answer is written in two parts
        return found
    except OSError as error:
        message = Message("cannot listen on `{host}` port {port}: {reason}", host=host, port=port,
                          reason=reason(error))  # fmt: skip
        raise Failed(message) from None
