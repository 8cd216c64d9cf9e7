from .dispatching import accept, deem_accepted, dispatch, redispatch, return_case, settle_return
from .drafts import drop_draft, expire_drafts, load_draft, save_draft
from .ending import confirm, lapse, let_rest, reopen, withdraw
from .importing import CannotImport, ImportReport, import_plan, read_plan
from .notes import (
    add_words,
    attach,
    correct_words,
    log_view,
    may_open_identity,
    note_trip,
    open_identity,
    print_receipt,
)
from .registering import Registered, Registration, register, register_many
from .replying import ReplyText, answer, approve, draft_reply, reply_on_the_spot, send_back, serve

__all__ = [
    "CannotImport",
    "ImportReport",
    "Registered",
    "Registration",
    "ReplyText",
    "accept",
    "add_words",
    "answer",
    "approve",
    "attach",
    "confirm",
    "correct_words",
    "deem_accepted",
    "dispatch",
    "draft_reply",
    "drop_draft",
    "expire_drafts",
    "import_plan",
    "lapse",
    "let_rest",
    "load_draft",
    "log_view",
    "may_open_identity",
    "note_trip",
    "open_identity",
    "print_receipt",
    "read_plan",
    "redispatch",
    "register",
    "register_many",
    "reopen",
    "reply_on_the_spot",
    "return_case",
    "save_draft",
    "send_back",
    "serve",
    "settle_return",
    "withdraw",
]
