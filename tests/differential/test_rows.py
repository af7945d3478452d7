"""What guards rows and columns in PostgreSQL: who creates, what leaks nowhere, and mutants of the SQL itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest
import yaml

from crmdsl.api import check, check_text
from crmdsl.backends.faults import NotExpressible
from crmdsl.backends.postgres import emit
from tests.differential.postgres import connection
from tests.differential.rows import FILES, Installed, by_id, emitted
from tests.generators.policies import World, policy, world

pytestmark = pytest.mark.xdist_group("postgres")


@pytest.fixture(scope="module")
def opened() -> Iterator[Any]:
    with connection() as found:
        yield found


def drawn(seed: int, requests: int) -> World:
    return world(seed, requests, 40, by_id(policy(seed)))


def compare(installed: Installed) -> int:
    """How many decisions agree; fails on the first that does not."""
    found = 0
    for request in installed.world.requests:
        allowed = installed.allowed(request)
        if allowed is not None:
            assert allowed == installed.world.answer(request), installed.world.shown(request)
            assert not list(installed.masked(request.actor, request.record)), installed.world.shown(request)
            found += 1
    return found


def creations(installed: Installed, count: int) -> int:
    """The same of records that are created: with the fields that somebody may write, and with one more."""
    drawn, random, found = installed.world, Random(installed.world.seed), 0
    oracle, known = drawn.oracle, {"#writers": [], "#signers": [], "#states": [], "#process": None}
    for _ in range(count):
        actor, record = random.choice(list(drawn.organisation.people)), random.choice(drawn.records)
        values = {name: record.get(name) for name in installed.fields(record[""])}
        plain = {name: None if isinstance(value, dict) else value for name, value in values.items()}
        open_to = set(oracle.fields(actor, "create", {"": record[""], **plain, **known}))
        more = {random.choice(list(plain))} if random.random() < 0.5 else set()
        given = {name: value for name, value in plain.items() if value is not None and name in open_to | more}
        whole = {"": record[""], **dict.fromkeys(plain), **given, **known}
        for name, field in installed.fields(record[""]).items():
            if name not in given:
                whole[name] = drawn.resolved.value(field.default)
        expected = all(oracle.decide(actor, "create", whole, name) for name in [None, *given])
        assert installed.created(actor, {"": record[""], **given}) == expected, (drawn.seed, actor, whole)
        found += expected
    return found


def test_who_may_create_a_record_creates_it(opened: Any) -> None:
    installed = Installed(opened, drawn(0, 0))
    assert creations(installed, 50) > 5


def simple() -> World:
    """A world with a few grants, whose records lie about their limits."""
    body = yaml.safe_load(by_id(policy(0)))
    one, two, three, *_ = body["roles"]
    limit = f"amount <= 1000 {body['company']['currency']}"
    body["access"] = {
        "grants": [
            {"role": one, "can": ["read", "delete"], "on": "order", "scope": "all", "when": limit},
            {"role": two, "can": ["read", "update"], "on": "order", "scope": "own", "fields": ["amount", "rush"]},
            {"role": three, "can": "read", "on": "order", "scope": "all", "when": "not rush", "except": "amount"},
            {"role": [one, two, three], "can": "create", "on": "order", "scope": "all"},
        ],
        "separation": {"apart": {"never_both": ["order.create", "order.delete"], "per": "record"}},
    }
    return world(0, 250, 40, yaml.safe_dump(body, default_style="'", sort_keys=False))


MUTANTS: dict[str, Callable[[str], str]] = {
    "nothing": lambda text: text,
    "a dropped scope": lambda text: re.sub(r'"order"\."_owner" = \(SELECT [^)]*\)\)', "TRUE", text),
    "rights on all columns": lambda text: re.sub(r"GRANT SELECT \([^)]*\)", "GRANT SELECT", text),
    "fields that are not hidden": lambda text: re.sub(
        r'CASE WHEN [^\n]*(?:\n  *OR[^\n]*)* THEN ("order"\."\w+") END', r"\1", text
    ),
}


@pytest.fixture(scope="module")
def known() -> World:
    return simple()


@pytest.mark.parametrize("name", MUTANTS)
def test_mutants_are_caught(opened: Any, known: World, name: str) -> None:
    files = emitted(known)
    mutated = {**files, "access.sql": MUTANTS[name](files["access.sql"])}
    if name == "nothing":
        compare(Installed(opened, known, mutated))
        return
    assert mutated != files
    with pytest.raises(AssertionError):
        compare(Installed(opened, known, mutated))


def seen(opened: Any, role: str, actor: str | None) -> int:
    with opened.transaction(force_rollback=True):
        if actor is not None:
            opened.execute("SELECT set_config('crmdsl.actor', %s, true)", [actor])
        opened.execute(f'SET LOCAL ROLE "{role}"')
        return int(opened.execute('SELECT count("_id") FROM "order"').fetchone()[0])


def test_without_an_actor_there_is_nothing_and_the_owner_is_bound_too(opened: Any, known: World) -> None:
    installed = Installed(opened, known)
    holder = next(name for name in known.organisation.people if seen(opened, installed.roles[name], name))
    role = installed.roles[holder]
    assert [seen(opened, role, actor) for actor in (None, "", "nobody_here")] == [0, 0, 0]
    opened.execute(f'GRANT ALL ON SCHEMA "{installed.schema}" TO "{role}"')
    opened.execute(
        f'DROP ROLE IF EXISTS landlord; CREATE ROLE landlord; GRANT USAGE ON SCHEMA "{installed.schema}" TO landlord'
    )
    opened.execute('ALTER TABLE "order" OWNER TO landlord')
    assert seen(opened, "landlord", holder) == 0
    opened.execute('ALTER TABLE "order" NO FORCE ROW LEVEL SECURITY')
    assert seen(opened, "landlord", holder) > 0


def readers(opened: Any, installed: Installed) -> dict[str, str]:
    """Who may ask the view of orders, each with his database role."""
    may = "SELECT has_table_privilege(%s, '\"order.read\"', 'SELECT')"
    return {name: role for name, role in installed.roles.items() if opened.execute(may, [role]).fetchone()[0]}


def test_a_condition_of_who_asks_is_shown_no_more_than_he_is(opened: Any, known: World) -> None:
    installed = Installed(opened, known)
    opened.execute("""CREATE OR REPLACE FUNCTION public.told(one text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001
        AS $$ BEGIN RAISE NOTICE '%', coalesce(one, 'NULL'); RETURN TRUE; END $$""")
    told: list[str] = []
    opened.add_notice_handler(lambda one: told.append(one.message_primary))
    for actor, role in readers(opened, installed).items():
        told.clear()
        with opened.transaction(force_rollback=True):
            opened.execute("SELECT set_config('crmdsl.actor', %s, true)", [actor])
            opened.execute(f'SET LOCAL ROLE "{role}"')
            asked = """SELECT "_id" || coalesce("amount"::text, '') FROM "order.read"
                WHERE public.told("_id" || coalesce("amount"::text, ''))"""
            assert told == [one for (one,) in opened.execute(asked).fetchall()]


ASKED = 'SELECT "_id", "_open" FROM "order.read" ORDER BY 1'


def become(opened: Any, actor: str, role: str) -> None:
    opened.execute("SELECT set_config('crmdsl.actor', %s, false)", [actor])
    opened.execute(f'SET ROLE "{role}"')


def test_a_plan_that_is_kept_is_of_who_asks_now(opened: Any, known: World) -> None:
    installed = Installed(opened, known)
    opened.execute(f"PREPARE asked AS {ASKED}")
    opened.execute(f"""CREATE FUNCTION public.asked() RETURNS text[] LANGUAGE plpgsql AS $$
        BEGIN RETURN (SELECT array_agg("_id" ORDER BY "_id") FROM "{installed.schema}"."order.read"); END $$""")
    opened.execute("SET plan_cache_mode = force_generic_plan")
    asking = list(readers(opened, installed).items())
    found = set()
    try:
        for actor, role in [*asking, *reversed(asking)]:
            become(opened, actor, role)
            rows = opened.execute(ASKED).fetchall()
            assert opened.execute("EXECUTE asked").fetchall() == rows
            assert (opened.execute("SELECT public.asked()").fetchone()[0] or []) == [one for one, _ in rows]
            found.add(repr(rows))
            if rows:  # and whoever is a member no more sees nothing, though the plan is kept
                roles = ", ".join(f'"{installed.schema}.role.{one}"' for one in known.organisation.people[actor].roles)
                opened.execute(f'RESET ROLE; GRANT SELECT ON "order.read" TO "{role}"; REVOKE {roles} FROM "{role}"')
                opened.execute(f'GRANT USAGE ON SCHEMA "{installed.schema}" TO "{role}"; SET ROLE "{role}"')
                assert opened.execute("EXECUTE asked").fetchall() == []
                opened.execute(f'RESET ROLE; GRANT {roles} TO "{role}"')
    finally:
        opened.execute("RESET ROLE; RESET plan_cache_mode; DROP FUNCTION public.asked; DEALLOCATE asked")
    assert len(found) > 2


OWN = """\
crmdsl: 1
company: {name: Own, currency: EUR, timezone: Europe/Rome, calendar: office}
calendars: {office: {hours: {mon-fri: ["09:00-17:00"]}}}
departments: {sales: {}}
roles: {agent: {department: sales}, clerk: {department: sales}}
entities: {deal: {owner: agent, fields: {amount: money, margin: percent}}}
access:
  grants:
    - {role: agent, can: read, on: deal, scope: own}
    - {role: clerk, can: read, on: deal, scope: all, except: margin}
"""


def test_an_index_serves_the_view_of_own_records_although_others_read_all(opened: Any) -> None:
    files = {file.path: file.text for file in emit(check_text({"spec.yaml": OWN}, "own_records").program)}
    for file in FILES:
        opened.execute(files[file])
    with opened.transaction(force_rollback=True):
        opened.execute('SET LOCAL enable_seqscan = off; SET LOCAL ROLE "own_records.role.agent"')
        rows = opened.execute('EXPLAIN SELECT count("margin") FROM own_records."deal.read"').fetchall()
    assert any("deal._owner" in row[0] for row in rows), rows


@pytest.mark.parametrize("name", ["valvotech", "termolinea", pytest.param("montalta", marks=pytest.mark.slow)])
def test_specs_install_and_again(opened: Any, name: str) -> None:
    files = {file.path: file.text for file in emit(check(Path(__file__).parents[2] / "specs" / name).program)}
    for file in (*FILES, *(FILES if name == "valvotech" else ())):
        opened.execute(files[file])


LONG = "a" * 63
HOSTILE = f"""\
crmdsl: 1
company: {{name: H, language: en, currency: EUR, timezone: Europe/Rome, calendar: office}}
calendars: {{office: {{hours: {{mon-fri: ["09:00-17:00"]}}}}}}
departments: {{user: {{head: public}}}}
roles: {{public: {{department: user}}, none: {{department: user, reports_to: public}}, {LONG}b: {{department: user}}}}
entities:
  new: {{owner: public, label: "'; DROP TABLE x; -- $body$ \\0", fields: {{
    old: optional new, select: text, found: flag, tg_op: {{type: text, default: "it's \\\\"}}, {LONG}: optional text}}}}
  {LONG}: {{owner: none, fields: {{user: text, table: {{type: optional text, label: 'a "quoted" $body$ one'}}}}}}
access:
  grants:
    - {{role: public, can: [create, read, update, export], on: new, scope: own, fields: [select, found],
       when: 'select != "$body$''); --"'}}
    - {{role: none, can: [read, update, delete], on: new, scope: all, when: 'old is known and old.select = "\\\\"'}}
    - {{role: {LONG}b, can: [read, update], on: {LONG}, scope: department, except: user}}
"""


def test_hostile_names_and_texts_stay_names_and_texts(opened: Any) -> None:
    found = check_text({"spec.yaml": HOSTILE}, "pg_Weird 'name'\n; DROP")
    assert not found.failed, found.errors[0].message
    files = {file.path: file.text for file in emit(found.program)}
    for file in (*FILES, *FILES):
        opened.execute(files[file])
    schema = "company_pg_weird__name____drop"
    opened.execute(f'SET search_path = "{schema}"')
    opened.execute("INSERT INTO new (_id, \"select\") VALUES ('one', E'\\\\')")
    opened.execute("INSERT INTO new (_id, \"old\") VALUES ('two', 'one')")
    with opened.transaction(force_rollback=True):
        opened.execute(f"SELECT set_config('crmdsl.actor', 'none_1', true); SET LOCAL ROLE \"{schema}.role.none\"")
        assert opened.execute('SELECT "_id", "tg_op" FROM "new.read"').fetchall() == [("two", "it's \\")]
        opened.execute("UPDATE new SET tg_op = 'x'")
    opened.execute("UPDATE new SET \"select\" = 'other' WHERE _id = 'one'")
    assert opened.execute("SELECT \"old.select\" FROM new WHERE _id = 'two'").fetchone() == ("other",)
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        opened.execute("DELETE FROM new WHERE _id = 'one'")


def test_what_it_cannot_say_is_named_and_nothing_is_written() -> None:
    text = HOSTILE.replace(f"  {LONG}:", f"  {LONG}a:").replace(f"on: {LONG},", f"on: {LONG}a,")
    found = check_text({"spec.yaml": text}, "hostile")
    assert not found.failed, found.errors[0].message
    with pytest.raises(NotExpressible) as refused:
        emit(found.program)
    assert [(one.code, one.span.line) for one in refused.value.diagnostics] == [("inexpressible", 9)]
