"""Who the actor is, and whose records are within reach: sub-selects that PostgreSQL works out once a statement.

None of them looks at the row, so that a policy costs a row what an explicit WHERE costs it. All start from the actor
in `_people`: who is not there, or where no actor is set, there is nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from crmdsl.backends.postgres.names import array

SETTING = "current_setting('crmdsl.actor', true)"
ACTOR = f"(SELECT {SETTING})"
"""The name of the actor; nobody's where it is not set."""
PEOPLE = f'(SELECT * FROM "_people" WHERE "name" = {ACTOR}) AS "_me"'  # noqa: S608
"""The actor. Nothing in it may keep a statement from being worked out in parallel, as an OFFSET does."""
Below = Mapping[tuple[str, ...], Sequence[str]]
"""Roles that stand above some, and those below them."""


def holds(*roles: Sequence[str]) -> str:
    """Whether the actor holds a role of each of some lists."""
    return any_of([" AND ".join(f'"_me"."roles" && {array(each)}' for each in roles)])


def any_of(tests: Iterable[str]) -> str:
    """Whether one of some tests holds for the actor, `"_me"`."""
    return f"EXISTS (SELECT FROM {PEOPLE} WHERE {' OR '.join(tests)})"


def everybody(roles: Sequence[str]) -> str:
    """The names of all who hold one of some roles."""
    return f'ARRAY(SELECT "_p"."name" FROM "_people" AS "_p" WHERE "_p"."roles" && {array(roles)})'  # noqa: S608


def among(name: str, people: str) -> str:
    """Whether a name is one of some people, a statement that PostgreSQL works out once; never unknown.

    Nobody is called by no letter. Asked by EXISTS, it could not be worked out in parallel.
    """
    return f"coalesce({name}, '') IN ({people})"


def those(below: Below) -> str:
    """The actor and all below him."""
    return f'SELECT "_w"."name" FROM {PEOPLE} {_with(below)}'  # noqa: S608


def of_unit(roles: Sequence[str], below: Below) -> str:
    """Who is in the unit of the actor, if he holds one of some roles, or of somebody below him."""
    mine, joined = ('"_w"', _with(below)) if below else ('"_me"', "")
    joined = f'{joined} JOIN "_people" AS "_p" ON "_p"."unit" = {mine}."unit"'
    return f'SELECT "_p"."name" FROM {PEOPLE} {joined} WHERE "_me"."roles" && {array(roles)}'  # noqa: S608


def of_territory(roles: Sequence[str], below: Below) -> str:
    """The same of territories, with what is in them."""
    mine, joined = ('"_w"', _with(below)) if below else ('"_me"', "")
    joined += f' JOIN "_territories" AS "_t" ON {mine}."territory" = ANY ("_t"."around")'
    joined += ' JOIN "_people" AS "_p" ON "_p"."territory" = "_t"."name"'
    return f'SELECT "_p"."name" FROM {PEOPLE} {joined} WHERE "_me"."roles" && {array(roles)}'  # noqa: S608


def of_department(askers: Mapping[str, Sequence[str]], known: Mapping[str, str], owners: Sequence[str]) -> str:
    """Who, as an owner, is of a department; `askers` are the roles that ask for each, `known` the departments."""
    found = []
    for department, asking in askers.items():
        roles = [role for role, name in known.items() if name == department]
        inside = f'"_p"."roles" && {array(roles)}'
        if owners:
            as_owner = array(role for role in roles if role in owners)
            besides = f'NOT "_p"."roles" && {array(owners)}'
            inside = f'("_p"."roles" && {as_owner} OR ({besides} AND {inside}))'
        found.append(f'("_me"."roles" && {array(asking)} AND {inside})')
    joined = f'JOIN "_people" AS "_p" ON {" OR ".join(found)}'
    return f'SELECT "_p"."name" FROM {PEOPLE} {joined}'  # noqa: S608


def _with(below: Below) -> str:
    """The actor, if he has anybody below him, and these, as `"_w"`."""
    found = [
        f'("_me"."roles" && {array(above)} AND ("_w"."roles" && {array(roles)} OR "_w"."name" = "_me"."name"))'
        for above, roles in below.items()
    ]
    return f'JOIN "_people" AS "_w" ON {" OR ".join(found)}'
