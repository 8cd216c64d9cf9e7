from .drafting import Drafts, drafts_of, make_drafts, use_core
from .erasing import forget_case
from .grouping import close, join, last_step, make, reopen, split, undo
from .growing import Group, full_with, still_full
from .proposing import Proposed, accept, decline, propose
from .viewing import log_view
from .waiting import Link, waiting_with
from .writing import latest, retitle, titles, write_text, writing_office

__all__ = [
    "Drafts",
    "Group",
    "Link",
    "Proposed",
    "accept",
    "close",
    "decline",
    "drafts_of",
    "forget_case",
    "full_with",
    "join",
    "last_step",
    "latest",
    "log_view",
    "make",
    "make_drafts",
    "propose",
    "reopen",
    "retitle",
    "split",
    "still_full",
    "titles",
    "undo",
    "use_core",
    "waiting_with",
    "write_text",
    "writing_office",
]
