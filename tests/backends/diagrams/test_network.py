"""Pictures of the sales network, its territories and the channels: nothing lost, nothing overlapping."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from crmdsl.api import check
from crmdsl.backends.diagrams import pictures_of
from crmdsl.backends.diagrams.picture import Picture
from crmdsl.backends.diagrams.scene import Group, Text
from crmdsl.backends.diagrams.selling import FUNCTIONS, KINDS
from crmdsl.model.network import UNIT_KINDS
from crmdsl.model.organisation import FUNCTIONS as ALL_FUNCTIONS
from crmdsl.model.reader import read
from crmdsl.model.spec import Spec
from crmdsl.syntax.loader import load_text
from tests.backends.diagrams.geometry import faults
from tests.generators.specs import spec as generated

SPECS = Path(__file__).parents[3] / "specs"


def made(spec: Spec, language: str = "en") -> list[Picture]:
    """The pictures of how a company sells, with everything in its place and nothing lost."""
    found = [picture for picture in pictures_of(spec, language) if picture.group == "sales"]
    for picture in found:
        assert list(faults(picture.scene)) == [], picture.name
    drawn(spec, found)
    return found


def drawn(spec: Spec, pictures: list[Picture]) -> None:
    """No unit, territory or channel is lost, and no way of a channel."""
    found = [picture for picture in pictures if picture.group == "sales"]
    shown = [item for picture in found for _, _, item in picture.scene.placed() if isinstance(item, Group)]
    idents = {item.ident for item in shown}
    assert {f"unit--{name}" for name in spec.sales_network} <= idents
    assert {f"channel--{name}" for name in spec.channels} <= idents
    if spec.sales_network:
        assert {f"territory--{name}" for name in spec.territories} <= idents
    ways = [item for item in shown if item.kind == "line" and " → " in item.tooltip]
    assert len(ways) == sum(channel.feeds is not None for channel in spec.channels.values())


def long(characters: int) -> str:
    return ("parola lunghissima " * characters)[:characters]


def model(body: dict[str, Any]) -> Spec:
    return read(load_text({"spec.yaml": yaml.dump(body, Dumper=yaml.CSafeDumper, sort_keys=False)}, "spec"))[0]


def selling(seed: int, units: int = 14, areas: int = 30, ways: int = 18) -> Spec:
    """A generated company with a sales network, territories and channels of any shape."""
    random = Random(seed)
    body = generated(random)
    roles, processes = list(body["roles"]), list(body["processes"])
    names = [*body["territories"], *(f"area_{number}" for number in range(random.randint(1, areas)))]
    body["territories"] = {
        name: {"in": random.choice(names[:number])} if number and random.random() < 0.6 else {}
        for number, name in enumerate(names)
    }
    lines = [*body["product_lines"], *(f"line_{number}" for number in range(random.randint(0, 3)))]
    body["product_lines"] = {line: {} for line in lines}
    body["sales_network"] = {
        f"unit_{number}": {
            "kind": random.choice(UNIT_KINDS), "role": random.sample(roles, random.randint(1, 3)),
            "territories": random.sample(names, min(len(names), random.randint(0, 9))),
            "product_lines": random.sample(lines, random.randint(0, len(lines))),
            "functions": random.sample(ALL_FUNCTIONS, random.randint(0, 6)),
        } | ({"manager": random.choice(roles)} if random.random() < 0.7 else {})
        for number in range(random.randint(2, units))
    }  # fmt: skip
    names = ["web", "fair", *(f"channel_{number}" for number in range(random.randint(0, ways - 2)))]
    body["channels"] = {
        name: {"kind": random.choice(("online", "offline")), "handled_by": random.choice(roles)}
        | ({"volume": f"{random.randint(1, 400)} per {random.choice(('hour', 'day', 'month'))}"} if number % 4 else {})
        | ({"qualified": f"{random.randint(0, 100)}%"} if number % 3 else {})
        | ({"feeds": random.choice(processes)} if number % 5 else {})
        for number, name in enumerate(names)
    }
    return model(body)


@pytest.mark.parametrize("name", sorted(path.name for path in SPECS.iterdir() if path.is_dir()))
@pytest.mark.parametrize("language", ["it", "en"])
def test_the_companies(name: str, language: str) -> None:
    names = [picture.name for picture in made(check(SPECS / name).spec, language)]
    territories = ["territories"] if name == "termolinea" else []
    assert names == ["sales-network", *territories, "channels"]


def test_a_spec_that_lacks_the_section_has_no_such_picture() -> None:
    body = generated(Random(1))
    del body["sales_network"], body["channels"]
    assert made(model(body)) == []


def test_it_says_who_does_what_where_and_for_whom() -> None:
    spec = check(SPECS / "termolinea").spec
    (network,) = pictures_of(spec, "it", ["sales-network"])
    texts = {item.text for _, _, item in network.scene.placed() if isinstance(item, Text)}
    assert {"Rivenditori autorizzati", "agenti plurimandatari", "Direttore vendite", "Acquisire", "Incassare"} <= texts
    (channels,) = pictures_of(spec, "en", ["channels"])
    texts = {item.text for _, _, item in channels.scene.placed() if isinstance(item, Text)}
    assert {"30 per day", "online · portal", "45% qualified", "1,050 contacts per month"} <= texts
    assert "lead_routing.svg" in {getattr(item, "link", "") for _, _, item in channels.scene.placed()}


def test_two_hundred_territories_and_sixty_in_each_other() -> None:
    for deep in (False, True):
        count = 60 if deep else 200
        areas = {
            f"a{n}": {"label": long(300)} | ({"in": f"a{n - 1}" if deep else "a0"} if n else {}) for n in range(count)
        }
        units = {
            f"u{n}": {"kind": "employees", "role": "r", "territories": [f"a{m}" for m in range(n, count, 7)],
                      "label": long(300), "manager": f"m{n % 30}"}
            for n in range(40)
        }  # fmt: skip
        roles = {"r": {"label": long(300)}} | {f"m{n}": {"reports_to": f"m{n - 1}"} if n else {} for n in range(30)}
        found = made(model({"crmdsl": "1", "roles": roles, "territories": areas, "sales_network": units}))
        assert len(found) > 3
        assert all(picture.scene.height < 2500 for picture in found)


def test_sixty_channels_without_labels_or_figures() -> None:
    channels: dict[str, Any] = {f"c{n}": {"kind": "online"} for n in range(60)}
    assert [picture.name for picture in made(model({"crmdsl": "1", "channels": channels}))] == [
        "channels", "channels-2", "channels-3", "channels-4", "channels-5",
    ]  # fmt: skip


def test_every_function_and_kind_of_unit_has_a_word() -> None:
    assert (tuple(FUNCTIONS), tuple(KINDS)) == (ALL_FUNCTIONS, UNIT_KINDS)
