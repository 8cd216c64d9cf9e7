"""The only door to `files`."""

from .models import StoredFile
from .proving import altered
from .refusals import refusal_text
from .selectors import Finding, NotClean, check, files_of, open_clean, original_name, state_text
from .services import CannotReceive, Prepared, clean_pending, erase_files, prepare, receive, record, sweep_orphans

__all__ = [
    "altered",
    "CannotReceive",
    "Finding",
    "NotClean",
    "Prepared",
    "StoredFile",
    "check",
    "clean_pending",
    "erase_files",
    "files_of",
    "open_clean",
    "original_name",
    "prepare",
    "receive",
    "record",
    "refusal_text",
    "state_text",
    "sweep_orphans",
]
