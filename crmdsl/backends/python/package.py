"""A program → the view of its whole package."""

from __future__ import annotations

from collections.abc import Iterator

from crmdsl import __version__
from crmdsl.backends.python import access, company
from crmdsl.backends.python.builder import Builder
from crmdsl.backends.python.entities import entity_view
from crmdsl.backends.python.machines import machine_views
from crmdsl.backends.python.views import EntityView, Header, MachineView, PackageView
from crmdsl.ir.program import Program
from crmdsl.model.digest import digest

KERNEL_EXPORTS = {
    "effects": ("Effect", "Emit", "Escalate", "Notify", "Open", "Remind", "Set"),
    "verdicts": ("NOT_GIVEN", "PERMITTED", "Permitted", "Refusal"),
}
HOW = (
    "A case starts with `{start}.start(person, at, record)`. Every event is a method that gives the case as it is "
    "then, or a `Refusal`, which is falsy and says rule, place and message. Who acts are members of `ORGANISATION`, by "
    "`first(role)` or `person(name)`; money, percents and numbers are `Decimal`, instants `datetime`, without a zone "
    "in local time."
)
"""What a developer wants to know first."""
ENDINGS = {"process": "Process", "approval": "Approval", "handoff": "Handoff"}


def package_view(program: Program) -> PackageView:
    """Everything that templates see."""
    spec, builder = program.spec, Builder(program)
    entities = [entity_view(builder, entity) for entity in spec.entities.values()]
    zone = company.zone_table(builder)
    title = spec.company.title if spec.company else spec.name
    doc: tuple[str, ...] = (f"{title}: its processes, approvals and agreements as code.",)
    if spec.company and spec.company.note:
        doc += (spec.company.note,)
    distinguish(entities)
    machines = list(machine_views(program))
    exported = list(exports(entities, machines))
    if machines:
        first = next((one for one in machines if one.kind == "process"), machines[0])
        doc += (HOW.format(start=first.export),)
    return PackageView(
        header=Header(spec.name, f"sha256 {digest(spec)[:16]}", __version__),
        name=program.package,
        title=title,
        doc=doc,
        zone=(zone.name, zone.changes, zone.offsets),
        calendars=[company.calendar_view(builder, calendar) for calendar in spec.calendars.values()],
        roles=[company.role_view(builder, role) for role in spec.roles.values()],
        people=company.people_views(builder),
        units=[company.unit_view(unit) for unit in spec.sales_network.values()],
        entities=entities,
        access=list(access.access_views(builder)),
        hierarchy=access.hierarchy_view(builder),
        separations=list(access.separation_views(builder)),
        sql=access.conditions_of_sql(builder),
        rules=list(company.rule_views(builder)),
        machines=machines,
        functions=builder.functions,
        exports=exported,
    )


def exports(entities: list[EntityView], machines: list[MachineView]) -> Iterator[tuple[str, tuple[str, str]]]:
    """The names of the package, each with its module and attribute."""
    taken: set[str] = set()
    for module, found in KERNEL_EXPORTS.items():
        for name in found:
            taken.add(name)
            yield name, (f"._kernel.{module}", name)
    for name in ("ORGANISATION", "Organisation", "Person"):
        taken.add(name)
        yield name, (".organisation", name)
    for entity in entities:
        taken.add(entity.class_name)
        yield entity.class_name, (".records", entity.class_name)
    for machine in sorted(machines, key=lambda one: one.kind != "process"):
        machine.export = machine.class_name
        while machine.export in taken:
            machine.export += ENDINGS[machine.kind]
        taken.add(machine.export)
        yield machine.export, (f".{machine.folder}.{machine.module}", machine.class_name)


def distinguish(entities: list[EntityView]) -> None:
    """Give every field a constant of its own: `order.a_b` and `order_a.b` would share one."""
    taken: set[str] = set()
    for entity in entities:
        for one in entity.fields:
            while one.constant in taken:
                one.constant += "_"
            taken.add(one.constant)
