"""What numba compiles: the draws and the loop, on arrays that are made before."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, inf, log, pi, sqrt
from typing import Any, NamedTuple

from numba import njit

Array = Any
"""An array of numpy; what is compiled needs no types."""

WORDS, BATCH = 624, 312
CONSTANT, EXPONENTIAL, GAMMA, CHOICE = 0, 1, 2, 3
USED, MADE, KIND, BEGIN = 0, 1, 2, 3
MEAN, SHAPE = 0, 1

compiled: Callable[[Callable[..., Any]], Callable[..., Any]] = njit(cache=True, nogil=True)


class Drawn(NamedTuple):
    """What is drawn of streams, a row each: `value[n, state[n, USED]]` is the next one.

    `word` and `uniform` are their generators and the numbers these made, of which `state[n, MADE]` are used.
    `kind` says what is made of them, with the mean and shape, or by the `limit`s from `begin` on, choice for choice.
    """

    value: Array
    uniform: Array
    word: Array
    state: Array
    figure: Array
    limit: Array
    choice: Array


@compiled
def _next_words(words: Array, uniform: Array) -> None:
    """The next numbers of a generator, 53 bits of two words each."""
    for at in range(624):
        both = (words[at] & 0x80000000) | (words[(at + 1) % 624] & 0x7FFFFFFF)
        words[at] = words[(at + 397) % 624] ^ (both >> 1) ^ (0x9908B0DF if both & 1 else 0)
    for at in range(312):
        high, low = words[2 * at], words[2 * at + 1]
        high ^= high >> 11
        high ^= (high << 7) & 0x9D2C5680
        high ^= (high << 15) & 0xEFC60000
        high ^= high >> 18
        low ^= low >> 11
        low ^= (low << 7) & 0x9D2C5680
        low ^= (low << 15) & 0xEFC60000
        low ^= low >> 18
        uniform[at] = ((high >> 5) * 67108864.0 + (low >> 6)) * (1.0 / 9007199254740992.0)


@compiled
def _uniform(drawn: Drawn, number: int) -> float:
    at = drawn.state[number, MADE]
    if at == 312:
        _next_words(drawn.word[number], drawn.uniform[number])
        at = 0
    drawn.state[number, MADE] = at + 1
    return drawn.uniform[number, at]  # type: ignore[no-any-return]


@compiled
def _gamma(drawn: Drawn, number: int, shape: float) -> float:
    boost = 1.0
    if shape < 1:
        boost = (1.0 - _uniform(drawn, number)) ** (1 / shape)
        shape += 1
    d = shape - 1 / 3
    c = 1 / sqrt(9 * d)
    while True:
        radius = sqrt(-2 * log(1.0 - _uniform(drawn, number)))
        x = radius * cos(2 * pi * _uniform(drawn, number))
        v = 1 + c * x
        if v > 0:
            v = v * v * v
            if log(1.0 - _uniform(drawn, number)) < 0.5 * x * x + d - d * v + d * log(v):
                return d * v * boost


@compiled
def _draw(drawn: Drawn, number: int) -> None:
    """Draw the next values of a stream."""
    kind, mean, values = drawn.state[number, KIND], drawn.figure[number, MEAN], drawn.value[number]
    if kind == 0:
        for at in range(312):
            values[at] = mean
    elif kind == 2:
        shape = drawn.figure[number, SHAPE]
        scale = mean / shape
        for at in range(312):
            values[at] = _gamma(drawn, number, shape) * scale
    else:
        uniform = drawn.uniform[number]
        _next_words(drawn.word[number], uniform)
        for at in range(312):
            if kind == 1:
                values[at] = -log(1.0 - uniform[at]) * mean
            else:
                option = drawn.state[number, BEGIN]
                while uniform[at] >= drawn.limit[option]:
                    option += 1
                values[at] = drawn.choice[option]
    drawn.state[number, USED] = 0


@compiled
def arrive(
    drawn: Drawn, gap: Array, given: Array, last: Array, most: int, horizon: float,
    coming: Array, arrived: Array, source: Array,
) -> int:  # fmt: skip
    """When cases arrive, and the source of each; `given` are the times of all sources, those of one up to `last`."""
    value, state, taken = drawn.value, drawn.state, 0
    for one in range(len(last)):
        if last[one] > taken:
            coming[one] = given[taken]
        elif drawn.figure[gap[one], MEAN] < inf:
            _draw(drawn, gap[one])
            coming[one] = value[gap[one], 0]
            state[gap[one], USED] = 1
        taken = last[one]
    count, begun = 0, last.copy()
    for one in range(len(last)):
        begun[one] = (last[one - 1] if one else 0) + 1
    while count < most:
        one = 0
        for other in range(1, len(last)):
            if coming[other] < coming[one]:
                one = other
        now = coming[one]
        if now > horizon or now == inf:
            break
        arrived[count], source[count] = now, one
        count += 1
        if last[one] > (last[one - 1] if one else 0):
            coming[one] = given[begun[one]] if begun[one] < last[one] else inf
            begun[one] += 1
        else:
            if state[gap[one], USED] == 312:
                _draw(drawn, gap[one])
            coming[one] = now + value[gap[one], state[gap[one], USED]]
            state[gap[one], USED] += 1
    return count


@compiled
def deal(
    drawn: Drawn, cases: int, source: Array, enter: Array, leave: Array, work: Array, target: Array,
    end: Array, first: Array, code: Array, effort: Array,
) -> int:  # fmt: skip
    """Write the first row of each case, and code and effort by row. The number of rows, more than fit if too many."""
    row, room, value, state = 0, len(code), drawn.value, drawn.state
    first[0] = 0
    for case in range(cases):
        one = enter[source[case]]
        if state[one, USED] == 312:
            _draw(drawn, one)
        at = int(value[one, state[one, USED]])
        state[one, USED] += 1
        while at >= 0:
            if row == room:
                return room + 1
            one = leave[at]
            if state[one, USED] == 312:
                _draw(drawn, one)
            taken = int(value[one, state[one, USED]])
            state[one, USED] += 1
            one = work[at]
            if state[one, USED] == 312:
                _draw(drawn, one)
            code[row], effort[row] = taken, value[one, state[one, USED]]
            state[one, USED] += 1
            row += 1
            at = target[taken]
        end[case] = ~at
        first[case + 1] = row
    return row


@compiled
def _push(times: Array, rows: Array, size: int, time: float, row: int) -> None:
    """Put a finish into the heap, which has `size` already: the earliest first, then the lowest row."""
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if times[above] < time or (times[above] == time and rows[above] < row):
            break
        times[at], rows[at] = times[above], rows[above]
        at = above
    times[at], rows[at] = time, row


@compiled
def _sink(times: Array, rows: Array, size: int, time: float, row: int) -> None:
    """Put a finish in the place of the first of a heap of that size."""
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        other = below + 1
        if other < size and (
            times[other] < times[below] or (times[other] == times[below] and rows[other] < rows[below])
        ):
            below = other
        if time < times[below] or (time == times[below] and row < rows[below]):
            break
        times[at], rows[at] = times[below], rows[below]
        at = below
    times[at], rows[at] = time, row


@compiled
def _add(queue: int, row: int, heads: Array, tails: Array, behind: Array) -> None:
    """Put a visit at the end of a queue, which is a chain of rows."""
    behind[row] = -1
    if heads[queue] < 0:
        heads[queue] = row
    else:
        behind[tails[queue]] = row
    tails[queue] = row


@compiled
def _take(queue: int, last: int, heads: Array, behind: Array) -> int:
    """Take the first of the first queue that has any; -1 if none has."""
    while queue < last:
        taken = heads[queue]
        if taken >= 0:
            heads[queue] = behind[taken]
            return taken  # type: ignore[no-any-return]
        queue += 1
    return -1


@compiled
def serve(  # calls cost more than its branches

    arrived: Array, first: Array, code: Array, target: Array, columns: tuple[Array, ...], own: tuple[Array, ...],
    queues: tuple[Array, ...], pools: tuple[Array, ...], heap: tuple[Array, ...],
) -> float:  # fmt: skip
    """The loop: it fills the columns, and returns the integral of the number present."""
    cases, size = len(arrived), 0
    server, queued, started, finished = columns
    pool_of, queue_of = own
    first_level, behind_level, heads, tails, behind = queues
    servers, base, idle, oldest, number = pools
    times, ends = heap
    case, here, present, since = 0, 0, 0.0, 0.0
    while size or case < cases:
        done, left, row = -1, -1, -1
        if size and (case == cases or times[0] <= arrived[case]):
            now, done = times[0], ends[0]
            left = code[done]
            if target[left] < 0:
                present, here, since = present + here * (now - since), here - 1, now
            else:
                row = done + 1
        else:
            now = arrived[case]
            case += 1
            if first[case - 1] < first[case]:
                row = first[case - 1]
                present, here, since = present + here * (now - since), here + 1, now
        if row >= 0:
            queued[row] = now
            pool = pool_of[code[row]]
            if pool >= 0 and not number[pool]:
                _add(queue_of[code[row]], row, heads, tails, behind)
                row = -1
            elif pool >= 0:
                server[row] = idle[base[pool] + oldest[pool]]
                oldest[pool] = (oldest[pool] + 1) % servers[pool]
                number[pool] -= 1
        if done >= 0:
            pool = pool_of[left]
            taken = _take(first_level[pool], behind_level[pool], heads, behind) if pool >= 0 else -1
            if taken >= 0:
                started[taken], server[taken], finished[taken] = now, server[done], now + finished[taken]
                _sink(times, ends, size, finished[taken], taken)
            else:
                size -= 1
                _sink(times, ends, size, times[size], ends[size])
                if pool >= 0:
                    idle[base[pool] + (oldest[pool] + number[pool]) % servers[pool]] = server[done]
                    number[pool] += 1
        if row >= 0:
            started[row], finished[row] = now, now + finished[row]
            _push(times, ends, size, finished[row], row)
            size += 1
    return present
