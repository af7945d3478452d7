"""Who the actor is, and whose records are within reach: sub-selects that PostgreSQL works out once a statement.

None of them looks at the row, so that a policy costs a row what an explicit WHERE costs it. All start from the actor
in `_people`: who is not there, or where no actor is set, there is nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crmdsl.backends.postgres.names import array
from crmdsl.ir.policy import Permission, Policy

SETTING = "current_setting('crmdsl.actor', true)"
ACTOR = f"(SELECT {SETTING})"
"""The name of the actor; nobody's where it is not set."""
ME = f'"_me"."name" = {SETTING}'


def holds(*roles: Sequence[str]) -> str:
    """Whether the actor holds a role of each of some lists."""
    tests = (f'"_me"."roles" && {array(each)}' for each in roles)
    return any_of([" AND ".join(tests)])


def any_of(tests: Iterable[str]) -> str:
    """Whether one of some tests holds for the actor, `"_me"`."""
    return f'(SELECT EXISTS (SELECT FROM "_people" AS "_me" WHERE {ME} AND ({_either(tests)})))'  # noqa: S608


def people(roles: Sequence[str]) -> str:
    """The names of all who hold one of some roles."""
    return f'ARRAY(SELECT "_p"."name" FROM "_people" AS "_p" WHERE "_p"."roles" && {array(roles)})'  # noqa: S608


def mine(one: Permission, policy: Policy) -> str:
    """The actor's name, and those of who is below him in a permission; none if he has no way to it."""
    if not one.heirs:
        where = f'{ME} AND "_me"."roles" && {array(one.roles)}'
        return f'ARRAY(SELECT "_me"."name" FROM "_people" AS "_me" WHERE {where})'  # noqa: S608
    return f'ARRAY(SELECT "_w"."name" FROM {_ways(one, policy)})'  # noqa: S608


def of_unit(one: Permission, policy: Policy) -> str:
    """Who is in a unit of the actor, or of somebody below him."""
    units = f'SELECT "_w"."unit" FROM {_ways(one, policy)}'  # noqa: S608
    return f'ARRAY(SELECT "_p"."name" FROM "_people" AS "_p" WHERE "_p"."unit" IN ({units}))'  # noqa: S608


def of_territory(one: Permission, policy: Policy) -> str:
    """Who is in the territory of the actor or of somebody below him, or in a part of it."""
    zones = f'ARRAY(SELECT "_w"."territory" FROM {_ways(one, policy)})'  # noqa: S608
    joined = '"_people" AS "_p" JOIN "_territories" AS "_t" ON "_t"."name" = "_p"."territory"'
    return f'ARRAY(SELECT "_p"."name" FROM {joined} WHERE "_t"."around" && {zones})'  # noqa: S608


def of_department(one: Permission, policy: Policy, owners: Sequence[str]) -> str:
    """Who, as an owner, is of the department of a role by which the actor has a permission."""
    found = []
    for department, askers in departments(one, policy).items():
        roles = [role for role, name in policy.departments.items() if name == department]
        inside = f'"_p"."roles" && {array(roles)}'
        if owners:
            as_owner = array(role for role in roles if role in owners)
            besides = f'NOT "_p"."roles" && {array(owners)}'
            inside = f'("_p"."roles" && {as_owner} OR ({besides} AND {inside}))'
        found.append(f'("_me"."roles" && {array(askers)} AND {inside})')
    joined = f'"_people" AS "_me" JOIN "_people" AS "_p" ON {" OR ".join(found) or "FALSE"}'
    return f'ARRAY(SELECT "_p"."name" FROM {joined} WHERE {ME})'  # noqa: S608


def departments(one: Permission, policy: Policy) -> dict[str, list[str]]:
    """The departments of the roles of a permission, each with the roles that have a way by it."""
    found: dict[str, list[str]] = {}
    for role in one.granted:
        if role in policy.departments:
            above = (heir for heir, below in one.heirs.items() if role in below)
            found.setdefault(policy.departments[role], []).extend((role, *above))
    return found


def _ways(one: Permission, policy: Policy) -> str:
    """The actor and those below him, as `"_w"`, in the middle of a statement."""
    by_superiors: dict[tuple[str, ...], list[str]] = {}
    for role in one.granted if one.heirs else ():
        if policy.above[role]:
            by_superiors.setdefault(policy.above[role], []).append(role)
    below = (
        f'("_w"."roles" && {array(roles)} AND "_me"."roles" && {array(above)})' for above, roles in by_superiors.items()
    )
    joined = _either(['"_w"."name" = "_me"."name"', *below])
    where = f'{ME} AND "_me"."roles" && {array(one.roles)}'
    return f'"_people" AS "_me" JOIN "_people" AS "_w" ON {joined} WHERE {where}'


def _either(tests: Iterable[str]) -> str:
    return " OR ".join(tests) or "FALSE"
