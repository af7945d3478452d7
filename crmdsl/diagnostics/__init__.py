"""Faults of a spec as data, and one renderer a format."""

from crmdsl.diagnostics.diagnostic import Diagnostic, Fault, Fix, Related, Severity
from crmdsl.diagnostics.message import Message
from crmdsl.diagnostics.span import Span

__all__ = ["Diagnostic", "Fault", "Fix", "Message", "Related", "Severity", "Span"]
