from .emitting import Actor, Draft, emit, emit_many, system
from .emptying import empty_words

__all__ = ["Actor", "Draft", "emit", "emit_many", "empty_words", "system"]
