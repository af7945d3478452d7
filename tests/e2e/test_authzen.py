"""The decision point over real HTTP: the interop scenario, the API's corners, and whatever else may come in."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmdsl.api import check
from crmdsl.cli.process import run
from crmdsl.report.authzen import requests
from crmdsl.report.authzen.point import DecisionPoint

FIXTURES = Path(__file__).parents[1] / "fixtures" / "authzen"
SPEC = FIXTURES / "todo"
INTEROP = json.loads((FIXTURES / "decisions-authorization-api-1_0-02.json").read_text("utf-8"))
JSON = {"Content-Type": "application/json"}
EVALUATION, EVALUATIONS, SEARCH = "/access/v1/evaluation", "/access/v1/evaluations", "/access/v1/search/"
MORTYS = {"type": "todo", "id": "1", "properties": {"ownerID": "morty@the-citadel.com"}}
ASKED = {"subject": {"type": "user", "id": "morty"}, "action": {"name": "can_update_todo"}, "resource": MORTYS}
RECORDS = [{"type": "todo", "id": str(number), "properties": {"ownerID": owner}}
           for number, owner in enumerate(["rick", "morty", "summer", "morty", "beth"])]  # fmt: skip
THOROUGH = int(os.environ.get("CRMDSL_THOROUGH", "1"))
TOKEN = "a-token-of-thirty-two-characters"


class Server:
    """A decision point in a process of its own."""

    def __init__(self, *options: str) -> None:
        words = [sys.executable, "-m", "crmdsl", "access", str(SPEC), "serve", "--port", "0", *options]
        self.process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, encoding="utf-8")
        assert self.process.stderr is not None
        found = re.search(r"(http://\S+):(\d+)$", self.process.stderr.readline().strip())
        assert found is not None
        self.url = found.group()
        self.used = 0.0
        self.connection = HTTPConnection("127.0.0.1", int(found.group(2)), timeout=30)

    def ask(self, path: str, body: Any = None, method: str = "POST", **headers: str) -> tuple[int, Any, dict[str, str]]:
        """The status, the body (read, if it is JSON) and the headers of an answer."""
        if monotonic() > self.used + 2:  # the server closes what is idle
            self.connection.close()
        self.used = monotonic()
        sent = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        self.connection.request(method, path, sent, JSON | {k.replace("_", "-"): v for k, v in headers.items()})
        answer = self.connection.getresponse()
        text = answer.read().decode()
        kind = answer.headers["Content-Type"]
        found = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, json.loads(text) if kind == "application/json" else text, found

    def stop(self) -> str:
        self.connection.close()
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=20)[1]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    records = tmp_path_factory.mktemp("authzen") / "records.json"
    records.write_text(json.dumps(RECORDS), "utf-8")
    found = Server("--records", str(records))
    yield found
    assert "Traceback" not in found.stop()


@pytest.fixture(scope="module")
def point() -> Iterator[DecisionPoint]:
    with DecisionPoint(check(SPEC).program, RECORDS) as found:
        yield found


def test_the_spec_has_no_faults() -> None:
    assert check(SPEC).diagnostics == ()


def test_the_interop_scenario(server: Server) -> None:
    for one in INTEROP["evaluation"]:
        status, answer, _ = server.ask(EVALUATION, one["request"])
        assert (status, answer["decision"]) == (200, one["expected"]), one
    for one in INTEROP["evaluations"]:
        status, answer, _ = server.ask(EVALUATIONS, one["request"])
        found = [{"decision": each["decision"]} for each in answer["evaluations"]]
        assert (status, found) == (200, one["expected"]), one


def test_the_reason_is_data(server: Server) -> None:
    _, answer, _ = server.ask(EVALUATION, ASKED)
    assert answer["context"]["reason"]["grant"]["when"] == "belongs_to = actor"
    _, answer, _ = server.ask(EVALUATION, ASKED | {"subject": {"type": "user", "id": "beth"}})
    assert (answer["decision"], answer["context"]["id"]) == (False, "no-grant")
    assert answer["context"]["reason_admin"] == {
        "en": "no grant lets beth update todo", "it": "nessun permesso lascia a beth update su todo",
    }  # fmt: skip
    assert {one["part"] for one in answer["context"]["reason"]["attempts"]} == {"role"}


def test_requests_are_told_apart(server: Server) -> None:
    for path, body in ((EVALUATION, ASKED), (EVALUATION, b"nonsense"), ("/nowhere", {})):
        assert server.ask(path, body, X_Request_ID="bfe9eb29-ab87")[2]["x-request-id"] == "bfe9eb29-ab87"
    assert "x-request-id" not in server.ask(EVALUATION, ASKED)[2]


def without(*path: str) -> Any:
    found = json.loads(json.dumps(ASKED))
    inner = found
    for name in path[:-1]:
        inner = inner[name]
    del inner[path[-1]]
    return found


BAD: list[Any] = [
    without("subject"), without("action"), without("resource"), without("subject", "type"), without("subject", "id"),
    without("action", "name"), without("resource", "type"), without("resource", "id"), ASKED | {"subject": "morty"},
    ASKED | {"action": {"name": 123}}, ASKED | {"action": {"name": 1.5}}, ASKED | {"context": []},
    ASKED | {"resource": MORTYS | {"properties": "all"}}, [], "", 3, None, b"", b"{", b"\xff\xfe", b"\xef\xbb\xbf{}",
    b'{"subject": {"type": "user", "id": "beth"}, "subject": {"type": "user", "id": "rick"}}', b"[" * 100_000,
    b'{"a": NaN}', b"1" * 10_000, json.dumps(ASKED).encode("utf-16"),
]  # fmt: skip


@pytest.mark.parametrize("body", BAD, ids=lambda one: (one if isinstance(one, bytes) else json.dumps(one))[:40])
def test_a_bad_request(server: Server, body: Any) -> None:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    assert server.ask(EVALUATION, sent)[0] == 400


def test_a_bad_search(server: Server) -> None:
    for path, missing in (("subject", "action"), ("resource", "subject"), ("action", "resource")):
        assert server.ask(f"{SEARCH}{path}", without(missing))[0] == 400
        assert server.ask(f"{SEARCH}{path}", b"[]")[0] == 400
    assert server.ask(f"{SEARCH}subject", without("resource", "id"))[0] == 400
    assert server.ask(f"{SEARCH}resource", without("subject", "id"))[0] == 400
    assert server.ask(f"{SEARCH}subject", without("subject", "id"))[0] == 200


def test_other_ways_to_ask(server: Server) -> None:
    assert server.ask(EVALUATION, json.dumps(ASKED).encode(), Content_Type="text/plain")[0] == 400
    assert server.ask(EVALUATION, ASKED, Content_Type="application/json; charset=utf-8")[0] == 200
    assert server.ask(EVALUATION, method="GET")[0] == 405
    assert server.ask("/access/v1/nothing", {})[0] == 404
    assert server.ask("/health", method="GET")[:2] == (200, {"status": "ok"})
    assert server.ask(EVALUATION, ASKED, Host="evil.example")[0] == 403
    assert server.ask(EVALUATION, ASKED | {"future": {"a": [1.5]}, "context": {"time": "now"}})[1]["decision"] is True


@pytest.mark.parametrize("size", [1 << 20, (1 << 20) + 1, 10_000_000])
def test_a_large_body(server: Server, size: int) -> None:
    body = json.dumps(ASKED).encode()
    body += b" " * (size - len(body))
    assert server.ask(EVALUATION, body)[0] == (200 if size == 1 << 20 else 413)
    assert server.ask(EVALUATION, ASKED)[0] == 200


def test_configuration(server: Server) -> None:
    status, found, _ = server.ask("/.well-known/authzen-configuration", method="GET")
    assert (status, found["policy_decision_point"]) == (200, server.url)
    assert found["access_evaluation_endpoint"] == f"{server.url}{EVALUATION}"
    assert found["search_action_endpoint"] == f"{server.url}{SEARCH}action"


RICKS, BETHS = ({"resource": MORTYS | {"properties": {"ownerID": owner}}} for owner in ("rick", "beth"))
MANY = ASKED | {"evaluations": [{}, RICKS, {}, BETHS]}


@pytest.mark.parametrize(
    ("semantic", "expected"),
    [(None, [True, False, True, False]), ("execute_all", [True, False, True, False]),
     ("deny_on_first_deny", [True, False]), ("permit_on_first_permit", [True])],
)  # fmt: skip
def test_several_at_once(server: Server, semantic: str | None, expected: list[bool]) -> None:
    body = MANY | ({} if semantic is None else {"options": {"evaluations_semantic": semantic}})
    status, answer, _ = server.ask(EVALUATIONS, body)
    assert (status, [one["decision"] for one in answer["evaluations"]]) == (200, expected)


def test_several_at_once_in_the_corners(server: Server) -> None:
    assert server.ask(EVALUATIONS, ASKED)[1]["decision"] is True
    assert server.ask(EVALUATIONS, ASKED | {"evaluations": []})[1]["decision"] is True
    _, answer, _ = server.ask(EVALUATIONS, without("resource") | {"evaluations": [{"resource": MORTYS}, {}]})
    assert [one["decision"] for one in answer["evaluations"]] == [True, False]
    assert answer["evaluations"][1]["context"]["error"]["status"] == 400
    own = {"resource": {"id": "7", "properties": {"ownerID": "morty"}}}
    _, answer, _ = server.ask(EVALUATIONS, ASKED | {"resource": {"type": "todo"}, "evaluations": [own]})
    assert answer["evaluations"][0]["decision"] is True
    one: dict[str, Any] = {"evaluations": [{}]}
    bad_ones: list[dict[str, Any]] = [{"evaluations": {}}, {"evaluations": [3]}, {"evaluations": [{}] * 1001}]
    for bad in (*bad_ones, one | {"options": {"evaluations_semantic": "some"}}, one | {"options": 3}):
        assert server.ask(EVALUATIONS, ASKED | bad)[0] == 400, bad


def test_search(server: Server) -> None:
    asked = {"subject": {"type": "user"}, "action": {"name": "can_create_todo"}, "resource": MORTYS}
    _, answer, _ = server.ask(f"{SEARCH}subject", asked)
    assert [one["id"][5:7] for one in answer["results"]] == ["DA", "DE", "DI"]
    _, answer, _ = server.ask(f"{SEARCH}subject", asked | {"subject": {"type": "spaceship"}})
    assert answer == {"results": [], "page": {"next_token": ""}}
    _, answer, _ = server.ask(f"{SEARCH}resource", ASKED | {"resource": {"type": "todo"}})
    assert answer["results"] == [{"type": "todo", "id": "1"}, {"type": "todo", "id": "3"}]
    _, answer, _ = server.ask(f"{SEARCH}action", without("action"))
    words = [one["name"] for one in answer["results"]]
    assert words == [f"can_{word}" for word in ("read_todos", "create_todo", "update_todo", "delete_todo")] + [
        "create", "read", "update", "delete"
    ]  # fmt: skip
    assert (
        server.ask(f"{SEARCH}action", without("action") | {"subject": {"type": "user", "id": "?"}})[1]["results"] == []
    )


def test_pages(server: Server) -> None:
    asked: dict[str, Any] = ASKED | {"action": {"name": "read"}, "resource": {"type": "todo"}, "page": {"limit": 2}}
    found, token = [], "0"
    while token:
        _, answer, _ = server.ask(f"{SEARCH}resource", asked)
        found.append([one["id"] for one in answer["results"]])
        token = answer["page"]["next_token"]
        asked["page"] = {"limit": 2, "token": token}
    assert found == [["0", "1"], ["2", "3"], ["4"]]
    for bad in ({"limit": 0}, {"limit": True}, {"token": "-1"}, {"token": "²"}, 3):
        assert server.ask(f"{SEARCH}resource", asked | {"page": bad})[0] == 400


def test_a_token(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{TOKEN}\n", "utf-8")
    server = Server("--host", "0.0.0.0", "--token-file", str(file), "--url", "https://pdp.acme.example/")
    try:
        for given in ("", "Bearer", "Bearer x", f"Basic {TOKEN}", TOKEN):
            status, _, headers = server.ask(EVALUATION, ASKED, Authorization=given)
            assert (status, headers["www-authenticate"]) == (401, "Bearer")
        assert server.ask(EVALUATION, ASKED, Authorization=f"Bearer {TOKEN}", Host="pdp.acme.example")[0] == 200
        found = server.ask("/.well-known/authzen-configuration", method="GET")[1]
        assert found["access_evaluation_endpoint"] == f"https://pdp.acme.example{EVALUATION}"
    finally:
        server.stop()


def test_it_does_not_start(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def said(*options: str) -> str:
        assert run(["access", str(SPEC), "serve", *options]) in (1, 2)
        return capsys.readouterr().err

    (tmp_path / "short").write_text("abc", "utf-8")
    (tmp_path / "records").write_text('[{"type": "spaceship", "id": "1"}]', "utf-8")
    assert "--token-file" in said("--host", "0.0.0.0")
    assert "16" in said("--token-file", str(tmp_path / "short"))
    assert "no list of resources" in said("--records", str(tmp_path / "records"))
    (tmp_path / "records").write_text('{"type": "todo"}', "utf-8")
    assert "no list" in said("--records", str(tmp_path / "records"))
    (tmp_path / "records").write_text("]", "utf-8")
    assert "no list" in said("--records", str(tmp_path / "records"))
    monkeypatch.setattr("crmdsl.cli._serving.find_spec", lambda name: None)
    assert "pip install 'crmdsl[serve]'" in said()


# whatever comes in

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
WORDS = st.sampled_from(["user", "todo", "rick", "morty", "can_update_todo", "read", "ownerID", "belongs_to", "owner"])
KEYS = st.sampled_from(["type", "id", "name", "properties", "field", "states", "limit", "token"])
ANYTHING = st.recursive(
    SCALARS | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | KEYS, inner, max_size=4),
    max_leaves=12,
)
PARTS = st.fixed_dictionaries({}, optional={
    "subject": ANYTHING | st.just(ASKED["subject"]), "action": ANYTHING | st.just(ASKED["action"]),
    "resource": ANYTHING | st.builds(lambda some: MORTYS | {"properties": some}, ANYTHING), "page": ANYTHING,
    "context": ANYTHING | st.just({}), "evaluations": st.lists(ANYTHING, max_size=3), "options": ANYTHING,
})  # fmt: skip


@settings(max_examples=80 * THOROUGH, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PARTS | ANYTHING)
def test_any_json(point: DecisionPoint, data: Any) -> None:
    body = json.dumps(data).encode()
    for work in (point.evaluation, point.evaluations, point.subjects, point.resources, point.actions):
        try:
            answer = work(requests.parsed(body))
        except requests.BadRequest:
            continue
        json.dumps(answer, allow_nan=False)
        for one in answer.get("evaluations", [answer]) if isinstance(data, dict) else ():
            if one.get("decision"):
                assert owned(data) or "read" in json.dumps(data) or "evaluations" in data, data


def owned(data: Any) -> bool:
    """Whether a request says that the one who asks owns the record, or that he may write all of them."""
    return "morty" in json.dumps(data) or "rick" in json.dumps(data)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60) | PARTS.map(lambda data: json.dumps(data).encode()[:-1]))
def test_any_bytes(server: Server, body: bytes) -> None:
    assert server.ask(EVALUATION, body)[0] == 400
