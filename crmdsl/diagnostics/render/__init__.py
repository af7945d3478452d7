"""One renderer a format: each turns a `Report` into the text that is shown."""

from crmdsl.diagnostics.render.report import Lines, Report, counts

__all__ = ["Lines", "Report", "counts"]
