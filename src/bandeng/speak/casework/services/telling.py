"""Who is told what by which way. Words to residents are plain: what happened, what happens next, by when."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.core.plain_dates import due_day
from bandeng.ground.directory import api as directory
from bandeng.ground.messaging import api as messaging

from ..models import Case

DESK, RESIDENT = "desk", "resident"


@dataclass(frozen=True)
class Notice:
    """Tell an office (`office_key`) or, without one, the resident. `template` names the text."""

    template: str
    office_key: uuid.UUID | None = None


def to_resident(template: str) -> Notice:
    return Notice(template)


def to_office(template: str, office_key: uuid.UUID | None) -> Notice:
    return Notice(template, office_key)


def resident_text(template: str, case: Case) -> str:
    """Write the message to a resident, in Chinese, as papers and messages are."""
    with translation.override("zh-hans"):
        office = directory.offices()[case.holder_id]
        values = {
            "code": core.show_code(case.code),
            "office": office.label_zh,
            "phone": office.phone or settings.PUBLIC_PHONE,
            "day": due_day(case.due_at) if case.due_at else "",
            "url": settings.BASE_URL,
        }
        texts = {
            "registered": _(
                "We wrote down what you said (number %(code)s). You will be answered by %(day)s."
                " Ask: %(phone)s or %(url)s"
            ),
            "deemed_accepted": _("Your matter %(code)s is now with %(office)s, telephone %(phone)s."),
            "overdue": _(
                "The answer to %(code)s is late. The office above %(office)s was told and is looking into it."
            ),
            "replied": _(
                "Your matter %(code)s was answered. Read the answer and say whether it is solved at %(url)s, or ask"
                " %(phone)s. If we do not hear from you by %(day)s it is closed without counting as solved."
            ),
            "redirected": _(
                "Your matter %(code)s belongs elsewhere; where, and why, you can read at %(url)s or ask %(phone)s."
            ),
            "rejected": _("Your matter %(code)s was not accepted; reasons and what you can do: %(url)s or %(phone)s."),
            "date_recomputed": _("The date of %(code)s was recomputed after a new holiday calendar: now %(day)s."),
        }
        return texts[template] % values


def tell(case: Case, act: acts.Act, notices: Iterable[Notice], *, now: datetime) -> None:
    """Queue what an act is to tell, in its transaction. Residents without a telephone are told at the counter."""
    outgoing = []
    for n, notice in enumerate(notices):
        common = {
            "template": f"case.{notice.template}",
            "subject_kind": "case",
            "subject_key": case.pk,
            "idempotency_key": f"{act.id}:{n}",
        }
        if notice.office_key is not None:
            outgoing.append(
                messaging.Outgoing(channel=DESK, body="", seal_key=None, office_key=notice.office_key, **common)
            )
        elif case.resident_id and messaging.configured("sms"):
            outgoing.append(
                messaging.Outgoing(
                    channel="sms",
                    body=resident_text(notice.template, case),
                    seal_key=case.seal_key,
                    resident_key=case.resident_id,
                    **common,
                )
            )
    if outgoing:
        messaging.queue_many(outgoing, now=now)
