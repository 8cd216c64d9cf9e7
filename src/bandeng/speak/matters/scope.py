"""Which cases a matter may have to do with, for whom: every read and every act of this room begins here."""

import uuid
from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases

from .models import Matter, MatterCase, ProposedCase

JOIN, WRITE = "matter.join", "matter.write"


def _compartments() -> list[uuid.UUID]:
    return [o.pk for o in directory.offices().values() if o.kind == directory.Office.Kind.DISCIPLINE]


def without_compartments(found: QuerySet[cases.Case]) -> QuerySet[cases.Case]:
    """Leave out what lies with the discipline body: such a case joins nothing, and is not there for any matter.

    Asked when reading too: a case that went there after it had joined is gone from the matter's pages and counts.
    """
    sealed_off = _compartments()
    if not sealed_off:
        return found
    return found.exclude(holder__in=sealed_off).exclude(first_receiver__in=sealed_off)


def is_in_compartment(case: cases.Case) -> bool:
    """Tell of one case what `without_compartments` asks of many."""
    return not {case.holder_id, case.first_receiver_id}.isdisjoint(_compartments())


def cases_for(permissions: directory.Permissions, permission: str = "case.view") -> QuerySet[cases.Case]:
    """Give the cases that somebody may see (or join, …) as parts of matters."""
    return without_compartments(cases.Case.objects.visible_to(permissions.offices(permission)))


def may_join(permissions: directory.Permissions, case: cases.Case) -> bool:
    """Tell whether somebody who sees a case may put it into a matter."""
    seen_from, joining = permissions.offices("case.view"), permissions.offices(JOIN)
    if not joining:
        return False
    if seen_from <= joining:  # as for nearly everybody: who sees it may join it, unless it lies in a compartment
        return not is_in_compartment(case)
    return cases_for(permissions, JOIN).filter(pk=case.pk).exists()


def members(permissions: directory.Permissions, permission: str = "case.view") -> QuerySet[MatterCase]:
    """Give the present members of matters that somebody may see."""
    seen = cases_for(permissions, permission).filter(pk=OuterRef("case"))
    return MatterCase.objects.filter(Exists(seen), left_at__isnull=True)


def proposed_cases(permissions: directory.Permissions) -> QuerySet[ProposedCase]:
    """Give what is proposed of cases that somebody may see. Asked case by case, not by a list of all in sight."""
    return ProposedCase.objects.filter(Exists(cases_for(permissions).filter(pk=OuterRef("case"))))


def visible(permissions: directory.Permissions) -> QuerySet[Matter]:
    """Give the matters of which somebody may see at least one case."""
    return Matter.objects.filter(Exists(members(permissions).filter(matter=OuterRef("pk"))))


def matter_for(permissions: directory.Permissions, key: uuid.UUID) -> Matter:
    """Give a matter in scope; raise Matter.DoesNotExist (a 404) otherwise."""
    return visible(permissions).select_related("seal_key").get(pk=key)


def office_for(permissions: directory.Permissions, permission: str, case_keys: Collection[uuid.UUID]) -> uuid.UUID:
    """Name the office for which somebody acts on cases: one of theirs with the permission that may see one of them.

    The caller has checked that there is one.
    """
    offices = sorted(permissions.offices(permission))
    seen = cases.Case.objects.filter(pk__in=list(case_keys))
    return next(office for office in offices if seen.visible_to([office]).exists())
