"""The named world of the tests: one county, two townships, people everybody knows by name.

张桂兰 is a resident of 柳树村 in 河西镇. 李强 registers there, 陈芳 dispatches, 刘洋 handles at the county's 民政局 and
赵军 approves there; 王敏 handles at 石桥乡, another township; 周涛 supervises; 孙丽 leads 民政局; 吴静 audits.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bandeng.ground.directory import api as directory
from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as cases

SHANGHAI = ZoneInfo("Asia/Shanghai")
# A Monday morning at the counter; no holiday within the following four weeks.
MONDAY = datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI)
ZHANG = residents.Identity(name="张桂兰", phone="13900000001", address="河西镇柳树村3组")

PEOPLE = {
    "liqiang": ("李强", "河西镇党群服务中心接访员", [("receptionist", "hexi-centre")]),
    "chenfang": ("陈芳", "河西镇党群服务中心派单员", [("dispatcher", "hexi-centre")]),
    "linna": ("林娜", "县群众工作中心派单员", [("dispatcher", "county-centre"), ("receptionist", "county-centre")]),
    "qianli": ("钱立", "县群众工作中心审批人", [("approver", "county-centre")]),
    "hejun": ("何军", "河西镇党群服务中心审批人", [("approver", "hexi-centre")]),
    "liuyang": ("刘洋", "民政局承办人", [("handler", "civil-affairs")]),
    "zhaojun": ("赵军", "民政局审批人", [("approver", "civil-affairs")]),
    "sunli": ("孙丽", "民政局局长", [("leader", "civil-affairs")]),
    "zhengkai": ("郑凯", "交通局承办人", [("handler", "transport")]),
    "wangmin": (
        "王敏",
        "石桥乡社会事务办承办人",
        [("handler", "shiqiao-affairs"), ("receptionist", "shiqiao-affairs")],
    ),
    "zhoutao": ("周涛", "县督查室督查员", [("supervisor", "supervision")]),
    "wujing": ("吴静", "县审计员", [("auditor", "county-centre")]),
    "fengguang": ("冯广", "县群众工作中心主任", [("leader", "county-centre"), ("handler", "county-centre")]),
    "sysadmin": ("石勇", "系统管理员", [("system_admin", "county-centre")]),
    "secadmin": ("安宁", "安全管理员", [("security_admin", "county-centre")]),
    "auditadmin": ("申正", "审计管理员", [("audit_admin", "county-centre")]),
}

AREAS = [
    ("qinghe", None, "county", "青禾县"),
    ("hexi", "qinghe", "township", "河西镇"),
    ("shiqiao", "qinghe", "township", "石桥乡"),
    ("liushu", "hexi", "village", "柳树村"),
    ("shuimo", "shiqiao", "village", "水磨村"),
]
OFFICES = [
    ("county-centre", "qinghe", None, "reception", "县群众工作中心", True),
    ("civil-affairs", "qinghe", "county-centre", "department", "民政局", False),
    ("transport", "qinghe", "county-centre", "department", "交通局", False),
    ("supervision", "qinghe", None, "supervision", "县督查室", False),
    ("discipline", "qinghe", None, "discipline", "县纪委监委信访室", False),
    ("hexi-centre", "hexi", "county-centre", "reception", "河西镇党群服务中心", True),
    ("shiqiao-affairs", "shiqiao", "county-centre", "township_office", "石桥乡社会事务办", True),
]
TOPICS = [("09", None, "民政"), ("09.01", "09", "社会救助"), ("09.01.01", "09.01", "低保"), ("04", None, "交通运输")]


@dataclass
class World:
    """Rows by their short names, and hands for people."""

    areas: dict = field(default_factory=dict)
    offices: dict = field(default_factory=dict)
    staff: dict = field(default_factory=dict)
    topics: dict = field(default_factory=dict)

    def permissions(self, username: str, now: datetime = MONDAY) -> directory.Permissions:
        return directory.permissions_of(self.staff[username], now)

    def hand(self, username: str, now: datetime = MONDAY) -> cases.Hand:
        return cases.hand.staff(self.permissions(username, now))

    def office(self, code: str):
        return self.offices[code].pk

    def registration(self, words: str = "腿断了,想问低保怎么办", **more) -> cases.Registration:
        given = {"channel": "counter", "first_receiver": self.office("hexi-centre"), "area": self.areas["liushu"].pk}
        return cases.Registration(words, **{**given, **more})

    def registered(self, now: datetime = MONDAY, **more) -> cases.Case:
        more.setdefault("identity", ZHANG)
        return cases.register(self.registration(**more), by=self.hand("liqiang", now), now=now).case

    def fresh(self, case: cases.Case) -> cases.Case:
        return cases.Case.objects.select_related("seal_key").get(pk=case.pk)


def build() -> World:
    """Make the world's rows; the tables shipped by migrations (roles, parameters, calendar) are there already."""
    world = World()
    for code, parent, kind, label in AREAS:
        above = world.areas.get(parent)
        path = f"{above.path if above else '/'}{code}/"
        world.areas[code] = directory.Area.objects.create(
            code=code, parent=above, path=path, kind=kind, label_zh=label, valid_from=date(2020, 1, 1)
        )
    for code, area, superior, kind, label, is_dispatching in OFFICES:
        world.offices[code] = directory.Office.objects.create(
            code=code,
            area=world.areas[area],
            superior=world.offices.get(superior),
            kind=kind,
            label_zh=label,
            phone="0999-5550100",
            is_dispatching=is_dispatching,
        )
    for code, parent, label in TOPICS:
        world.topics[code] = directory.Topic.objects.create(
            code=code, parent=world.topics.get(parent), level=code.count(".") + 1, label_zh=label
        )
    roles = {role.code: role for role in directory.Role.objects.all()}
    for username, (name, post, postings) in PEOPLE.items():
        person = directory.Staff(username=username, display_zh=name, post_zh=post, is_password_temporary=False)
        person.set_unusable_password()
        person.save()
        world.staff[username] = person
        for role, office in postings:
            directory.Posting.objects.create(
                staff=person, role=roles[role], office=world.offices[office], from_on=date(2020, 1, 1)
            )
    directory.CatalogueEntry.objects.create(
        topic=world.topics["09.01.01"],
        office=world.offices["civil-affairs"],
        procedure="general",
        legal_basis="社会救助暂行办法第九条",
        valid_from=date(2020, 1, 1),
    )
    directory.forget()
    return world


@pytest.fixture
def world(db) -> World:
    return build()
