"""Who acts in the fictional county: staff by role and office, and residents without an address."""

from collections import defaultdict
from datetime import datetime
from random import Random
from uuid import UUID

from bandeng.ground.directory import api as directory
from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as casework

SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"
# fmt: off
GIVEN = [
    "桂兰", "建国", "秀英", "德才", "玉珍", "长顺", "春花", "大山",
    "金凤", "有福", "素芬", "保田", "翠莲", "水生", "美娟", "志强",
    "兰香", "国庆", "月娥", "根生", "小满", "腊梅",
]
# fmt: on


class People:
    """Hands by role and office, loaded once: postings of the county hold for the whole time."""

    def __init__(self, now: datetime):
        self.hands: dict[tuple[str, UUID], list[casework.Hand]] = defaultdict(list)
        self.staff_ids: dict[str, UUID] = {}
        held = directory.Posting.objects.held_on(directory.day_of(now)).select_related("staff", "role")
        made: dict[UUID, casework.Hand] = {}
        for posting in held.order_by("staff__username", "role__code"):
            staff = posting.staff
            if staff.pk not in made:
                made[staff.pk] = casework.hand.staff(directory.permissions_of(staff, now))
                self.staff_ids[made[staff.pk].key] = staff.pk
            self.hands[posting.role.code, posting.office_id].append(made[staff.pk])
        both = {office for role, office in self.hands if role == "handler" and ("approver", office) in self.hands}
        offices = [directory.offices()[key] for key in both]
        # Accusations go to the discipline body by another way, so that nothing is dispatched to it.
        self.handling = [o.pk for o in sorted(offices, key=lambda o: o.code) if o.kind != "discipline"]

    def hand(self, role: str, office: UUID, rng: Random) -> casework.Hand:
        """Choose somebody of a role at an office."""
        return rng.choice(self.hands[role, office])


def identity(village: str, rng: Random) -> residents.Identity:
    """Make somebody up; telephone numbers are from a range nobody has."""
    return residents.Identity(
        name=rng.choice(SURNAMES) + rng.choice(GIVEN),
        phone=f"139000000{rng.randint(0, 99):02}",
        address=f"{village}{rng.randint(1, 9)}组" if rng.random() < 0.6 else "",
    )
