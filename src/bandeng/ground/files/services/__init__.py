from .clean import clean_pending
from .erasing import erase_files
from .receive import CannotReceive, Prepared, discard, prepare, receive, record
from .sweep import sweep_orphans

__all__ = [
    "CannotReceive",
    "Prepared",
    "clean_pending",
    "discard",
    "erase_files",
    "prepare",
    "receive",
    "record",
    "sweep_orphans",
]
