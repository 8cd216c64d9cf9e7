from .clean import clean_pending
from .receive import CannotReceive, Prepared, prepare, receive, record
from .sweep import sweep_orphans

__all__ = ["CannotReceive", "Prepared", "clean_pending", "prepare", "receive", "record", "sweep_orphans"]
