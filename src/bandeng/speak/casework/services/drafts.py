"""What is being typed, kept sealed on the server until it is sent or expires."""

import json
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.ground.policies import api as policies

from ..models import Case, Draft, Reply

MAX_BYTES = 200_000
SOURCE = "source"  # where a draft's first text came from: shown to who writes, never sent


class DraftTooLong(ValueError):
    """More was typed than a draft holds; the message says what to do."""


def draft_name(case: Case, name: str) -> str:
    """Name the kept draft of a form on a case; each round has its own."""
    return f"case:{case.pk}:{name}:{case.reopen_count}"


def begun(case: Case, name: str, owner: str, *, now: datetime) -> dict:
    """Give what a form on a case begins with: what its owner typed, over the reply of this round that was sent back."""
    reply = case.replies.filter(round=case.reopen_count).first()
    return _sent_back(reply) | load_draft(owner, draft_name(case, name), now=now)


def _sent_back(reply: Reply | None) -> dict:
    """Give a reply as its form holds it, so that a sent-back draft is mended and not typed again."""
    if reply is None:
        return {}
    try:
        parts = reply.parts()
    except core.CannotOpen:  # erased
        parts = {}
    return {"kind": reply.kind, "result": reply.result, **parts}


@transaction.atomic
def save_draft(owner: str, form: str, content: dict, *, now: datetime) -> Draft:
    """Keep a form's fields for their owner; the same form again replaces them."""
    text = json.dumps(content, ensure_ascii=False)
    if len(text.encode()) > MAX_BYTES:
        raise DraftTooLong(_("This is too long to keep. Shorten it, or add the paper as a photo."))
    draft = Draft.objects.select_for_update().select_related("seal_key").filter(owner=owner, form=form).first()
    if draft is None:
        key = core.SealKey.make()
        key.save(force_insert=True)
        draft = Draft(owner=owner, form=form, seal_key=key)
    days = policies.version_at("draft_expiry", directory.day_of(now)).value
    draft.content = draft.seal_key.seal(text, draft.context())
    draft.updated_at, draft.expires_at = now, now + timedelta(days=days)
    draft.save()
    return draft


def load_draft(owner: str, form: str, *, now: datetime) -> dict:
    """Give what was kept; empty where there is nothing or it has expired."""
    draft = Draft.objects.select_related("seal_key").filter(owner=owner, form=form, expires_at__gt=now).first()
    return json.loads(draft.seal_key.open(draft.content, draft.context())) if draft else {}


_KEYS = core.Prepared(
    lambda owner, form: Draft.objects.filter(owner=owner, form=form).values_list("seal_key", flat=True), str, str
)


def drop_draft(owner: str, form: str) -> None:
    """Forget a draft and its key."""
    if keys := _KEYS.rows(owner, form):
        with transaction.atomic():
            Draft.objects.filter(seal_key__in=keys).delete()
            core.SealKey.objects.filter(pk__in=keys).delete()


def expire_drafts(*, now: datetime, limit: int = 200) -> int:
    """Forget drafts whose time is over; gives how many."""
    with transaction.atomic():
        rows = list(Draft.objects.filter(expires_at__lte=now).values_list("pk", "seal_key")[:limit])
        Draft.objects.filter(pk__in=[pk for pk, _key in rows]).delete()
        core.SealKey.objects.filter(pk__in=[key for _pk, key in rows]).delete()
    return len(rows)
