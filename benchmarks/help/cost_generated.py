"""The cost of help on 100,000 generated cases."""

from .cost import generated as main

__all__ = ["main"]
