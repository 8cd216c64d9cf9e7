"""Reads what residents write: one spelling, words, sentences, and what identifies a person."""

from . import persons
from .normalising import normalise
from .persons import Span, find, mask
from .sentences import sentences
from .tokens import Tokeniser

__all__ = ["Span", "Tokeniser", "find", "mask", "normalise", "persons", "sentences"]
