"""A small client of a language server: JSON messages over its standard input and output."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self


class LanguageClient:
    """A server that runs, and the diagnostics that it published last for each file."""

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        self.server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder)
        self.limit = threading.Timer(60, self.server.kill)  # a server that says nothing fails the test
        self.limit.start()
        self.last = 0
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        self.request(
            "initialize",
            processId=None,
            rootUri=folder.as_uri(),
            capabilities={
                "textDocument": {
                    "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
                    "hover": {"contentFormat": ["markdown"]},
                    "publishDiagnostics": {},
                },
            },
        )
        self.notify("initialized")
        settings = {"yaml": {"schemaStore": {"enable": False}, "validate": True, "hover": True, "completion": True}}
        self.notify("workspace/didChangeConfiguration", settings=settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.limit.cancel()
        self.server.kill()
        self.server.communicate()

    def open(self, path: Path, text: str) -> None:
        document = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", textDocument=document)

    def at(self, method: str, path: Path, line: int, character: int) -> Any:
        where = {"line": line, "character": character}
        return self.request(f"textDocument/{method}", textDocument={"uri": path.as_uri()}, position=where)

    def published(self, path: Path) -> list[dict[str, Any]]:
        """The diagnostics of a file that was opened, once the server has sent them."""
        while path.as_uri() not in self.diagnostics:
            self.receive()
        return self.diagnostics[path.as_uri()]

    def request(self, method: str, **params: Any) -> Any:
        self.last += 1
        self.send({"id": self.last, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == self.last and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def notify(self, method: str, **params: Any) -> None:
        self.send({"method": method, "params": params})

    def send(self, message: dict[str, Any]) -> None:
        assert self.server.stdin
        body = json.dumps({"jsonrpc": "2.0"} | message).encode()
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.server.stdin.flush()

    def receive(self) -> dict[str, Any]:
        """The next message; what the server asks of us in between is answered with nothing."""
        assert self.server.stdout
        size = 0
        while (header := self.server.stdout.readline()) != b"\r\n":
            assert header, "the language server has ended"
            name, _, value = header.partition(b":")
            size = int(value) if name.lower() == b"content-length" else size
        message: dict[str, Any] = json.loads(self.server.stdout.read(size))
        if "method" in message and "id" in message:
            asked = message["params"].get("items", []) if isinstance(message.get("params"), dict) else []
            result = [None] * len(asked) if message["method"] == "workspace/configuration" else None
            self.send({"id": message["id"], "result": result})
        if message.get("method") == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        return message
