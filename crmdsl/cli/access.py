"""`crmdsl access SPEC who-can|explain|matrix|path|serve`: who may do what, and why."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crmdsl.cli.language import Failed, Wrong
from crmdsl.cli.options import Settings, common, formats, spec_argument
from crmdsl.diagnostics import Message

if TYPE_CHECKING:
    from crmdsl.analysis.access import Justified, Way
    from crmdsl.analysis.signers import Signer
    from crmdsl.ir.program import Program

QUESTIONS = ("who-can", "explain", "matrix", "path", "serve")
MANY = 12
"""Actions that are named where somebody asks for one that does not exist."""
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("access")
@spec_argument
@click.argument("question", type=click.Choice(QUESTIONS))
@click.argument("words", nargs=-1)
@click.option("--actor", help="Of explain: who asks, a person, a role or `role 2`.")
@click.option("--action", help="Of explain: create, read, update, delete or export, or a name of access.actions.")
@click.option("--on", "target", metavar="ENTITY[.FIELD]", help="Of explain: what he asks it for.")
@click.option("--record", type=click.Path(path_type=Path), help="Of explain: the record, a file of JSON; - reads it.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Of serve: where it listens.")
@click.option("--port", type=click.IntRange(0, 65535), default=8181, show_default=True, help="Of serve: its port.")
@click.option("--token-file", type=FILE, help="Of serve: a file with the token that it asks for.")
@click.option("--records", type=FILE, help="Of serve: the records that it knows, a list of resources in JSON.")
@click.option("--url", help="Of serve: what it is known as, if that is another than where it listens.")
@formats("text", "json", "csv", "html")
@common
def command(
    spec: Path, question: str, words: tuple[str, ...], actor: str | None, action: str | None, target: str | None,
    record: Path | None, host: str, port: int, token_file: Path | None, records: Path | None, url: str | None,
    form: str, settings: Settings,
) -> int:  # fmt: skip
    """Answer who may do what with the records of SPEC.

    who-can ACTION ENTITY[.FIELD]: the roles and people, and on which records; who-can approve ENTITY: who signs which
    levels of its chains. explain: why --actor may do --action
    --on ENTITY[.FIELD] with --record, or why not. matrix: every role, entity, field and action; as html, a page to be
    signed. path: which work asks for each grant, and which grants nothing asks for. serve: a decision point by the
    OpenID Authorization API 1.0 (AuthZEN).
    """
    from crmdsl.api import check
    from crmdsl.cli.answers import show

    if form in ("csv", "html") and question != "matrix":
        raise Wrong(Message("only `matrix` has the form `{form}`", form=form))
    if words and question != "who-can":
        if question == "explain":
            raise Wrong(Message("`explain` needs `--actor`, `--action`, `--on` and `--record`"))
        raise Wrong(Message("`{question}` takes no `{word}`", question=question, word=words[0]))
    found = check(spec)
    if found.failed:
        show(found, spec, "json" if form == "json" else "text", settings)
        return 1
    program = found.program
    if question == "who-can":
        if len(words) == 2 and words[0] == "approve" and "approve" not in program.spec.access.actions:
            _who_signs(program, *_target(program, words[1]), form, settings)
            return 0
        if len(words) != 2 and not (len(words) == 1 and words[0] in program.spec.access.actions):
            raise Wrong(Message("`who-can` takes an action and an entity: `who-can read order.margin`"))
        _who_can(program, *_asked(program, *words), form, settings)
    elif question == "explain":
        if not (actor and action and record and (target or action in program.spec.access.actions)):
            raise Wrong(Message("`explain` needs `--actor`, `--action`, `--on` and `--record`"))
        _explain(program, actor, *_asked(program, action, target), record, form, settings)
    elif question == "matrix":
        _matrix(program, form, settings)
    elif question == "serve":
        from crmdsl.cli._serving import serve

        serve(program, settings, host=host, port=port, token_file=token_file, records=records, url=url)
    else:
        _path(program, form, settings)
    return 0


def _asked(program: Program, word: str, target: str | None = None) -> tuple[str, str, str]:
    """An action, an entity, and a field of it or nothing; each may be said in the words of other systems."""
    from crmdsl.cli.answers import meant
    from crmdsl.model.access import ACTIONS

    named = program.spec.access.actions.get(word)
    if named is None or named.on is None:
        if word not in ACTIONS:
            known = [*ACTIONS, "approve", *program.spec.access.actions]
            raise Wrong(
                meant(Message("no action `{name}`: {known}", name=word, known=", ".join(known[:MANY])), word, known)
            )
        return word, *_target(program, target or "")
    whole = named.on.name, named.field.name if named.field is not None else ""
    if target is not None and _target(program, target) not in (whole, (whole[0], "")):
        on = ".".join(filter(None, whole))
        raise Wrong(Message("`{name}` means `{action}` on `{on}`", name=word, action=named.can, on=on))
    return named.can, *whole


def _target(program: Program, word: str) -> tuple[str, str]:
    """An entity, and a field of it or nothing."""
    from crmdsl.cli.answers import meant
    from crmdsl.report.access.asking import called

    entities = program.spec.entities
    entity, field = called(entities, word), ""
    if entity is None:
        first, _, field = word.partition(".")
        entity = called(entities, first)
        if entity is None:
            raise Wrong(meant(Message("no entity `{name}`", name=first), first, entities))
    if not field:
        return entity, ""
    name = called(entities[entity].fields, field)
    if name is None:
        said = Message("no field `{field}` in `{entity}`", field=field, entity=entity)
        raise Wrong(meant(said, field, entities[entity].fields))
    return entity, name


def _who_can(program: Program, action: str, entity: str, field: str, form: str, settings: Settings) -> None:
    from crmdsl.analysis.access import people_of, who_can
    from crmdsl.cli.answers import answer, give
    from crmdsl.report.access.matrix import data

    found = who_can(program, action, entity, field)
    if form == "json":
        ways = [one | {"people": people_of(program, one["role"])} for one in data(found)]
        answer({"action": action, "entity": entity, "field": field or None, "ways": ways})
        return
    if not found:
        settings.say(Message("nobody"))
    give("\n".join(_way(way, people_of(program, way.role)).text(settings.translate) for way in found))


def _who_signs(program: Program, entity: str, field: str, form: str, settings: Settings) -> None:
    """Who approves an entity: that follows from its chains, not from grants."""
    from crmdsl.analysis.access import people_of
    from crmdsl.analysis.signers import signers
    from crmdsl.cli.answers import answer, give

    if field:
        raise Wrong(Message("what is approved is a whole `{entity}`: `who-can approve {entity}`", entity=entity))
    found = list(signers(program, entity))
    if form == "json":
        ways = [
            {"signer": one.who, "as": one.as_, "chain": one.chain, "level": one.level, "quorum": one.quorum,
             "when": one.when, "place": one.place, "people": people_of(program, one.who)} for one in found
        ]  # fmt: skip
        answer({"action": "approve", "entity": entity, "field": None, "ways": ways})
        return
    if not found:
        settings.say(Message("nobody"))
    give("\n".join(_signs(one, people_of(program, one.who)).text(settings.translate) for one in found))


def _signs(one: Signer, people: list[str]) -> Message:
    """Somebody, and which level he signs as what."""
    who = f"{one.who} ({', '.join(people)})" if people else one.who
    level = f"{one.chain}.{one.level}" + (f"; when {one.when}" if one.when else "")
    said = {"who": who, "level": level, "place": one.place}
    if one.as_ == "manager":
        return Message("{who}, as manager of who asks: {level}  [{place}]", **said)
    if one.as_ == "named":
        return Message("whoever `{who}` names: {level}  [{place}]", **said)
    if one.as_ == "substitute":
        return Message("{who}, while all who sign are away: {level}  [{place}]", **said)
    if one.as_ == "escalated":
        return Message("{who}, once it is late: {level}  [{place}]", **said)
    return Message("{who}: {level}  [{place}]", **said)


def _way(way: Way, people: list[str]) -> Message:
    """A role, who holds it, on which records, by which grant."""
    who = f"{way.role} ({', '.join(people)})" if people else way.role
    records = f"{way.scope}; when {way.when}" if way.when else way.scope
    if way.below:
        return Message("{who}: {records}, reading what {below} reads  [{place}]", who=who, records=records,
                       below=way.below, place=way.place)  # fmt: skip
    return Message("{who}: {records}  [{place}]", who=who, records=records, place=way.place)


def _explain(
    program: Program, actor: str, action: str, entity: str, field: str, path: Path, form: str, settings: Settings
) -> None:
    from crmdsl.cli.answers import answer, give
    from crmdsl.report.access.asking import BadRecord, decision

    try:
        found = decision(program, actor, action, entity, field, _read(path))
    except BadRecord as bad:
        raise Failed(bad.message) from None
    except LookupError:
        raise Wrong(Message("there is no person and no role `{who}`", who=actor)) from None
    words = found.pop("words", {})
    if form == "json":
        answer(found)
    else:
        give(_below(_lines(found, words), settings))


def _read(path: Path) -> object:
    data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        raise Failed(Message("`{path}` is not JSON", path=str(path))) from None


def _lines(found: dict[str, Any], words: dict[str, str]) -> list[Message]:
    """The answer, and for a refusal each grant with the part of it that fails."""
    from crmdsl.report.access.reasons import reason

    about = {name: found[name] for name in ("actor", "action", "on", "place")}
    if found["allowed"]:
        return [Message("yes: {actor} may {action} {on}, by the grant at {place}", **about)]
    asked = {name: about[name] for name in ("actor", "action", "on")}
    why = reason(found["rule"], **asked, words=words)
    lines = [Message("no: {actor} may not {action} {on}: {reason}", **about, reason=why)]
    for one in found["attempts"]:
        values = ", ".join(f"{name} = {_shown(value)}" for name, value in one["values"].items())
        at = {name: one[name] for name in ("place", "part", "text")}
        lines.append(
            Message("{place}: {part} `{text}` does not apply: {values}", **at, values=values) if values
            else Message("{place}: {part} `{text}` does not apply", **at)
        )  # fmt: skip
    return lines


def _below(lines: list[Message], settings: Settings) -> str:
    """A line, and the others further in below it."""
    return "\n  ".join(line.text(settings.translate) for line in lines)


def _shown(value: object) -> str:
    return "?" if value is None else ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _matrix(program: Program, form: str, settings: Settings) -> None:
    from crmdsl.analysis.access import ways
    from crmdsl.cli.answers import answer, give
    from crmdsl.report.access import matrix

    if form == "json":
        answer({"spec": program.spec.name, "ways": matrix.data(ways(program))})
    elif form == "csv":
        give(matrix.as_csv(program))
    elif form == "html":
        give(matrix.as_html(program, settings.translate, settings.language))
    else:
        give(matrix.as_text(program, settings.translate))


def _path(program: Program, form: str, settings: Settings) -> None:
    from crmdsl.analysis.access import justifications, where
    from crmdsl.cli.answers import answer, give

    found = list(justifications(program))
    if form == "json":
        answer({"grants": [
            {
                "place": one.place, "roles": [ref.name for ref in one.grant.role], "can": list(one.grant.can),
                "on": [ref.name for ref in one.grant.on],
                "needs": [
                    {"role": need.role.name, "where": where(program, need), "reads": list(need.reads),
                     "updates": list(need.updates)} for need in one.needs
                ],
                "works": [{"role": role, "entity": entity} for role, entity in one.works],
                "justified": bool(one.needs or one.works),
            }
            for one in found
        ]})  # fmt: skip
    else:
        give("\n".join(_below(_reasons(program, one), settings) for one in found))


def _reasons(program: Program, one: Justified) -> list[Message]:
    """A grant and what asks for it."""
    from crmdsl.analysis.access import where

    roles, on = (", ".join(ref.name for ref in refs) for refs in (one.grant.role, one.grant.on))
    can = ", ".join(one.grant.can)
    lines = [Message("{place}: {roles} can {can} {on}", place=one.place, roles=roles, can=can, on=on)]
    lines += [
        Message("{role} works with {fields} in {where}", role=need.role.name, where=where(program, need),
                fields=", ".join(need.reads)) for need in one.needs
    ]  # fmt: skip
    lines += [Message("{role} works on {entity}", role=role, entity=entity) for role, entity in one.works]
    return lines if len(lines) > 1 else [*lines, Message("nothing asks for it")]
