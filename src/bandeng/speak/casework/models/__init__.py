from .access import CaseAccess
from .attachment import Attachment
from .case import Case
from .draft import Draft
from .imported_original import ImportedOriginal
from .reply import Reply
from .statement import Statement
from .sub_records import Return, Trip, ViewLog

__all__ = [
    "Attachment",
    "Case",
    "CaseAccess",
    "Draft",
    "ImportedOriginal",
    "Reply",
    "Return",
    "Statement",
    "Trip",
    "ViewLog",
]
