"""The decision point answers as the oracle does, on generated policies, worlds and requests."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from crmdsl.ir.lower import lower
from crmdsl.report.authzen import requests
from crmdsl.report.authzen.point import DecisionPoint
from tests.differential.deciding import Deciding, deciding
from tests.generators.policies import World, world
from tests.reference.decisions import Oracle, Request

AROUND = ("creator", "owner", "process", "states", "requester", "writers", "signers")


def properties(package: Deciding, number: int) -> dict[str, Any]:
    """A record as a resource has it."""
    return flat(package.records[number].as_json()) | {
        name: value for name in AROUND if (value := package.world.records[number].get(f"#{name}")) is not None
    }  # fmt: skip


def flat(data: dict[str, Any]) -> dict[str, Any]:
    found = {name: flat(value) if isinstance(value, dict) else value for name, value in data["fields"].items()}
    return found | {name: data[name] for name in ("owner", "creator") if data[name] is not None}


def asked(world: World, request: Request, given: dict[str, Any]) -> dict[str, Any]:
    action: dict[str, Any] = {"name": request.action}
    if request.field is not None:
        action["properties"] = {"field": request.field}
    kind = world.records[request.record][""]
    resource = {"type": kind, "id": str(request.record), "properties": given}
    return {"subject": {"type": "user", "id": request.actor}, "action": action, "resource": resource}


def test_decisions(tmp_path: Path) -> None:
    for seed in (3, 8):
        made = world(seed, 400)
        assert made.resolved.spec.company is not None
        today = datetime.now(ZoneInfo(made.resolved.spec.company.timezone)).date()  # the point looks at the clock
        made = dataclasses.replace(made, today=today, oracle=Oracle(made.resolved, made.organisation, today))
        with deciding(made, tmp_path, f"point_{seed}") as package, DecisionPoint(lower(made.resolved)) as point:
            for request in made.requests:
                body = json.dumps(asked(made, request, properties(package, request.record)))
                answer = point.evaluation(requests.parsed(body.encode()))
                assert answer["decision"] == made.answer(request), f"{made.shown(request)}, but {answer}"
