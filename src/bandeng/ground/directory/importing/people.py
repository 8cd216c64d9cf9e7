"""Staff and their postings: one row is one person in one role at one office."""

import re
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from ..models import Office, Posting, Role, Staff
from ..models.staff import USERNAME_PATTERN, valid_username
from .columns import Column, Row, code, day, shorten, text
from .plan import Plan, refuse_doubles, refuse_unknown
from .report import BadValue


def username(typed: str) -> str:
    """Read a user name."""
    value = typed.lower()
    if not re.match(USERNAME_PATTERN, value):
        raise BadValue(_("“%(value)s” is no user name.") % {"value": shorten(typed)}, str(valid_username.message))
    return value


@dataclass(frozen=True)
class People:
    kind: str = "staff"
    act: str = "staff.imported"
    permission: str = "staff.manage"  # whoever imports postings gives roles: not the system administrator's business
    columns: tuple[Column, ...] = (
        Column("username", ("用户名", "账号"), username, is_required=True),
        Column("display_zh", ("姓名",), text(40), is_required=True),
        Column("post_zh", ("职务", "岗位"), text(60)),
        Column("role", ("角色",), text(40), is_required=True),
        Column("office", ("单位编码", "单位"), code, is_required=True),
        Column("from_on", ("任职日期", "开始日期"), day),
    )

    def plan(self, rows: list[Row], day: date) -> Plan:
        """Plan people without a usable password and their postings; nobody's posting is ended by an import."""
        plan = Plan()
        offices = {o.code: o for o in Office.objects.all()}
        roles = {name: role for role in Role.objects.all() for name in (role.code, role.label_zh)}
        there = {s.username: s for s in Staff.objects.all()}
        held = {(p.staff_id, p.role_id, p.office_id): p for p in Posting.objects.filter(until_on__isnull=True)}
        for row in plan.good(rows):
            if row["role"] not in roles:
                known = "、".join(sorted({role.label_zh for role in roles.values()}))
                refuse_unknown(plan, row, "角色", row["role"], _("the roles (%(roles)s)") % {"roles": known})
            elif row["office"] not in offices:
                refuse_unknown(plan, row, "单位编码", row["office"], _("the table of offices"))
        refuse_doubles(plan, rows, "用户名", lambda row: (row["username"], roles[row["role"]].code, row["office"]))
        self._refuse_odd_people(plan, rows, there, offices)
        self._refuse_clashes(plan, rows, there, roles, held)
        for row in plan.good(rows):
            self._put(plan, row, there, roles[row["role"]], offices[row["office"]], held, day)
        return plan

    @staticmethod
    def _put(plan: Plan, row: Row, there: dict, role: Role, office: Office, held: dict, day: date) -> None:
        staff = there.get(row["username"])
        values = row.given("display_zh", "post_zh")
        made = Staff(username=row["username"], password=make_password(None))
        if staff is None or staff.username not in plan.done:
            plan.done.add(row["username"])
            staff = there[row["username"]] = plan.put(row, staff, made, values)
        key = (staff.pk, role.pk, office.pk)
        if key not in held:
            plan.new.add(row.number)
            plan.changed.discard(row.number)
            posting = Posting(staff_id=staff.pk, role_id=role.pk, office_id=office.pk, from_on=row["from_on"] or day)
            held[key] = posting
            plan.creates.append(posting)

    @staticmethod
    def _refuse_odd_people(plan: Plan, rows: list[Row], there: dict[str, Staff], offices: dict[str, Office]) -> None:
        names: dict[str, str] = {}
        for row in plan.good(rows):
            name = names.setdefault(row["username"], row["display_zh"])
            staff = there.get(row["username"])
            if name != row["display_zh"]:
                plan.refuse(
                    row,
                    "姓名",
                    _("The user name stands for “%(name)s” above.") % {"name": name},
                    _("Give each person a user name of their own."),
                )
            elif staff and not staff.is_active:
                plan.refuse(
                    row, "用户名", _("The account is closed."), _("Choose another user name, or remove the row.")
                )
            elif not offices[row["office"]].is_active:
                plan.refuse(row, "单位编码", _("The office is closed."), _("Give the office that took over."))

    @staticmethod
    def _refuse_clashes(plan: Plan, rows: list[Row], there: dict, roles: dict, held: dict) -> None:
        by_id = {role.pk: role for role in roles.values()}
        has: dict[str, list[Role]] = {}
        usernames = {staff.pk: staff.username for staff in there.values()}
        for staff_id, role_id, _office in held:
            has.setdefault(usernames[staff_id], []).append(by_id[role_id])
        for row in plan.good(rows):
            mine = has.setdefault(row["username"], [])
            role = roles[row["role"]]
            if clash := next((other for other in mine if role.excludes(other)), None):
                plan.refuse(
                    row,
                    "角色",
                    _("The person is %(held)s; these two administrators must be two persons.")
                    % {"held": clash.label_zh},
                    _("Give the role to somebody else."),
                )
            else:
                mine.append(role)
