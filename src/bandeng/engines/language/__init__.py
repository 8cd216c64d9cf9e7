"""Reads what residents write: one spelling, words, sentences."""

from .normalising import normalise
from .sentences import sentences
from .tokens import Tokeniser

__all__ = ["Tokeniser", "normalise", "sentences"]
