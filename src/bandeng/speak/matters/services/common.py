"""Locks and pens that all acts on matters begin with: cases by ascending id, then the matter (docs/adr/0002, 0013)."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.speak.casework import api as cases

from ..errors import CannotLink
from ..kinds import CASE, SUBJECT
from ..models import Matter, MatterCase
from ..scope import JOIN, cases_for, matter_for, members, office_for
from .waiting import locked, take_out

MAX_TITLE = 60
MOST = 100  # cases one act may name: as many as a transaction of 100 ms takes


def locked_cases(case_keys: Collection[uuid.UUID]) -> list[cases.Case]:
    """Lock cases in ascending order of id."""
    rows = cases.Case.objects.select_for_update(of=("self",)).filter(pk__in=list(case_keys))
    return list(rows.defer("words", "words_masked").order_by("pk"))


def locked_matter(matter_key: uuid.UUID) -> Matter:
    """Lock a matter, after its cases."""
    return Matter.objects.select_for_update(of=("self",)).select_related("seal_key").get(pk=matter_key)


def joinable(case_keys: Collection[uuid.UUID], by: cases.Hand) -> tuple[list[cases.Case], uuid.UUID]:
    """Lock the cases an act names and give them with the office it is done for.

    Raises NoPen where one of them is not in the person's scope (or lies with the discipline body), CannotLink where
    there are none or too many.
    """
    keys = set(case_keys)
    if not keys:
        raise CannotLink(_("Tick at least one case."))
    if len(keys) > MOST:
        raise CannotLink(_("At most %(n)d cases at once; do the others after these.") % {"n": MOST})
    found = locked_cases(keys)
    mine = set(cases_for(_permissions(by), JOIN).filter(pk__in=keys).values_list("pk", flat=True))
    if mine != keys:
        raise cases.NoPen(_("Cases are joined and split by dispatchers and handlers of the offices that have them."))
    return found, office_for(_permissions(by), JOIN, keys)


def own_matter(matter_key: uuid.UUID, by: cases.Hand) -> Matter:
    """Lock a matter of which the person may join and split cases. Raises Matter.DoesNotExist, NoPen."""
    permissions = _permissions(by)
    matter_for(permissions, matter_key)
    matter = locked_matter(matter_key)
    if not members(permissions, JOIN).filter(matter=matter).exists():
        raise cases.NoPen(_("Cases are joined and split by dispatchers and handlers of the offices that have them."))
    return matter


def _permissions(by: cases.Hand):
    if by.permissions is None:
        raise cases.NoPen(_("Matters are made by staff."))
    return by.permissions


def free_of_matters(found: Sequence[cases.Case]) -> None:
    """Raise CannotLink where a case is in a matter already."""
    taken = MatterCase.objects.filter(case__in=[c.pk for c in found], left_at__isnull=True)
    if taken.exists():
        raise CannotLink(_("One of these cases is in a matter already. Take it out there first."))


def leave_proposals(found: Sequence[cases.Case]) -> None:
    """Take cases out of the proposals they wait in: a person has decided on them. Asked before a matter is locked."""
    keys = [case.pk for case in found]
    take_out(keys, locked(keys))


def put_in(matter: Matter, found: Sequence[cases.Case], *, by: cases.Hand, now: datetime) -> None:
    """Write the rows of new members."""
    MatterCase.objects.bulk_create(
        [MatterCase(matter=matter, case=case, joined_at=now, joined_by=by.key) for case in found]
    )


def tidy_title(typed: str) -> str:
    """Bring a title to one line. Raises CannotLink where there is none, or more than fits."""
    title = core.tidy_line(typed)
    if not title or len(title) > MAX_TITLE:
        raise CannotLink(_("Say in at most %(n)d characters what it is about; name nobody.") % {"n": MAX_TITLE})
    return title


def act_on(
    matter: Matter,
    kind: str,
    *,
    by: cases.Hand,
    office: uuid.UUID | None,
    now: datetime,
    key: str | None = None,
    **more,
) -> acts.Act:
    """Emit an act on a matter."""
    draft = acts.Draft(kind, SUBJECT, matter.pk, by.actor(office), idempotency_key=key, **more)
    return acts.emit(draft, now=now)


def tell_cases(
    cause: acts.Act, kind: str, case_keys: Collection[uuid.UUID], *, by: cases.Hand, office, now: datetime
) -> None:
    """Put an act on the history of each case. The case itself does not move, and its open forms stay fresh."""
    payload = {"matter": str(cause.subject_key)}
    drafts = [acts.Draft(kind, CASE, k, by.actor(office), payload=payload, cause=cause.pk) for k in sorted(case_keys)]
    acts.emit_many(drafts, now=now)


def done_before(key: str | None, by: cases.Hand) -> acts.Act | None:
    """Find what the same person did with the same form; asked under the cases' locks, so that a double press waits."""
    act = acts.by_idempotency_keys([key]).get(key) if key else None
    return act if act is not None and act.actor_key == by.key else None


def keys_in(act: acts.Act) -> list[uuid.UUID]:
    """Give the cases an act names."""
    return [uuid.UUID(key) for key in act.payload.get("cases", ())]


def listed(found: Collection[cases.Case]) -> dict:
    """Name cases in a payload."""
    return {"cases": [str(c.pk) for c in found]}
