"""The faults of declarations: keys, values and names, before any name is looked up."""

from __future__ import annotations

from crmdsl.diagnostics import Fault


class UnknownKey(Fault):
    """A key that has no place where it stands.

    Why:
        A misspelt key would be ignored in silence, and with it what was meant. Every declaration has a closed
        list of keys, every kind of step its own; keys that exclude each other do not stand together.

    Place: the key

    Wrong:
        roles:
          agent: {department: sales, headcounts: 14}

    Right:
        roles:
          agent: {department: sales, headcount: 14}
    """

    code = "unknown-key"


class MissingKey(Fault):
    """A key that a declaration cannot be without.

    Why:
        What is missing cannot be guessed: a role belongs to a department, an outcome leads somewhere, a level
        says who signs. Every file says which version of the language it is written in (`crmdsl: 1`).

    Place: the name of the declaration that lacks it; line 1, column 1 where a file lacks it

    Wrong:
        roles:
          agent: {headcount: 14}

    Right:
        roles:
          agent: {department: sales, headcount: 14}
    """

    code = "missing-key"


class WrongType(Fault):
    """A text, a list or a map where another of the three must stand, or nothing where something must.

    Why:
        The shape of a value belongs to its key. A colon and a space, a bracket or a brace inside of a text make
        YAML read it as something else: such a text stands in quotes.

    Place: the value

    Wrong:
        roles: [agent, clerk]

    Right:
        roles:
          agent: {department: sales}
          clerk: {department: administration}
    """

    code = "wrong-type"


class BadValue(Fault):
    """A text that cannot be read as what its key takes, or a value out of range.

    Why:
        A value is read by the key that it stands under, exactly and in one way only: money has its currency and
        a percent its sign, so that `0.7` cannot mean two things.

    Place: the value

    Wrong:
        roles:
          agent: {department: sales, hourly_cost: 38, availability: 0.7}

    Right:
        roles:
          agent: {department: sales, hourly_cost: 38 EUR, availability: 70%}
    """

    code = "bad-value"


class BadName(Fault):
    """A name that is not made of small letters, digits and underscores.

    Why:
        Names become names in generated code, in databases and in diagrams, and stand in conditions as they are.
        They begin with a letter and have 64 characters at most. What people read is the `label`. The values of
        an enumeration may have capital letters too.

    Place: the name

    Wrong:
        roles:
          Area-Manager: {department: sales}

    Right:
        roles:
          area_manager: {department: sales, label: Area Manager}
    """

    code = "bad-name"


class StepKind(Fault):
    """A step that is of no kind, or of more than one.

    Why:
        One key tells what a step is: `role`, `approval`, `handoff`, `decide`, `parallel`, `wait`, `process` or
        `end`. What is two of them is two steps.

    Place: the step

    Wrong:
        steps:
          check:
            role: clerk
            approval: discount
            outcomes: {approved: won, rejected: lost}
          won: {end: success}
          lost: {end: failure}

    Right:
        steps:
          check:
            role: clerk
            outcomes: {ask: sign}
          sign:
            approval: discount
            outcomes: {approved: won, rejected: lost}
          won: {end: success}
          lost: {end: failure}
    """

    code = "step-kind"


class UseCycle(Fault):
    """Declarations that take their keys from each other, in a ring.

    Why:
        `use` takes every key that a declaration does not set itself from another one. In a ring nobody says
        what the keys are.

    Place: the `use` of the declaration that comes first

    Wrong:
        territories:
          north: {use: south}
          south: {use: north}

    Right:
        territories:
          italy: {}
          north: {in: italy}
          south: {use: north}
    """

    code = "use-cycle"


class DuplicateName(Fault):
    """Two declarations of one name in the same section.

    Why:
        A thing is referred to by its name, so that a section has each name once, across all files. There is
        one company in a spec. The first declaration counts.

    Place: the second declaration; related, the first

    Wrong:
        # roles.yaml
        roles:
          agent: {department: sales}
        # sales/roles.yaml
        roles:
          agent: {department: marketing}

    Right:
        # roles.yaml
        roles:
          agent: {department: sales}
        # sales/roles.yaml
        roles:
          promoter: {department: marketing}
    """

    code = "duplicate-name"
