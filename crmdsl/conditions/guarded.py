"""Printers for targets in which asking an unknown value fails: `not` is pushed down, and what is known tested first.

A comparison with an unknown value does not hold, and neither does its denial; so a condition is printed twice over,
as the test that it surely holds and the test that it surely does not, and never denied as a whole.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

from crmdsl.conditions.ast import And, Between, Compare, Expr, In, Known, Literal, Not, Or, Path


class GuardedPrinter(ABC):
    """Prints conditions; what a target writes for itself is a method."""

    AND = " and "
    OR = " or "

    @abstractmethod
    def truth(self, value: bool) -> str:
        """A condition that always holds, or never."""

    @abstractmethod
    def known(self, path: Path) -> Iterator[str]:
        """Tests that together say that a path is known, one for each of its parts."""

    @abstractmethod
    def denied(self, guards: list[str]) -> str:
        """That some tests do not all hold, each of which can be asked behind those before it."""

    @abstractmethod
    def guards(self, parts: tuple[Expr, ...]) -> Iterator[str]:
        """Tests that together say that the values of some expressions are known."""

    @abstractmethod
    def flag(self, expr: Expr, positive: bool) -> str:
        """A test of a flag that is known."""

    @abstractmethod
    def chosen(self, expr: In, positive: bool, known: set[str]) -> str:
        """`x in A | B` as one test, empty where it must be several."""

    @abstractmethod
    def compared(self, expr: Compare, positive: bool, known: set[str]) -> str:
        """A comparison."""

    def test(self, expr: Expr) -> str:
        """The condition: true exactly if it holds."""
        return self.tested(expr, True, set())

    def tested(self, expr: Expr, positive: bool, known: set[str]) -> str:
        """The test that a condition holds, or that it surely does not; `known` are the tests in front of it."""
        if isinstance(expr, Not):
            return self.tested(expr.value, not positive, known)
        if isinstance(expr, (And, Or)):
            return self.joined(expr.parts, isinstance(expr, And) == positive, positive, known)
        if isinstance(expr, Between):
            low = Compare(0, 0, expr.type, ">=", expr.value, expr.low)
            high = Compare(0, 0, expr.type, "<=", expr.value, expr.high)
            return self.joined((low, high), positive, positive, known)
        if isinstance(expr, In):
            each = tuple(Compare(0, 0, expr.type, "=", expr.value, choice) for choice in expr.choices)
            return self.chosen(expr, positive, known) or self.joined(each, not positive, positive, known)
        if isinstance(expr, Known):
            return self._known(expr, positive, known)
        if isinstance(expr, Compare):
            return self.compared(expr, positive, known)
        if isinstance(expr, Literal):
            return self.truth(expr.value == positive)
        return self.equal((expr,), self.flag(expr, positive), known)

    def joined(self, parts: tuple[Expr, ...], every: bool, positive: bool, known: set[str]) -> str:
        """All parts, or one of them."""
        weaker = self.OR if every else self.AND
        texts = [self.tested(part, positive, known if every else set(known)) for part in parts]
        found = [f"({text})" if weaker in text and len(parts) > 1 else text for text in texts]
        return (self.AND if every else self.OR).join(found)

    def guarded(self, parts: tuple[Expr, ...], test: str, known: set[str]) -> str:
        """A test behind the tests that what it reads is known."""
        return self.AND.join([*self._fresh(self.guards(parts), known), test])

    def equal(self, parts: tuple[Expr, ...], test: str, known: set[str]) -> str:
        """A test that only a known value passes, that of equality with a constant, behind the tests that it needs."""
        return self.guarded(parts, test, known)

    def _fresh(self, guards: Iterator[str], known: set[str]) -> list[str]:
        found = [guard for guard in dict.fromkeys(guards) if guard not in known]
        known.update(found)
        return found

    def _known(self, expr: Known, positive: bool, known: set[str]) -> str:
        path = expr.path
        if not isinstance(path, Path) and path.type.base == "flag":
            either = f"{self.tested(path, True, set(known))}){self.OR}({self.tested(path, False, set(known))}"
            return f"(({either}))" if expr.known == positive else self.denied([f"({either})"])
        guards = self.known(path) if isinstance(path, Path) else self.guards((path,))
        if expr.known == positive:
            return self.AND.join(self._fresh(guards, known)) or self.truth(True)
        return self.denied(list(guards)) or self.truth(False)

    def same_flags(self, expr: Compare, positive: bool, known: set[str]) -> str:
        """Two conditions that are known and both hold or both do not, or that differ."""
        same = (expr.op == "=") == positive
        for side, other in ((expr.left, expr.right), (expr.right, expr.left)):
            if isinstance(side, Literal):
                return self.tested(other, side.value == same, known)
        cases = []
        for value in (True, False):
            left = self.tested(expr.left, value, set(known))
            cases.append(f"({left}){self.AND}({self.tested(expr.right, value == same, set(known))})")
        return self.OR.join(f"({case})" for case in cases)
