"""Where sessions are kept (settings.SESSION_ENGINE): Django's table with whose session it is and two limits.

GB/T 22239—2019, 8.1.4.1 b) asks that a session left idle ends by itself. Here one ends 30 minutes after its last
request and 8 hours after it began, on the server, whatever the browser keeps. Being seen is written at most once a
minute, by an UPDATE that leaves the session's data alone.
"""

from datetime import UTC, datetime, timedelta

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from bandeng.ground.core import api as core
from bandeng.ground.core import clock

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=8)  # a working day at the counter
WRITE_EVERY = timedelta(minutes=1)
SIGN_IN = "sign_in"  # in the session's data: id, when it began (Unix seconds), device


def ends_at(began_at: datetime, now: datetime) -> datetime:
    """Give the moment at which a session seen `now` ends unless it is seen again."""
    return min(now + IDLE, began_at + ABSOLUTE)


def _sessions(key: str, now: datetime):
    return SessionStore.get_model_class().objects.select_related("staff").filter(session_key=key, expire_date__gt=now)


_SESSION = core.Prepared(_sessions, str, datetime)


class SessionStore(db.SessionStore):
    """Sessions of staff; a session of nobody signed in is Django's own."""

    seen_at: datetime | None = None
    staff = None  # the person of the row, loaded with it

    @classmethod
    def get_model_class(cls):
        from .models import StaffSession  # apps are not loaded when settings name this module

        return StaffSession

    def _get_session_from_db(self):
        row = _SESSION.first(self.session_key, clock.now()) if self.session_key else None
        if row is None:
            self._session_key = None
            return None
        self.seen_at, self.staff = row.seen_at, row.staff
        return row

    def _began_at(self) -> datetime | None:
        """Give when the signed-in person's session began; None where nobody is signed in."""
        if SESSION_KEY not in self:
            return None
        sign_in = self.get(SIGN_IN) or begin(self)
        return datetime.fromtimestamp(sign_in["began"], UTC)

    def get_expiry_date(self, **kwargs) -> datetime:
        now, began_at = clock.now(), self._began_at()
        return ends_at(began_at, now) if began_at else now + timedelta(seconds=self.get_session_cookie_age())

    def get_expiry_age(self, **kwargs) -> int:
        return max(0, int((self.get_expiry_date() - clock.now()).total_seconds()))

    def get_expire_at_browser_close(self) -> bool:
        return True  # counters share computers; the limits are the server's

    def create_model_instance(self, data: dict):
        began_at = self._began_at()
        row = super().create_model_instance(data)
        if began_at:
            row.public_id, row.device = data[SIGN_IN]["id"], data[SIGN_IN]["device"]
            row.staff_id, row.began_at, row.seen_at = data[SESSION_KEY], began_at, clock.now()
        return row

    def is_due(self, now: datetime) -> bool:
        """Tell whether being seen must be written down again."""
        return SESSION_KEY in self and (self.seen_at is None or now - self.seen_at >= WRITE_EVERY)

    def see(self, now: datetime) -> None:
        """Note that the session is in use. One that was ended meanwhile stays ended."""
        began_at = self._began_at()
        if began_at and self.session_key:
            rows = self.model.objects.filter(session_key=self.session_key)
            rows.update(seen_at=now, expire_date=ends_at(began_at, now))
            self.seen_at = now


def begin(session: SessionStore, device: str = "other") -> dict:
    """Start the clock of a signed-in session; kept in its data, so that it survives a change of key."""
    session[SIGN_IN] = {"id": str(core.new_id()), "began": int(clock.now().timestamp()), "device": device}
    return session[SIGN_IN]
