"""The colours of pictures on a dark page: the same hues, light where they were dark.

Lightness is turned round in OKLab (Ottosson, 2020), so that what stood out on white stands out as much on the dark
card, and what was told apart still is; the colours of heat have dark ones of their own, on which light letters can be
read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from crmdsl.backends.diagrams.overlay import HEAT

CARD = "#1a232b"
"""What white becomes: the colour of a card on the dark page."""
DARK_HEAT = ("#33290f", "#54400f", "#75500c", "#8f4f0b", "#ffb27a")
_PAINT = re.compile(r' (fill|stroke)="(#[0-9a-f]{6})"')
_TO_LMS = ((0.4122214708, 0.5363325363, 0.0514459929), (0.2119034982, 0.6806995451, 0.1073969566),
           (0.0883024619, 0.2817188376, 0.6299787005))  # fmt: skip
_TO_LAB = ((0.2104542553, 0.7936177850, -0.0040720468), (1.9779984951, -2.4285922050, 0.4505937099),
           (0.0259040371, 0.7827717662, -0.8086757660))  # fmt: skip
_FROM_LAB = ((1.0, 0.3963377774, 0.2158037573), (1.0, -0.1055613458, -0.0638541728),
             (1.0, -0.0894841775, -1.2914855480))  # fmt: skip
_FROM_LMS = ((4.0767416621, -3.3077115913, 0.2309699292), (-1.2684380046, 2.6097574011, -0.3413193965),
             (-0.0041960863, -0.7034186147, 1.7076147010))  # fmt: skip
Three = tuple[float, float, float]


def rules(pictures: Iterable[str]) -> str:
    """The style that gives the colours of some pictures in a `.map` their dark forms, each once."""
    found = dict.fromkeys(paint for one in pictures for paint in _PAINT.findall(one))
    return "\n".join(
        f'.map [{kind}="{colour}"] {{ {kind}: light-dark({colour}, {dark(colour)}); }}'
        for kind, colour in sorted(found)
    )


def dark(colour: str) -> str:
    """A colour of a picture as it is on the dark page."""
    if colour in HEAT:
        return DARK_HEAT[HEAT.index(colour)]
    light, *hue = _lab(colour)
    base, *tinge = _lab(CARD)
    turned = base + (1 - light) * (0.94 - base) / (1 - base)
    return _hex((turned, hue[0] + light * tinge[0], hue[1] + light * tinge[1]))


def _lab(colour: str) -> Three:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    roots = [max(0.0, value) ** (1 / 3) for value in _times(_TO_LMS, (red, green, blue))]
    return _times(_TO_LAB, (roots[0], roots[1], roots[2]))


def _hex(lab: Three) -> str:
    cubes = [value**3 for value in _times(_FROM_LAB, lab)]
    shown = (_shown(value) for value in _times(_FROM_LMS, (cubes[0], cubes[1], cubes[2])))
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, value))):02x}" for value in shown)


def _times(matrix: tuple[Three, Three, Three], value: Three) -> Three:
    one, two, three = (sum(a * b for a, b in zip(row, value, strict=True)) for row in matrix)
    return one, two, three


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _shown(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else float(1.055 * value ** (1 / 2.4) - 0.055)
