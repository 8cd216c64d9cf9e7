from .emitting import Actor, Draft, emit, emit_many, system

__all__ = ["Actor", "Draft", "emit", "emit_many", "system"]
