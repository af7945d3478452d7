"""Who the actor is, and whose records are within reach: sub-selects that PostgreSQL works out once a statement.

None of them looks at the row, so that a policy costs a row what an explicit WHERE costs it. All start from the actor
in `_people`: who is not there, or where no actor is set, there is nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crmdsl.backends.postgres.names import array
from crmdsl.conditions.sqltext import quoted

SETTING = "current_setting('crmdsl.actor', true)"
ACTOR = f"(SELECT {SETTING})"
"""The name of the actor; nobody's where it is not set."""
ME = f'"_me"."name" = {ACTOR}'
"""That `"_me"`, of `_people`, is the actor. Nothing in it may keep a statement from being worked out in parallel."""
FEW = 4
"""Roles that are asked for one by one."""
Below = Mapping[tuple[str, ...], Sequence[str]]
"""Roles that stand above some, and those below them."""


def holds(*roles: Sequence[str]) -> str:
    """Whether the actor holds a role of each of some lists."""
    tests = " AND ".join(_mine(each) for each in roles)
    return f'EXISTS (SELECT FROM "_people" AS "_me" WHERE {ME} AND {tests})'


def _mine(roles: Sequence[str]) -> str:
    """That the actor holds one of some roles; PostgreSQL takes it for dearer than his name and asks that first."""
    if not 0 < len(roles) <= FEW:
        return f'"_me"."roles" && {array(roles)}'
    tests = " OR ".join(f'{quoted(role)} = ANY ("_me"."roles")' for role in roles)
    return f"({tests})" if len(roles) != 1 else tests


def everybody(roles: Sequence[str]) -> str:
    """The names of all who hold one of some roles."""
    return f'ARRAY(SELECT "_p"."name" FROM "_people" AS "_p" WHERE "_p"."roles" && {array(roles)})'  # noqa: S608


def among(name: str, people: str) -> str:
    """Whether a name is one of some people, a statement that PostgreSQL works out once; unknown where the name is.

    Asked by EXISTS, it could not be worked out in parallel.
    """
    return f"{name} IN ({people})"


def those(below: Below) -> str:
    """The actor and all below him."""
    return f'SELECT "_w"."name" FROM "_people" AS "_me"{_with(below)} WHERE {ME}'  # noqa: S608


def of_unit(roles: Sequence[str], below: Below) -> str:
    """Who is in the unit of the actor, if he holds one of some roles, or of somebody below him."""
    mine = '"_w"' if below else '"_me"'
    joined = f'{_with(below)} JOIN "_people" AS "_p" ON "_p"."unit" = {mine}."unit"'
    return f'SELECT "_p"."name" FROM "_people" AS "_me"{joined} WHERE {ME} AND {_mine(roles)}'  # noqa: S608


def of_territory(roles: Sequence[str], below: Below) -> str:
    """The same of territories, with what is in them."""
    mine = '"_w"' if below else '"_me"'
    joined = f'{_with(below)} JOIN "_territories" AS "_t" ON {mine}."territory" = ANY ("_t"."around")'
    joined += ' JOIN "_people" AS "_p" ON "_p"."territory" = "_t"."name"'
    return f'SELECT "_p"."name" FROM "_people" AS "_me"{joined} WHERE {ME} AND {_mine(roles)}'  # noqa: S608


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
        found.append(f"({_mine(asking)} AND {inside})")
    joined = f' JOIN "_people" AS "_p" ON {" OR ".join(found)}'
    return f'SELECT "_p"."name" FROM "_people" AS "_me"{joined} WHERE {ME}'  # noqa: S608


def _with(below: Below) -> str:
    """The actor, if he has anybody below him, and these, as `"_w"`."""
    if not below:
        return ""
    found = [
        f'({_mine(above)} AND ("_w"."roles" && {array(roles)} OR "_w"."name" = "_me"."name"))'
        for above, roles in below.items()
    ]
    return f' JOIN "_people" AS "_w" ON {" OR ".join(found)}'
