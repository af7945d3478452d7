"""The faults of conditions and of names in them."""

from __future__ import annotations

from typing import NamedTuple

from crmdsl.diagnostics import Fault, Message


class ConditionSyntax(Fault):
    """A condition cannot be read.

    Why:
        Conditions are one small language: `and or not`, `= != < <= > >=`, `in A | B`, `between 5% and 10%`,
        `is known`, `is missing`, `+ - * /` and parentheses. Text stands in double quotes. A condition that
        cannot be read guards nothing, so that nothing is compiled from it. It may have 10,000 characters,
        32 levels of parentheses and 100 arithmetic signs.

    Place: the part of the condition that cannot be read

    Wrong:
        outcomes:
          submit: {to: check, when: discount > 5% && amount <= 100_000 EUR}
          abandon: {to: lost}

    Right:
        outcomes:
          submit: {to: check, when: discount > 5% and amount <= 100_000 EUR}
          abandon: {to: lost}
    """

    code = "condition-syntax"


class ConditionType(Fault):
    """The parts of a condition or expression do not go together.

    Why:
        Values are compared and calculated exactly and nothing is converted on the way: money with money of
        the company's currency, a percent with a percent. Money times a percent is money, money divided by
        money a number; money plus a percent means nothing. Nothing is divided by what can be zero. What
        does not fit is found here, and not in the middle of a case.

    Place: the part of the condition that does not fit

    Wrong:
        levels:
          area: {when: discount <= 5, approver: area_manager}
          director: {when: discount > 5%, approver: sales_director}

    Right:
        levels:
          area: {when: discount <= 5%, approver: area_manager}
          director: {when: discount > 5%, approver: sales_director}
    """

    code = "condition-type"


class ConditionMissing(Fault):
    """A condition uses a value that may be missing.

    Why:
        A field declared `optional` may be missing when the condition is asked. Neither yes nor no would be
        right then, so that the condition says first that the value is known, or the step lists the field
        in its `needs`.

    Place: the value that may be missing

    Wrong:
        decide:
          good: {when: customer.rating >= B, to: confirmation}
          other: {to: credit_check}

    Right:
        decide:
          good: {when: customer.rating is known and customer.rating >= B, to: confirmation}
          other: {to: credit_check}
    """

    code = "condition-missing"


class UnknownName(Fault):
    """A name refers to nothing.

    Why:
        Roles, entities, fields, steps and all other things are referred to by their names. A name that is
        declared nowhere is most often a slip of the pen, and what hangs on it would never happen.

    Place: the reference, or the part of a condition

    Wrong:
        processes:
          sale: {entity: order, start: quote, steps: {quote: {role: agnt, outcomes: {win: won}}, won: {end: success}}}

    Right:
        processes:
          sale: {entity: order, start: quote, steps: {quote: {role: agent, outcomes: {win: won}}, won: {end: success}}}
    """

    code = "unknown-name"


class SyntaxFault(NamedTuple):
    """Why a text is no condition: what is wrong with its characters `start` to `end`, and the repair."""

    start: int
    end: int
    message: Message
    help: Message | None = None


class PartFault(NamedTuple):
    """What is wrong with a part of a condition, by the characters of its text."""

    fault: type[Fault]
    start: int
    end: int
    message: Message
    help: Message | None = None
