"""An accusation of an official: the way to the discipline body is shown, and nothing is kept but that it was."""

import uuid
from datetime import datetime

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core

from .once import once

SUBJECT = "accusation"


def point_to_discipline(
    *,
    channel: str,
    discipline: str,
    office: str | None = None,
    by: acts.Actor,
    now: datetime,
    key: uuid.UUID | None = None,
) -> bool:
    """Register, without content, that somebody was shown the way; tell whether it was new.

    `discipline` and `office` are codes of offices ("" where the county has entered none). The subject is a new id that
    leads nowhere: accusations go to the discipline body alone and their content to nobody else (信访工作条例 art 30).
    """
    key = key or core.new_id()
    draft = acts.Draft(
        "accusation.pointed",
        SUBJECT,
        core.new_id(),
        by,
        payload={"channel": channel, "office": office, "discipline": discipline},
        idempotency_key=f"accusation:{key}",
    )
    return once(f"accusation:{key}", lambda: acts.emit(draft, now=now))
