"""What the database and the disk hold, read through the same doors as the pages."""

import hashlib
import io
from collections.abc import Collection

from .clients import MARK, colour_of
from .judging import ACT, CASE, FILE, JUDGEMENT, NOTE, WORDS, Facts, Promise, Queued


def read(codes: Collection[str] | None = None) -> Facts:
    """Count what is there of these cases, or of all; open every word and every cleaned file on the way."""
    from bandeng.ground.core import api as core
    from bandeng.speak.casework import api as casework

    facts = Facts()
    rows = casework.Case.objects.select_related("seal_key").order_by("id")
    if codes is not None:
        rows = rows.filter(code__in=[core.tidy_code(code) for code in codes])
    for case in rows.iterator(chunk_size=200):
        _case(case, facts)
    return facts


def _case(case, facts: Facts) -> None:
    from bandeng.ground.acts import api as acts
    from bandeng.judge.evaluation.models import Judgement
    from bandeng.speak.matters.api import MatterText

    if found := MARK.search(case.statement()):
        facts.cases.setdefault(found[0], []).append(case.code)
    for act in acts.history(CASE, case.pk):
        facts.things[ACT, act.kind, case.code] += 1
    for statement in case.statements.select_related("case__seal_key"):
        if found := MARK.search(statement.text()):
            facts.things[WORDS, found[0], case.code] += 1
    for text in MatterText.objects.filter(matter__members__case=case.pk).select_related("matter__seal_key"):
        if found := MARK.search(text.text()):
            facts.things[NOTE, found[0], case.code] += 1
    for attachment in case.attachments.select_related("file__seal_key"):
        _file(case.code, attachment.file, facts)
    for judgement in Judgement.objects.filter(case_key=case.pk):
        given = acts.Act.objects.filter(kind="evaluation.given", subject_key=judgement.pk).count()
        facts.things[JUDGEMENT, "judged", case.code] += given
    if case.holder_id is None or not _has_clock_or_end(case):
        facts.bad.append(f"case {case.code} is {case.status} without owner or clock")


def _has_clock_or_end(case) -> bool:
    """Tell whether a clock runs or the case has ended; asked twice, since it may end between the two questions."""
    from bandeng.ground.clocks import api as clocks

    for _look in range(2):
        if case.state.is_end or clocks.running(CASE, [case.pk])[case.pk]:
            return True
        case.refresh_from_db()
    return False


def _file(code: str, stored, facts: Facts) -> None:
    """Open a file: its picture is the one that was sent. One not cleaned yet lies sealed under its digest."""
    from PIL import Image

    from bandeng.ground.core import api as core
    from bandeng.ground.files import api as files

    name = files.original_name(stored)
    if found := MARK.search(name):
        facts.things[FILE, found[0], code] += 1
    if stored.state == "refused":
        facts.things["refused", stored.refusal, ""] += 1
    if stored.state != "clean":
        return
    try:
        content = b"".join(files.open_clean(stored))
        with Image.open(io.BytesIO(content)) as picture:
            shown = picture.convert("RGB").getpixel((3, 3))
    except (OSError, core.CannotOpen, files.StoredFile.DoesNotExist) as problem:
        facts.bad.append(f"file {name} of {code} does not open: {type(problem).__name__}")
        return
    if found and shown != colour_of(found[0]):
        facts.bad.append(f"file {name} of {code} shows another picture")


def learned() -> dict[tuple[str, int], str]:
    """Read every state of learning that is kept, whole; give a digest of each that is in use, by subject and number."""
    from bandeng.speak.suggestions.learned import read as load
    from bandeng.speak.suggestions.models import LearnedModel

    in_use = {}
    for row in LearnedModel.objects.order_by("subject", "number"):
        content = bytes(row.content)
        load(content)  # one that is torn raises
        if row.is_in_use:
            in_use[row.subject, row.number] = hashlib.sha256(content).hexdigest()
    return in_use


def outbox(alarms: Collection[str]) -> list[Queued]:
    """List the messages a worker carries; `alarms`: the ids that `bandeng check` names as not delivered."""
    from bandeng.ground.acts import api as acts
    from bandeng.ground.messaging import api as messaging

    told = {act.payload["message"] for act in acts.Act.objects.filter(kind="message.undelivered")}
    rows = messaging.OutboxMessage.objects.filter(channel__in=("sms", "email"))
    return [
        Queued(row.idempotency_key, str(row.state), str(row.pk) in told and any(str(row.pk) in a for a in alarms))
        for row in rows
    ]


def codes_of(promises: Collection[Promise]) -> set[str]:
    """Give the codes that promises speak of."""
    return {promise.code for promise in promises if promise.code}
