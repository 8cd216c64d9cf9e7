"""Areas and offices."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from ..models import Area, Office
from ..pinyin import initials
from .columns import Column, Row, choice, code, day, text, yes_no
from .plan import Plan, in_order_of_parents, line_above, refuse_doubles, refuse_ends_before, refuse_unknown
from .report import Finding

AREA_KINDS = {
    "县": "county", "县级": "county", "乡镇": "township", "镇": "township", "乡": "township", "街道": "township",
    "乡镇级": "township", "村": "village", "村级": "village", "社区": "village",
}  # fmt: skip
PARENT_KIND = {"county": None, "township": "county", "village": "township"}
OFFICE_KINDS = {
    "接待中心": "reception", "部门": "department", "乡镇办公室": "township_office", "村委会": "village_committee",
    "领导办公室": "leader_office", "督查": "supervision", "纪检": "discipline", "系统管理": "administration",
}  # fmt: skip


@dataclass(frozen=True)
class Areas:
    kind: str = "areas"
    act: str = "area.imported"
    permission: str = "directory.import"
    columns: tuple[Column, ...] = (
        Column("code", ("区域编码", "编码", "行政区划代码"), code, is_required=True),
        Column("parent", ("上级编码", "上级区域"), code),
        Column("kind", ("级别", "区域级别"), choice(AREA_KINDS), is_required=True),
        Column("label_zh", ("区域名称", "名称"), text(60), is_required=True),
        Column("label_en", ("英文名称",), text(80)),
        Column("pinyin", ("拼音", "拼音首字母"), text(60)),
        Column("valid_from", ("生效日期",), day),
        Column("valid_to", ("失效日期",), day),
    )

    def plan(self, rows: list[Row], day: date) -> Plan:
        """Plan areas; those below one that moves get their new paths."""
        plan = Plan()
        there = {area.code: area for area in Area.objects.all()}
        codes = {area.pk: area.code for area in there.values()}
        above = {area.code: codes[area.parent_id] if area.parent_id else None for area in there.values()}
        refuse_doubles(plan, rows, self.columns[0].headers[0], lambda row: row["code"])
        for row in rows:
            row.values.setdefault("parent", above.get(row["code"]))
            old = there.get(row["code"])
            begins = row["valid_from"] or (old.valid_from if old else day)
            refuse_ends_before(plan, row, "失效日期", begins, row["valid_to"])
        self._check_kinds(plan, rows, there)
        ordered = in_order_of_parents(plan, rows, "上级编码", "parent", above, _("the table of areas"))
        ordered = self._refuse_misfits(plan, ordered, there, above)
        merged = {**above, **{row["code"]: row["parent"] for row in ordered}}
        for row in ordered:
            values = row.given("kind", "label_zh", "label_en", "valid_to")
            values["pinyin"] = row["pinyin"] or initials(row["label_zh"])[:60]
            if row["valid_from"] or row["code"] not in there:
                values["valid_from"] = row["valid_from"] or day
            parent = there.get(row["parent"])
            values["parent_id"] = parent.pk if parent else None
            values["path"] = self._path(merged, row["code"])
            found = there.get(row["code"])
            there[row["code"]] = plan.put(row, found, Area(code=row["code"]), values)
        self._move_those_below(plan, there, merged)
        return plan

    def _refuse_misfits(self, plan: Plan, ordered: list[Row], there: dict, above: dict) -> list[Row]:
        """Refuse areas below one of the wrong kind, and with them what only they hold up."""
        while True:
            kinds = {c: a.kind for c, a in there.items()} | {row["code"]: row["kind"] for row in ordered}
            for row in ordered:
                wanted = PARENT_KIND[row["kind"]]
                if kinds.get(row["parent"]) != wanted:
                    self._refuse_kind(plan, row, wanted)
            left = in_order_of_parents(plan, ordered, "上级编码", "parent", above, _("the table of areas"))
            if len(left) == len(ordered):
                return left
            ordered = left

    @staticmethod
    def _refuse_kind(plan: Plan, row: Row, wanted: str | None) -> None:
        label = str(Area.Kind(row["kind"]).label)
        if wanted is None:
            plan.refuse(row, "上级编码", _("A county has nothing above it."), _("Empty the cell."))
        else:
            plan.refuse(
                row,
                "上级编码",
                _("A %(kind)s stands below a %(above)s.") % {"kind": label, "above": Area.Kind(wanted).label},
                _("Give that area's code, or correct the kind."),
            )

    @staticmethod
    def _check_kinds(plan: Plan, rows: list[Row], there: dict[str, Area]) -> None:
        county = next((a.code for a in there.values() if a.kind == Area.Kind.COUNTY), None)
        for row in plan.good(rows):
            old = there.get(row["code"])
            if old and old.kind != row["kind"]:
                plan.refuse(
                    row, "级别", _("The area is of another kind already."), _("Give the new area a code of its own.")
                )
            elif row["kind"] == Area.Kind.COUNTY:
                county = county or row["code"]
                if row["code"] != county:
                    plan.refuse(
                        row, "级别", _("There is a county already; an installation is one."), _("Remove the row.")
                    )

    @staticmethod
    def _path(above: dict[str, str | None], code_: str) -> str:
        return "/" + "/".join([*reversed(line_above(above, code_)), code_]) + "/"

    def _move_those_below(self, plan: Plan, there: dict[str, Area], above: dict[str, str | None]) -> None:
        planned = {id(area) for area, _fields in plan.updates} | {id(area) for area in plan.creates}
        for code_, area in there.items():
            if id(area) not in planned and area.path != (path := self._path(above, code_)):
                area.path = path
                plan.updates.append((area, ["path"]))


@dataclass(frozen=True)
class Offices:
    kind: str = "offices"
    act: str = "office.imported"
    permission: str = "directory.import"
    columns: tuple[Column, ...] = (
        Column("code", ("单位编码", "编码"), code, is_required=True),
        Column("area", ("所属区域", "区域编码"), code, is_required=True),
        Column("superior", ("上级单位", "上级编码"), code),
        Column("kind", ("类别", "单位类别"), choice(OFFICE_KINDS), is_required=True),
        Column("label_zh", ("单位名称", "名称"), text(60), is_required=True),
        Column("label_en", ("英文名称",), text(80)),
        Column("short_zh", ("简称",), text(20)),
        Column("pinyin", ("拼音", "拼音首字母"), text(60)),
        Column("phone", ("电话", "联系电话"), text(30)),
        Column("address_zh", ("地址",), text(120)),
        Column("opening_hours", ("办公时间",), text(200)),
        Column("is_dispatching", ("是否派单",), yes_no),
        Column("is_active", ("是否在用",), yes_no),
    )

    def plan(self, rows: list[Row], day: date) -> Plan:
        """Plan offices; one dispatching office an area, and one for the whole county."""
        plan = Plan()
        areas = {area.code: area for area in Area.objects.all()}
        there = {office.code: office for office in Office.objects.all()}
        codes = {office.pk: office.code for office in there.values()}
        above = {office.code: codes[office.superior_id] if office.superior_id else None for office in there.values()}
        refuse_doubles(plan, rows, "单位编码", lambda row: row["code"])
        for row in plan.good(rows):
            row.values.setdefault("superior", above.get(row["code"]))
            if row["area"] not in areas:
                refuse_unknown(plan, row, "所属区域", row["area"], _("the table of areas"))
        self._refuse_second_dispatchers(plan, rows, there, areas)
        where = _("the table of offices")
        for row in in_order_of_parents(plan, rows, "上级单位", "superior", above, where):
            values = row.given("kind", "label_zh", "label_en", "short_zh", "phone", "address_zh", "opening_hours")
            values |= row.given("is_dispatching", "is_active")
            values["pinyin"] = row["pinyin"] or initials(row["label_zh"])[:60]
            superior = there.get(row["superior"])
            values |= {"area_id": areas[row["area"]].pk, "superior_id": superior.pk if superior else None}
            there[row["code"]] = plan.put(row, there.get(row["code"]), Office(code=row["code"]), values)
        self._warn_without_dispatcher(plan, there, areas)
        return plan

    @staticmethod
    def _refuse_second_dispatchers(
        plan: Plan, rows: list[Row], there: dict[str, Office], areas: dict[str, Area]
    ) -> None:
        codes = {area.pk: area.code for area in areas.values()}
        named = {row["code"] for row in plan.good(rows)}
        taken = {
            codes[o.area_id]: o.code for o in there.values() if o.is_dispatching and o.is_active and o.code not in named
        }
        for row in plan.good(rows):
            old = there.get(row["code"]) or Office()
            is_dispatching = row.given("is_dispatching").get("is_dispatching", old.is_dispatching)
            is_active = row.given("is_active").get("is_active", old.is_active)
            if is_dispatching and is_active is not False:
                other = taken.setdefault(row["area"], row["code"])
                if other != row["code"]:
                    plan.refuse(
                        row,
                        "是否派单",
                        _("“%(office)s” dispatches for this area already.") % {"office": other},
                        _("Leave one of the two."),
                    )

    @staticmethod
    def _warn_without_dispatcher(plan: Plan, there: dict[str, Office], areas: dict[str, Area]) -> None:
        county = {area.pk for area in areas.values() if area.parent_id is None}
        if not any(o.is_dispatching and o.is_active and o.area_id in county for o in there.values()):
            plan.findings.append(
                Finding(
                    0,
                    "是否派单",
                    _("No office dispatches for the whole county."),
                    _("Mark one, or cases without a place reach nobody."),
                    is_warning=True,
                )
            )
