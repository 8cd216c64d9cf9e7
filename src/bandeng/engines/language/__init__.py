"""Reads what residents write and what offices answer: one spelling, words, sentences, persons, plain language."""

from . import persons, plain
from .normalising import normalise
from .persons import Span, find, mask
from .plain import Finding, findings
from .sentences import sentences
from .tokens import Tokeniser, is_word

__all__ = [
    "Finding",
    "Span",
    "Tokeniser",
    "find",
    "findings",
    "is_word",
    "mask",
    "normalise",
    "persons",
    "plain",
    "sentences",
]
