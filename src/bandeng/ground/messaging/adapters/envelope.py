from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Envelope:
    """A message with its address and words open, for the moment of sending; never stored, never logged."""

    to: str
    text: str
    template: str
    idempotency_key: str
    now: datetime
    timeout: float = 5.0  # seconds without an answer; the whole exchange has twice that

    def __repr__(self) -> str:
        return f"Envelope({self.template}, {self.idempotency_key})"


class NotDelivered(Exception):
    """The message did not go out, as far as we know. Its code holds nothing of address or words.

    `is_unsure`: the other side may have taken it before the line went quiet, so the next try is marked.
    `is_down`: the way itself does not work, so others of this channel need not try in this round.
    `is_final`: no later try can work.
    """

    def __init__(self, code: str, *, is_unsure: bool = False, is_down: bool = False, is_final: bool = False):
        super().__init__(code)
        self.code, self.is_unsure, self.is_down, self.is_final = code, is_unsure, is_down, is_final
