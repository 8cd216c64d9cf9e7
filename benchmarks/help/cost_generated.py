"""The cost of help on generated cases."""

from .cost import generated as main

__all__ = ["main"]
