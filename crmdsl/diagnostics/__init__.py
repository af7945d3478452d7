"""Faults of a spec as data, and one renderer a format."""

from crmdsl.diagnostics.diagnostic import Diagnostic, Fault, Fix, Related, Severity
from crmdsl.diagnostics.message import Catalogue, Message, Row, quoted
from crmdsl.diagnostics.span import Span

__all__ = ["Catalogue", "Diagnostic", "Fault", "Fix", "Message", "Related", "Row", "Severity", "Span", "quoted"]
