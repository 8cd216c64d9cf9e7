"""Topics, duty lists and the dispatch catalogue."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from ..models import Area, CatalogueEntry, Duty, Office, Topic
from ..pinyin import initials
from .columns import Column, Row, choice, code, day, text, yes_no
from .places import OFFICE_KINDS
from .plan import Plan, in_order_of_parents, line_above, refuse_doubles, refuse_ends_before, refuse_unknown

PARTS = {"主责": "own", "主办": "own", "基本履职": "own", "协助": "assist", "配合": "assist", "配合履职": "assist"}


@dataclass(frozen=True)
class Topics:
    kind: str = "topics"
    act: str = "topic.imported"
    permission: str = "directory.import"
    columns: tuple[Column, ...] = (
        Column("code", ("事项编码", "编码", "分类编码"), code, is_required=True),
        Column("parent", ("上级编码",), code),
        Column("label_zh", ("事项名称", "名称", "分类名称"), text(60), is_required=True),
        Column("label_en", ("英文名称",), text(80)),
        Column("pinyin", ("拼音", "拼音首字母"), text(60)),
        Column("is_active", ("是否在用",), yes_no),
    )

    def plan(self, rows: list[Row], day: date) -> Plan:
        """Plan topics. A blank parent is the code without its last part: 04.01.02 stands below 04.01."""
        plan = Plan()
        there = {topic.code: topic for topic in Topic.objects.all()}
        codes = {topic.pk: topic.code for topic in there.values()}
        above = {topic.code: codes[topic.parent_id] if topic.parent_id else None for topic in there.values()}
        refuse_doubles(plan, rows, "事项编码", lambda row: row["code"])
        for row in plan.good(rows):
            row.values["parent"] = row["parent"] or row["code"].rpartition(".")[0] or None
        for row in self._of_three_levels(plan, rows, there, above):
            parent = there.get(row["parent"])
            values = row.given("label_zh", "label_en", "is_active")
            values["pinyin"] = row["pinyin"] or initials(row["label_zh"])[:60]
            values |= {"parent_id": parent.pk if parent else None, "level": parent.level + 1 if parent else 1}
            there[row["code"]] = plan.put(row, there.get(row["code"]), Topic(code=row["code"]), values)
        return plan

    @staticmethod
    def _of_three_levels(plan: Plan, rows: list[Row], there: dict[str, Topic], above: dict) -> list[Row]:
        where = _("the table of topics")
        ordered = in_order_of_parents(plan, rows, "上级编码", "parent", above, where)
        merged = {**above, **{row["code"]: row["parent"] for row in ordered}}
        for row in ordered:
            level = len(line_above(merged, row["code"])) + 1
            old = there.get(row["code"])
            if level > 3:
                plan.refuse(row, "上级编码", _("It would stand on level %d.") % level, _("Topics have three levels."))
            elif old and old.level != level:
                plan.refuse(
                    row, "上级编码", _("The topic is on another level already."), _("Give the new topic a new code.")
                )
        return in_order_of_parents(plan, ordered, "上级编码", "parent", above, where)


@dataclass(frozen=True)
class Duties:
    kind: str = "duties"
    act: str = "duty.imported"
    permission: str = "directory.import"
    columns: tuple[Column, ...] = (
        Column("office", ("单位编码", "单位"), code),
        Column("office_kind", ("单位类别", "类别"), choice(OFFICE_KINDS)),
        Column("topic", ("事项编码", "事项"), code, is_required=True),
        Column("part", ("职责", "履职方式"), choice(PARTS), is_required=True),
        Column("citation", ("依据", "清单条目"), text(120), is_required=True),
    )

    def plan(self, rows: list[Row], day: date) -> Plan:
        """Plan duties, of one office or of every office of a kind."""
        plan = Plan()
        offices = {office.code: office for office in Office.objects.all()}
        topics = {topic.code: topic for topic in Topic.objects.all()}
        there = {(d.office_id or d.office_kind, d.topic_id): d for d in Duty.objects.all()}
        for row in rows:
            if bool(row["office"]) == bool(row["office_kind"]):
                plan.refuse(row, "单位编码", _("It needs an office or a kind of office, not both."), _("Fill in one."))
            elif row["office"] and row["office"] not in offices:
                refuse_unknown(plan, row, "单位编码", row["office"], _("the table of offices"))
            elif row["topic"] not in topics:
                refuse_unknown(plan, row, "事项编码", row["topic"], _("the table of topics"))
        refuse_doubles(plan, rows, "事项编码", lambda row: (row["office"], row["office_kind"], row["topic"]))
        for row in plan.good(rows):
            office, topic = offices.get(row["office"]), topics[row["topic"]]
            office_id, kind = (office.pk, "") if office else (None, row["office_kind"])
            found = there.get((office_id or kind, topic.pk))
            made = Duty(office_id=office_id, office_kind=kind, topic_id=topic.pk)
            plan.put(row, found, made, row.given("part", "citation"))
        return plan


@dataclass(frozen=True)
class Catalogue:
    kind: str = "catalogue"
    act: str = "catalogue.imported"
    permission: str = "directory.import"
    columns: tuple[Column, ...] = (
        Column("topic", ("事项编码", "事项"), code, is_required=True),
        Column("area", ("区域编码", "区域"), code),
        Column("office", ("承办单位编码", "单位编码", "承办单位"), code, is_required=True),
        Column("procedure", ("办理程序",), text(40)),
        Column("legal_basis", ("依据", "法律依据"), text(200)),
        Column("valid_from", ("生效日期",), day),
        Column("valid_to", ("失效日期",), day),
    )

    def plan(self, rows: list[Row], day: date) -> Plan:
        """Plan lines of the dispatch catalogue; a blank area is the whole county."""
        plan = Plan()
        offices = {office.code: office for office in Office.objects.select_related("area")}
        topics = {topic.code: topic for topic in Topic.objects.all()}
        areas = {area.code: area for area in Area.objects.all()}
        there = {(e.topic_id, e.area_id, e.office_id): e for e in CatalogueEntry.objects.all()}
        for row in rows:
            self._refuse_unknown(plan, row, topics, areas, offices)
        refuse_doubles(plan, rows, "事项编码", lambda row: (row["topic"], row["area"], row["office"]))
        assisting = set(
            Duty.objects.filter(part=Duty.Part.ASSIST).values_list("topic__code", "office_id", "office_kind")
        )
        for row in plan.good(rows):
            topic, area, office = topics[row["topic"]], areas.get(row["area"]), offices[row["office"]]
            found = there.get((topic.pk, area.pk if area else None, office.pk))
            begins = row["valid_from"] or (found.valid_from if found else day)
            if refuse_ends_before(plan, row, "失效日期", begins, row["valid_to"]):
                continue
            self._warn(plan, row, area, office, assisting)
            values = {"valid_from": begins, **row.given("procedure", "legal_basis", "valid_to")}
            made = CatalogueEntry(topic_id=topic.pk, area_id=area.pk if area else None, office_id=office.pk)
            plan.put(row, found, made, values)
        return plan

    @staticmethod
    def _refuse_unknown(plan: Plan, row: Row, topics: dict, areas: dict, offices: dict[str, Office]) -> None:
        if row["topic"] not in topics:
            refuse_unknown(plan, row, "事项编码", row["topic"], _("the table of topics"))
        elif row["area"] and row["area"] not in areas:
            refuse_unknown(plan, row, "区域编码", row["area"], _("the table of areas"))
        elif row["office"] not in offices:
            refuse_unknown(plan, row, "承办单位编码", row["office"], _("the table of offices"))
        elif not offices[row["office"]].is_active:
            plan.refuse(row, "承办单位编码", _("The office is closed."), _("Give the office that took over."))

    @staticmethod
    def _warn(plan: Plan, row: Row, area: Area | None, office: Office, assisting: Iterable[tuple]) -> None:
        if (row["topic"], office.pk, "") in assisting or (row["topic"], None, office.kind) in assisting:
            plan.warn(
                row,
                "承办单位编码",
                _("By the duty list this office only assists here."),
                _("Give the office whose own duty it is (国办函〔2025〕66号)."),
            )
        here, there = (area.path if area else "/"), office.area.path
        if not here.startswith(there) and not there.startswith(here):
            plan.warn(
                row, "区域编码", _("The office belongs to another place."), _("Look whether the codes are right.")
            )
