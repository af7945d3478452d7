"""The quick search for a word that was meant gives what comparing with each word gives."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from crmdsl.diagnostics.nearest import OFTEN, Dictionary, nearest


def distance(a: str, b: str) -> int:
    """Edits between two words (optimal string alignment), the whole table of them."""
    table = [[i + j if not (i and j) else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            edits = [table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] != b[j - 1])]
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                edits.append(table[i - 2][j - 2] + 1)
            table[i][j] = min(edits)
    return table[-1][-1]


def plainly_nearest(word: str, known: list[str]) -> str | None:
    """What `nearest` says it gives, word for word."""
    if not 0 < len(word) <= 64:
        return None
    limit = 0 if len(word) <= 2 else 1 if len(word) <= 4 else 2 if len(word) <= 8 else 3
    far = {other: distance(word.lower(), other.lower()) for other in known if other != word and len(other) <= 67}
    least = min(far.values(), default=limit + 1)
    return next((other for other in known if far.get(other) == least), None) if least <= limit else None


letters = st.text("abAB_1\U0010ffff", max_size=12)
names = st.builds("{}_{}".format, st.sampled_from(["rating", "ratnig", "agent", "area"]), st.integers(0, 130))
words = letters | names


@given(words, st.lists(words, max_size=30))
@example("ab", ["AB", "ab"])
@example("ratng_17", ["rating_71", "rating_1", "rating_17"])
@example("abc", ["\U0010ffffbc", "\U0010ffff\U0010ffff"])
def test_nearest_of_any_words(word: str, known: list[str]) -> None:
    assert nearest(word, known) == plainly_nearest(word, known)


@given(st.integers(0, 400), st.sampled_from(["ratng_{}", "rating{}", "raitng_{}", "raintg_{}", "ratings_{}", "r_{}"]))
def test_nearest_of_many_alike(number: int, misspelt: str) -> None:
    known = [f"rating_{n}" for n in range(150)]
    assert nearest(misspelt.format(number), known) == plainly_nearest(misspelt.format(number), known)


@given(st.lists(words, min_size=OFTEN, max_size=20), st.lists(words, max_size=30))
@example([*map(str, range(OFTEN)), "ba", "ab1", "a", "acb"], ["AB", "ab", "b", "abc", "cab", "abcc"])
def test_nearest_where_much_is_asked(asked: list[str], known: list[str]) -> None:
    dictionary = Dictionary(known)
    assert [nearest(word, dictionary) for word in asked] == [plainly_nearest(word, known) for word in asked]


def test_length() -> None:
    assert nearest("a" * 64, ["a" * 67]) == "a" * 67
    assert nearest("a" * 64, ["a" * 68]) is None
    assert nearest("a" * 65, ["a" * 64]) is None
    assert nearest("", ["a"]) is None
    assert nearest("role", []) is None
