"""What is kept of signing in, and for how long: a task of the worker."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessLog

from ..models import StaffSession

# The Cybersecurity Law (网络安全法) asks that network logs be kept for at least six months; not a day longer here.
KEEP_LOG = timedelta(days=184)


def forget_sign_ins(now: datetime) -> int:
    """Delete ended sessions, and addresses in axes' tables once the law's six months are over; give how many rows."""
    ended = StaffSession.objects.filter(expire_date__lte=now)
    logs = AccessLog.objects.filter(attempt_time__lte=now - KEEP_LOG)
    tries = AccessAttempt.objects.filter(attempt_time__lte=now - KEEP_LOG)
    return sum(rows.delete()[0] for rows in (ended, logs, tries))
