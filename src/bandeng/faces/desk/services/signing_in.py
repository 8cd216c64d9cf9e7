"""Acts of signing in and out. None holds an address: those stay in axes' own table, which is emptied by age."""

import uuid
from datetime import datetime

from django.db import transaction

from bandeng.ground.acts import api as acts
from bandeng.ground.directory import api as directory

from ..models import StaffSession

MAX_SESSIONS = 3  # GB/T 22239—2019, 8.1.4.1 b) leaves the number to us: a counter's computer, one's own, a tablet


@transaction.atomic
def sign_in(staff: directory.Staff, session_key: str, *, with_code: bool, now: datetime) -> int:
    """Note that somebody has signed in and end their oldest sessions beyond MAX_SESSIONS; give how many."""
    others = StaffSession.objects.filter(staff=staff, expire_date__gt=now).exclude(session_key=session_key)
    newest = others.order_by("-began_at", "-session_key").values_list("session_key", flat=True)
    surplus = list(newest[MAX_SESSIONS - 1 :])
    StaffSession.objects.filter(session_key__in=surplus).delete()
    _emit("staff.signed_in", staff, now, {"with_code": with_code, "ended": len(surplus)})
    return len(surplus)


@transaction.atomic
def sign_out(staff: directory.Staff, *, now: datetime) -> None:
    """Note that somebody is signing out."""
    _emit("staff.signed_out", staff, now)


@transaction.atomic
def lock_out(username: str, *, now: datetime) -> None:
    """Note that an account was locked after wrong passwords. Names that nobody has are not written down."""
    if staff := directory.Staff.objects.filter(username=username).first():
        _emit("staff.locked_out", staff, now, by=acts.system("sign-in"))


@transaction.atomic
def end_session(staff: directory.Staff, public_id: uuid.UUID, *, now: datetime) -> int:
    """End one of one's own sessions; give 0 where it has ended already."""
    return _end(staff, StaffSession.objects.filter(public_id=public_id), now)


@transaction.atomic
def end_other_sessions(staff: directory.Staff, session_key: str, *, now: datetime) -> int:
    """End all of one's own sessions but the one with this key; give how many."""
    return _end(staff, StaffSession.objects.exclude(session_key=session_key), now)


def _end(staff: directory.Staff, sessions, now: datetime) -> int:
    count, _rows = sessions.filter(staff=staff).delete()
    if count:
        _emit("staff.session_ended", staff, now, {"count": count})
    return count


def _emit(
    kind: str, staff: directory.Staff, now: datetime, payload: dict | None = None, by: acts.Actor | None = None
) -> None:
    by = by or acts.Actor(staff.actor_key)
    acts.emit(acts.Draft(kind=kind, subject_kind="staff", subject_key=staff.pk, by=by, payload=payload or {}), now=now)
