"""The only door to `matters`."""

from .constraints import Constraints, constraints
from .errors import CannotLink, StaleText
from .finding import find
from .integrity import Altered, altered
from .models import Matter, MatterCase, MatterText, Proposal, ProposedCase, ProposedLink
from .scope import matter_for, visible
from .selectors import waiting_wrongly
from .services import (
    Drafts,
    Group,
    Link,
    Proposed,
    accept,
    close,
    decline,
    join,
    make,
    make_drafts,
    propose,
    reopen,
    retitle,
    split,
    undo,
    use_core,
    write_text,
)

__all__ = [
    "Altered",
    "CannotLink",
    "Constraints",
    "Drafts",
    "Group",
    "Link",
    "Matter",
    "MatterCase",
    "MatterText",
    "Proposal",
    "ProposedCase",
    "ProposedLink",
    "Proposed",
    "StaleText",
    "accept",
    "altered",
    "close",
    "constraints",
    "decline",
    "find",
    "join",
    "make",
    "make_drafts",
    "matter_for",
    "propose",
    "reopen",
    "retitle",
    "split",
    "undo",
    "use_core",
    "visible",
    "waiting_wrongly",
    "write_text",
]
