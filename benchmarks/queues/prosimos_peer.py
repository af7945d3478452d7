"""Prosimos, a simulator of business processes, for reference: BPMN and a file of parameters, open day and night.

It draws in fits of scipy's distributions, writes the log as CSV, and has calendars that are of no use here.
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from prosimos.simulation_engine import run_simulation

from benchmarks.queues import ACTIVITIES, BRANCHES, MEANS, RATE, REWORK, SERVERS

START = "2026-01-05T00:00:00.000000+00:00"
ALWAYS = [{"from": "MONDAY", "to": "SUNDAY", "beginTime": "00:00:00", "endTime": "23:59:59.999999"}]
FLOWS = (
    ("f0", "start", "merge"), ("f1", "merge", "a0"), ("f2", "a0", "split"), ("f3", "split", "a1"),
    ("f4", "split", "a2"), ("f5", "split", "a3"), ("f6", "a1", "join"), ("f7", "a2", "join"), ("f8", "a3", "join"),
    ("f9", "join", "a4"), ("f10", "a4", "again"), ("f11", "again", "merge"), ("f12", "again", "end"),
)  # fmt: skip


def run(cases: int, seed: int) -> Sequence[Sequence[float]]:
    """The log in columns: case, activity, server, queued, started, finished."""
    random.seed(seed)
    np.random.seed(seed)
    with TemporaryDirectory() as folder:
        model, parameters, log = (Path(folder) / name for name in ("model.bpmn", "model.json", "log.csv"))
        model.write_text(_bpmn())
        parameters.write_text(json.dumps(_parameters()))
        run_simulation(str(model), str(parameters), cases, None, str(log), START)
        with log.open(newline="") as lines:
            return list(zip(*_rows(csv.DictReader(lines)), strict=True))


def _rows(lines: Iterator[dict[str, str]] | csv.DictReader[str]) -> Iterator[tuple[float, ...]]:
    start = datetime.fromisoformat(START)
    for line in lines:
        times = (datetime.fromisoformat(line[name]) for name in ("enable_time", "start_time", "end_time"))
        minutes = [(at - start).total_seconds() / 60 for at in times]
        server = int(line["resource"].rpartition("_")[2])
        yield int(line["case_id"]), ACTIVITIES.index(line["activity"]), server, *minutes


def _bpmn() -> str:
    gateways = {"merge", "split", "join", "again"}
    nodes = ['<startEvent id="start"/>', '<endEvent id="end"/>']
    nodes += [f'<task id="a{n}" name="{name}"/>' for n, name in enumerate(ACTIVITIES)]
    nodes += [f'<exclusiveGateway id="{name}"/>' for name in sorted(gateways)]
    flows = [f'<sequenceFlow id="{name}" sourceRef="{one}" targetRef="{to}"/>' for name, one, to in FLOWS]
    inner = "".join([*nodes, *flows])
    space = "http://www.omg.org/spec/BPMN/20100524/MODEL"
    return f'<definitions xmlns="{space}" targetNamespace="b"><process id="p">{inner}</process></definitions>'


def _parameters() -> dict[str, object]:
    def exponential(mean: float) -> dict[str, object]:
        return {
            "distribution_name": "expon",
            "distribution_params": [{"value": 60 * mean}, {"value": 0}, {"value": 1e9}],
        }

    return {
        "resource_profiles": [
            {"id": f"p{n}", "name": f"p{n}", "resource_list": [
                {"id": f"r{n}", "name": f"r{n}", "cost_per_hour": 1, "amount": servers, "calendar": "always",
                 "assignedTasks": [f"a{n}"]}]}
            for n, servers in enumerate(SERVERS)
        ],
        "resource_calendars": [{"id": "always", "name": "always", "time_periods": ALWAYS}],
        "arrival_time_calendar": ALWAYS,
        "arrival_time_distribution": exponential(1 / RATE),
        "gateway_branching_probabilities": [
            {"gateway_id": "split", "probabilities": [
                {"path_id": f"f{branch + 2}", "value": str(share)} for branch, share in BRANCHES]},
            {"gateway_id": "again", "probabilities": [
                {"path_id": "f11", "value": str(REWORK)}, {"path_id": "f12", "value": str(1 - REWORK)}]},
        ],
        "task_resource_distribution": [
            {"task_id": f"a{n}", "resources": [{"resource_id": f"r{n}", **exponential(mean)}]}
            for n, mean in enumerate(MEANS)
        ],
    }  # fmt: skip
