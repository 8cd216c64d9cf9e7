"""The fictional county of the demonstration without its cases, opened as a real one: no demonstration mode."""

import hashlib
import hmac
from datetime import datetime
from random import Random

from .providers import NOBODY

PASSWORD = "torture-only-loopback"
TOWNS = ("qzzx", "hexi-dqzx", "liushu-dqzx", "shiqiao-dqzx", "yuntai-dqzx")
ROLES = ("receptionist", "dispatcher", "handler", "approver")


def totp_secret(username: str) -> bytes:
    """Give the secret of an account's codes."""
    return hmac.new(b"bandeng torture totp", username.encode(), hashlib.sha1).digest()


def bring(*, now: datetime) -> list[dict[str, str]]:
    """Import the county and open accounts; give a team for each reception office: role → user name, office, area."""
    from django.contrib.auth.hashers import make_password

    from bandeng.config.demo import setting
    from bandeng.ground.directory import api as directory

    setting.bring_county(now=now)
    staff = directory.Staff.objects.filter(is_active=True)
    staff.update(password=make_password(PASSWORD), is_password_temporary=False)
    for person in staff.order_by("username"):
        if directory.permissions_of(person, now).must_use_totp:
            directory.issue_totp(person, key=totp_secret(person.username), by=setting.SETUP, now=now)
    return [_team(code, now) for code in TOWNS]


def _team(code: str, now: datetime) -> dict[str, str]:
    from bandeng.ground.directory import api as directory

    office = next(o for o in directory.offices().values() if o.code == code)
    held = directory.Posting.objects.held_on(directory.day_of(now)).filter(office=office.pk)
    rows = held.select_related("staff", "role").order_by("staff__username")
    team = {row.role.code: row.staff.username for row in reversed(rows) if row.role.code in ROLES}
    villages = sorted(
        str(a.pk) for a in directory.areas().values() if a.kind == "village" and a.parent_id == office.area_id
    )
    return {**team, "office": str(office.pk), "areas": ",".join(villages)}


def queue_messages(count: int, seconds: float, seed: int, *, now: datetime) -> None:
    """Register cases by the services and queue an e-mail or short message to each, due at some time of the run.

    No page asks for an e-mail address yet, and what the pages send is held back for half a minute: so that providers
    are busy from the first kill to the last, these come in beside. The worker carries them as any other message.
    """
    from django.db import transaction

    from bandeng.ground.directory import api as directory
    from bandeng.ground.messaging import api as messaging
    from bandeng.ground.residents import api as residents
    from bandeng.speak.casework import api as casework

    rng, office = Random(seed), next(o for o in directory.offices().values() if o.code == TOWNS[0])
    for n in range(count):
        phone = NOBODY if n == 1 else f"139000003{n % 100:02}"
        identity = residents.Identity(name="周水生", phone=phone, email=f"torture{n}@mail.torture")
        item = casework.Registration(
            words=f"门口的路灯不亮了，第{n}盏", channel="web", first_receiver=office.pk, identity=identity
        )
        with transaction.atomic():
            case = casework.register(item, by=casework.ON_THE_WEB, now=now).case
            letter = messaging.Outgoing(
                channel=("email", "sms")[n % 2],
                template="case.registered",
                body=f"第{n}封：您说的事已经记下。",
                seal_key=case.seal_key,
                subject_kind="case",
                subject_key=case.pk,
                idempotency_key=f"torture-{n}",
                resident_key=case.resident_id,
                hold_seconds=int(rng.uniform(1, seconds)),
            )
            messaging.queue_many([letter], now=now)
