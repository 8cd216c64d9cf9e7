from .access import CaseAccess
from .attachment import Attachment
from .case import Case
from .draft import Draft
from .erasure_proposal import ErasureProposal
from .imported_original import ImportedOriginal
from .reply import Reply
from .statement import Statement
from .sub_records import Return, Trip, ViewLog

__all__ = [
    "Attachment",
    "Case",
    "CaseAccess",
    "Draft",
    "ErasureProposal",
    "ImportedOriginal",
    "Reply",
    "Return",
    "Statement",
    "Trip",
    "ViewLog",
]
