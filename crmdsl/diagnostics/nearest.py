"""The known word that somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word at the smallest distance from `word`, `None` where none is near enough.

    Inserted, lost, wrong and swapped letters count one each: one is near in a short word, two in a longer one,
    three in a long one, none in two letters. Of equally near words the first wins; case counts nothing.
    """
    if not word or len(word) > 64:
        return None
    lowered = word.lower()
    limit = 0 if len(word) <= 2 else 1 if len(word) <= 4 else 2 if len(word) <= 8 else 3
    found, least = None, limit + 1
    for candidate in known:
        if abs(len(candidate) - len(word)) < least and candidate != word:
            far = distance(lowered, candidate.lower(), least)
            if far < least:
                found, least = candidate, far
                if far == 0:
                    break
    return found


@lru_cache(maxsize=8192)
def distance(a: str, b: str, limit: int) -> int:
    """Edits between two words (optimal string alignment), or `limit` where there are at least as many."""
    if limit <= 1:
        return 0 if a == b else limit
    a, b = _different(a, b)
    if abs(len(a) - len(b)) >= limit or len(set(a) - set(b)) >= limit or len(set(b) - set(a)) >= limit:
        return limit
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        last, row, older = row, [i + 1], before
        for j, y in enumerate(b):
            cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (x != y))
            if i and j and x == b[j - 1] and a[i - 1] == y:
                cost = min(cost, older[j - 1] + 1)
            row.append(cost)
        before = last
        if min(row) >= limit:
            return limit
    return min(row[-1], limit)


def _different(a: str, b: str) -> tuple[str, str]:
    """Two words without what both begin and end with."""
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    start = 0
    while start < len(a) and start < len(b) and a[start] == b[start]:
        start += 1
    return a[start:], b[start:]
