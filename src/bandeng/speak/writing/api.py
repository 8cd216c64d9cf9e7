"""The only door to `writing`."""

from .checking import Checked, Note, check

__all__ = ["Checked", "Note", "check"]
