"""Pictures as PNG and PDF, with the fonts that come along: they look the same on a machine that has none.

Both need the extra `pictures`: resvg draws the PNG, svglib and reportlab write the PDF, in which text stays text and
links lead to the other PDFs.
"""

from __future__ import annotations

import io
import re
from importlib import import_module
from pathlib import Path
from typing import Any

from crmdsl.backends.diagrams.graphviz import CannotDraw
from crmdsl.backends.diagrams.scene import Group, Scene
from crmdsl.diagnostics import Message
from crmdsl.resources import folder

SLIDE = 3840.0, 2160.0
"""The pixels that a PNG fills, so that it stays sharp on a slide and on paper."""
LEAST, MOST = 1.5, 16_000.0
"""The least enlargement, and the most pixels that a side may have."""
FAMILY = "DejaVu Sans"
_HALO = re.compile(r' paint-order="stroke"[^>]*?stroke-linejoin="round"')
_FOREIGN = re.compile("[\u0530-\u1dff\u27c0-\uffff\U00010000-\U0010ffff]")


def binary(scene: Scene, form: str) -> bytes:
    """The picture as `png` or `pdf`. Raises `CannotDraw` where the libraries are not installed."""
    try:
        return png(scene) if form == "png" else pdf(scene)
    except ImportError as error:
        raise CannotDraw(
            Message(
                "`--as {form}` needs a library that is not here; `pip install 'crmdsl[pictures]'` brings it", form=form
            )
        ) from error


def png(scene: Scene) -> bytes:
    """The picture in pixels; letters that our fonts lack are taken from the machine's."""
    resvg: Any = import_module("resvg_py")
    text = scene.svg()
    scale = max(LEAST, min(SLIDE[0] / scene.width, SLIDE[1] / scene.height))
    scale = min(scale, MOST / scene.width, MOST / scene.height)
    return bytes(
        resvg.svg_to_bytes(
            svg_string=_in_family(text), zoom=scale, skip_system_fonts=not _FOREIGN.search(text),
            font_files=[str(path) for path in _fonts()], font_family=FAMILY, sans_serif_family=FAMILY,
        )
    )  # fmt: skip


def pdf(scene: Scene) -> bytes:
    """The picture as one page of its own size; the same bytes each time."""
    metrics: Any = import_module("reportlab.pdfbase.pdfmetrics")
    fonts: Any = import_module("reportlab.pdfbase.ttfonts")
    for name, path in zip((FAMILY, f"{FAMILY}-Bold"), _fonts(), strict=True):
        if name not in metrics.getRegisteredFontNames():
            metrics.registerFont(fonts.TTFont(name, str(path)))
    text = _HALO.sub("", _in_family(scene.svg())).replace('font-weight="600"', 'font-weight="bold"')
    drawing: Any = import_module("svglib.svglib").svg2rlg(io.StringIO(text))
    sheet = io.BytesIO()
    size = drawing.width, drawing.height
    canvas: Any = import_module("reportlab.pdfgen.canvas").Canvas(sheet, pagesize=size, invariant=1)
    canvas.setTitle(scene.title)
    import_module("reportlab.graphics.renderPDF").draw(drawing, canvas, 0, 0)
    _link(canvas, scene, drawing.width / scene.width)
    canvas.save()
    return sheet.getvalue()


def _link(canvas: Any, scene: Scene, scale: float) -> None:
    """Make the shapes with a link lead to the PDF of the other picture."""
    for x, y, item in scene.placed():
        if isinstance(item, Group) and item.link and not item.link.startswith("#"):
            left, top = (x + item.x) * scale, (scene.height - y - item.y) * scale
            area = left, top - item.height * scale, left + item.width * scale, top
            canvas.linkURL(item.link.partition("#")[0].replace(".svg", ".pdf"), area, relative=0)


def _in_family(text: str) -> str:
    """An SVG that asks for our fonts alone."""
    return re.sub(r'font-family="[^"]*"', f'font-family="{FAMILY}"', text, count=1)


def _fonts() -> list[Path]:
    return [folder("fonts") / "DejaVuSans.ttf", folder("fonts") / "DejaVuSans-Bold.ttf"]
