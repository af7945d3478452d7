"""The known word that somebody probably meant."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache

LONGEST = 64
"""Letters of the longest name there can be; nothing is near a longer word."""
AFTER = "\U0010ffff"
"""The last of all characters: it stands behind every word that begins with what is before it."""
MANY = 20_000
"""Among more words one is near another by chance, and none is said to be meant."""
ROWS = 200_000
"""Rows worked out for one dictionary. With so many names and faults in a spec nobody asks what was meant."""

OFTEN = 8
"""Words asked of one dictionary from which on it keeps its words without each of their letters, to find one there."""

Row = list[int]
"""Edits between some letters and the first 0, 1, 2 … letters of a word, as far as they matter."""


def nearest(word: str, known: Iterable[str] | Dictionary) -> str | None:
    """The known word at the smallest distance from `word`, `None` where none is near enough.

    Inserted, lost, wrong and swapped letters count one each: one is near in a short word, two in a longer one,
    three in a long one, none in two letters. Of equally near words the first wins; case counts nothing. A word of the
    language in another language stands for it.
    """
    if not word or len(word) > LONGEST:
        return None
    words = known if isinstance(known, Dictionary) else _dictionary(tuple(known))
    return words.nearest(word)


def forget() -> None:
    """Forget the words of the spec before: a new one begins."""
    _dictionary.cache_clear()


class Dictionary:
    """Words by length, those of one length in the order of the alphabet, where those that begin alike stand together.

    Asked for what is near a word, it works the edits out once for all that begin alike, and passes over them where
    their beginning is too far from any beginning of the word (optimal string alignment, row by row along the words).
    Words one edit apart are the same without some letter of each (deletion neighbourhoods: Mor and Fraenkel 1982); a
    dictionary that is asked often finds most of what was meant so, however many words it has.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._spelt: dict[str, list[tuple[int, str]]] = {}
        listed = list(words)
        for number, word in enumerate(listed if len(listed) <= MANY else ()):
            if len(word) <= LONGEST + 3:
                self._spelt.setdefault(word.lower(), []).append((number, word))
        self._left = ROWS
        self._asked: dict[str, str | None] = {}
        self._shorter: dict[str, list[str]] = {}
        self._lengths: dict[int, list[str]] = {}
        for spelt in sorted(self._spelt):
            self._lengths.setdefault(len(spelt), []).append(spelt)

    def nearest(self, word: str) -> str | None:
        """The nearest of the words that is near enough; what was asked once is remembered."""
        if word not in self._asked:
            limit = 0 if len(word) <= 2 else 1 if len(word) <= 4 else 2 if len(word) <= 8 else 3
            near = (self.within(edits, word) for edits in range(limit + 1))
            self._asked[word] = self._translated(word) or next((found for found in near if found is not None), None)
        return self._asked[word]

    def _translated(self, word: str) -> str | None:
        """The first of the words that the word stands for in another language."""
        from crmdsl.diagnostics.foreign import meant

        if word.lower() in self._spelt:
            return None
        return next((other for other in meant(word) if self._spelt.get(other, ((0, ""),))[0][1] == other), None)

    def within(self, edits: int, word: str) -> str | None:
        """The first of the words that are at most some edits away, but for the word itself."""
        lowered = word.lower()
        if edits == 1 and len(self._asked) >= OFTEN:
            near = self._beside(lowered)
        else:
            near = self._near(lowered, edits) if edits else [lowered]
        found = [one for spelt in near for one in self._spelt.get(spelt, ()) if one[1] != word]
        return min(found)[1] if found else None

    def _beside(self, word: str) -> list[str]:
        """All words, in small letters, at most one edit away from one."""
        if not self._shorter:
            for spelt in self._spelt:
                for less in _lessened(spelt):
                    self._shorter.setdefault(less, []).append(spelt)
        found = {spelt for less in _lessened(word) for spelt in self._shorter.get(less, ())}
        return [spelt for spelt in found if _one_apart(word, spelt)]

    def _near(self, word: str, edits: int) -> list[str]:
        """All words, in small letters, at most some edits away from one."""
        found: list[str] = []
        for length in range(len(word) - edits, len(word) + edits + 1):
            found += self._near_of(self._lengths.get(length, []), word, edits)
        return found if self._left > 0 else []

    def _near_of(self, words: list[str], word: str, edits: int) -> list[str]:
        """Those of some sorted words, all of one length, that are at most some edits away from one."""
        found: list[str] = []
        width = len(word)
        band = _band(width - len(words[0]), edits) if words else range(0)
        rows: list[Row] = [list(range(width + 1))]
        before, at = "", 0
        while at < len(words) and self._left > 0:
            candidate = words[at]
            del rows[_alike(before, candidate, len(rows) - 1) + 1 :]
            while len(rows) <= len(candidate):
                _add_row(rows, candidate, word, band, edits + 1)
                self._left -= 1
                if min(rows[-1]) > edits:
                    at = max(at + 1, bisect_left(words, candidate[: len(rows) - 1] + AFTER, at))
                    break
            else:
                if rows[len(candidate)][width] <= edits:
                    found.append(candidate)
                at += 1
            before = candidate
        return found


def _lessened(word: str) -> set[str]:
    """A word, and what it is without one of its letters."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _one_apart(a: str, b: str) -> bool:
    """Whether two words are the same but for one letter that is lost, inserted or wrong, or two that are swapped."""
    at = _alike(a, b, len(a))
    wrong, swapped = a[at + 1 :] == b[at + 1 :], a[at : at + 2] == b[at : at + 2][::-1] and a[at + 2 :] == b[at + 2 :]
    return wrong or swapped or a[at + 1 :] == b[at:] or a[at:] == b[at + 1 :]


def _alike(a: str, b: str, most: int) -> int:
    """With how many of the same letters two words begin, as far as they are looked at."""
    most = min(most, len(a), len(b))
    if a[:most] == b[:most]:
        return most
    return next(at for at in range(most) if a[at] != b[at])


def _band(longer: int, edits: int) -> range:
    """How far two words may be out of step where one is so much longer: to get there and back takes edits (Ukkonen)."""
    slack = (edits - abs(longer)) // 2
    return range(min(0, longer) - slack, max(0, longer) + slack + 1)


def _add_row(rows: list[Row], candidate: str, word: str, band: range, far: int) -> None:
    """One letter more of a candidate; what is out of step by more than the band is left `far` away."""
    depth, width = len(rows), len(word)
    letter, last = candidate[depth - 1], rows[-1]
    row = [far] * (width + 1)
    if -depth in band:
        row[0] = depth
    for j in range(max(1, depth + band.start), min(width + 1, depth + band.stop)):
        other = word[j - 1]
        cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
        if depth > 1 and j > 1 and letter == word[j - 2] and other == candidate[depth - 2]:
            cost = min(cost, rows[-2][j - 2] + 1)
        row[j] = cost
    rows.append(row)


@lru_cache(maxsize=64)
def _dictionary(words: tuple[str, ...]) -> Dictionary:
    """The same words are asked for again and again: the names of a section, the keys of a declaration."""
    return Dictionary(words)
