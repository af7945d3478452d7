"""Assignments of one thing each: the largest matching, by augmenting paths."""

from __future__ import annotations


def matched(choices: list[int]) -> int:
    """How many of these can each have one of its own choices (bits of a mask), no choice taken twice."""
    taken: dict[int, int] = {}

    def assign(index: int, seen: set[int]) -> bool:
        mask, bit = choices[index], 1
        for bit in bits(mask):
            if bit in seen:
                continue
            seen.add(bit)
            if bit not in taken or assign(taken[bit], seen):
                taken[bit] = index
                return True
        return False

    return sum(assign(index, set()) for index in range(len(choices)))


def bits(mask: int) -> list[int]:
    """The bits of a mask, the lowest first."""
    found = []
    while mask:
        bit = mask & -mask
        found.append(bit)
        mask ^= bit
    return found
