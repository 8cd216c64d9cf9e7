"""Reads what residents write: one spelling, words, sentences."""

from .normalising import normalise
from .tokens import Tokeniser

__all__ = ["Tokeniser", "normalise"]
