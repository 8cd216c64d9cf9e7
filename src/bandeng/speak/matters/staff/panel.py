"""What stands beside a case: the matter it is in, or the way to put it into one."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from bandeng.ground.directory import access
from bandeng.speak.casework import api as cases

from .. import selectors, services
from ..scope import may_join


def beside_case(request: HttpRequest, case: cases.Case) -> dict | None:
    """Make the panel of a case; none where the case is in no matter and the person cannot put it into one."""
    permissions = access.permissions(request)
    panel = {"title": _("Matter"), "template": "matters/_panel.html", "case": case}
    matter = selectors.matter_of(permissions, case.pk)
    if matter is None:
        return panel if may_join(permissions, case) else None
    found = selectors.cases_of(permissions, matter)
    may_use = services.latest(matter, "core") is not None and cases.answer_edge(case, cases.hand.staff(permissions))
    return panel | {
        "matter": matter,
        "name": selectors.title_of(matter) or _("(words erased)"),
        "cases": len(found),
        "voices": selectors.voices(found),
        "may_use": bool(may_use),
    }
