"""Words taken in by staff: registered and, where it can be done there and then, answered."""

from datetime import datetime

from django.db import transaction

from bandeng.speak.casework import api as cases

METHODS = {"phone": "phone", "letter": "post"}  # how an answer on the spot reached the resident; else in person


def take_in(item: cases.Registration, *, answer: str = "", by: cases.Hand, now: datetime) -> cases.Registered:
    """Register what was said and, with an `answer`, give it on the spot: both acts or neither.

    A repeated idempotency key gives the first result and answers nothing twice. Raises what `cases.register` and
    `cases.reply_on_the_spot` raise.
    """
    if not answer.strip():
        return cases.register(item, by=by, now=now)
    with transaction.atomic():
        done = cases.register(item, by=by, now=now)
        if not done.is_repeat:
            method = METHODS.get(item.channel, "in_person")
            cases.reply_on_the_spot(done.case.pk, cases.ReplyText(opinion=answer), method=method, by=by, now=now)
            done.case.refresh_from_db()
    return done
