from .dispatching import accept, deem_accepted, dispatch, redispatch, return_case, settle_return
from .drafts import drop_draft, expire_drafts, load_draft, save_draft
from .ending import confirm, lapse, let_rest, reopen, withdraw
from .erasing import (
    CannotErase,
    confirm_erasure,
    decline_erasure,
    erase_again,
    on_erasure,
    propose_erasure,
    register_erasures,
)
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
    replace_receipt,
)
from .registering import Registered, Registration, register, register_many
from .remasking import remask
from .replying import ReplyText, answer, approve, draft_reply, reply_on_the_spot, send_back, serve
from .sight import settle_stages

__all__ = [
    "CannotErase",
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
    "confirm_erasure",
    "correct_words",
    "decline_erasure",
    "deem_accepted",
    "dispatch",
    "draft_reply",
    "drop_draft",
    "erase_again",
    "expire_drafts",
    "import_plan",
    "lapse",
    "let_rest",
    "load_draft",
    "log_view",
    "may_open_identity",
    "note_trip",
    "on_erasure",
    "open_identity",
    "print_receipt",
    "propose_erasure",
    "read_plan",
    "redispatch",
    "register",
    "register_erasures",
    "remask",
    "register_many",
    "reopen",
    "replace_receipt",
    "reply_on_the_spot",
    "return_case",
    "save_draft",
    "send_back",
    "serve",
    "settle_stages",
    "settle_return",
    "withdraw",
]
