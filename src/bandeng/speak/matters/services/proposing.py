"""Groups that the worker finds, and what people say to them. Nothing is joined but by a person."""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.speak.casework import api as cases

from ..constraints import constraints
from ..errors import CannotLink
from ..kinds import PROPOSAL
from ..models import Matter, MatterCase, Proposal, ProposedCase, ProposedLink
from ..scope import JOIN, cases_for, is_in_compartment
from . import growing
from .common import MOST, locked_cases
from .grouping import join, make
from .growing import Group, is_full, let_grow
from .waiting import Link, Waiting, among, links_of, locked, members_of, take_out, waiting_with

TELLING = 3  # members of a matter that tell where the others belong


@dataclass(frozen=True)
class Proposed:
    """What became of groups: new proposals, grown ones, those that wait already, those with nothing left to propose."""

    made: int
    grown: int
    known: int
    idle: int


def propose(groups: Iterable[Group], *, now: datetime) -> Proposed:
    """Keep groups of cases as proposals. For the worker; joins nothing.

    What people decided is obeyed here too, whatever the engine did: cases that are apart do not stand in one proposal,
    cases of a matter stay there and the others are proposed to join it. Cases in a compartment and cases that are not
    there are left out. A case waits in one proposal at most: a group that waits already, or in a larger one, makes
    none; one that has half of another goes on from it, and any other takes its cases out of those they waited in. A
    proposal that a group has wholly grows in its place: who has it open goes on with what they see. One that names as
    many as an act may is left as it is: the next are proposed when it is decided.
    """
    groups = list(groups)
    told = let_grow(groups, now=now)
    done = list(told.values())
    for group in (group for number, group in enumerate(groups) if number not in told):
        keys = _most(list(dict.fromkeys(group.cases)))
        together = waiting_with(keys)
        if len(together) == 1 and together[0].issuperset(keys):  # as mostly: it is seen again
            done.append("known")
            continue
        done.append(_propose(keys, group.links, set().union(*together), now))
        core.give_way()
    return Proposed(*(done.count(what) for what in ("made", "grown", "known", "idle")))


@transaction.atomic
def _propose(keys: list[uuid.UUID], links: Iterable[Link], near: set[uuid.UUID], now: datetime) -> str:
    """Propose cases; `near` are those that may go along, and are locked with them."""
    may = {case.pk for case in locked_cases({*keys, *near}) if not is_in_compartment(case)}
    waiting = locked(may)
    keys = [key for key in dict.fromkeys((*keys, *_along(waiting, set(keys)))) if key in may]
    matter, keys = _matter_and_new(keys)
    keys = _first_who_wait(keys, {case: len(each.cases) for each in waiting for case in each.cases})
    if not keys or (matter is None and len(keys) < 2):
        return "idle"
    waiting = [each for each in waiting if each.cases.intersection(keys)]
    same = [each for each in waiting if each.proposal.matter_id == (matter.pk if matter else None)]
    if any(is_full(each.cases, set(keys)) for each in same):
        return "known"
    known = next((each for each in same if each.cases.issuperset(keys)), None)
    if known is not None:
        take_out(keys, [each for each in waiting if each is not known])
        return "known"
    grown = max((each for each in same if each.cases.issubset(keys)), key=lambda each: len(each.cases), default=None)
    others = [each for each in waiting if each is not grown]
    links = [*links_of(others), *links]  # why those that waited were proposed is still so
    take_out(keys, others)
    if grown is None:
        growing.begin([(matter, keys, links)], now)
        return "made"
    growing.grow([(grown, [key for key in keys if key not in grown.cases], links)], now)
    return "grown"


def _most(keys: list[uuid.UUID]) -> list[uuid.UUID]:
    """Give as many as one act may name: of a larger group those in no matter, and some that tell which they would join.

    Those that wait already come first: their proposal is to grow, not to be made anew with others. Whoever accepts
    them makes room for the next.
    """
    if len(keys) <= MOST:
        return keys
    there = MatterCase.objects.filter(case__in=keys, left_at__isnull=True, matter__closed_at__isnull=True)
    joined = set(there.values_list("case", flat=True)[:TELLING])
    settled = set(MatterCase.objects.filter(case__in=keys, left_at__isnull=True).values_list("case", flat=True))
    waits_in = dict(among(keys).values_list("case", "proposal"))
    together = Counter(waits_in.values())
    free = [key for key in keys if key not in settled]
    free = _first_who_wait(free, {case: together[proposal] for case, proposal in waits_in.items()})
    return [key for key in keys if key in joined] + free[: MOST - len(joined)]


def _first_who_wait(keys: list[uuid.UUID], together: Mapping[uuid.UUID, int]) -> list[uuid.UUID]:
    """Keep as many as one act may name; first those that wait, beginning with the most `together`."""
    return keys if len(keys) <= MOST else sorted(keys, key=lambda key: -together.get(key, 0))[:MOST]


def _along(waiting: Collection[Waiting], keys: set[uuid.UUID]) -> Iterator[uuid.UUID]:
    """Give the rest of each proposal of which a group has half or more, and a member of the matter it would join.

    It is the same event seen again; what the others share with the group is theirs to lose.
    """
    for each in waiting:
        if 2 * len(each.cases & keys) >= len(each.cases):
            yield from sorted(each.cases - keys)
            yield from sorted(members_of(each.proposal))[:1]


def _matter_and_new(keys: list[uuid.UUID]) -> tuple[Matter | None, list[uuid.UUID]]:
    """Give the open matter that a group would join, if one, and those of the group who are in none.

    Whoever is apart from one kept before, or from a member of the matter, is left out.
    """
    rows = MatterCase.objects.filter(case__in=keys, left_at__isnull=True).select_related("matter")
    in_matter = {row.case_id: row.matter for row in rows}
    matter = next((in_matter[key] for key in keys if key in in_matter and in_matter[key].closed_at is None), None)
    together = MatterCase.objects.filter(matter__in={row.pk for row in in_matter.values()})
    members = list(together.values_list("case", "matter", "left_at"))  # of no matter: nothing is asked
    said = constraints({*keys, *(case for case, _matter, _left in members)})
    kept = [case for case, of, left in members if matter is not None and of == matter.pk and left is None]
    new = []
    for key in keys:
        if key not in in_matter and not (said.apart and any(said.are_apart(key, other) for other in kept)):
            new.append(key)
            kept.append(key)
    return matter, new


def _open_proposal(
    proposal_key: uuid.UUID, shown: Collection[uuid.UUID], by: cases.Hand
) -> tuple[Proposal, set[uuid.UUID]]:
    """Lock the cases of an open proposal that the person may join and was shown, then the proposal; give both."""
    if by.permissions is None:
        raise cases.NoPen(_("Matters are made by staff."))
    named = ProposedCase.objects.filter(proposal=proposal_key).values("case")
    mine = set(cases_for(by.permissions, JOIN).filter(pk__in=named).values_list("pk", flat=True))
    if not mine and Proposal.objects.filter(pk=proposal_key).exists():
        raise cases.NoPen(_("Cases are joined and split by dispatchers and handlers of the offices that have them."))
    locked_cases(mine)
    proposal = Proposal.objects.select_for_update(of=("self",)).filter(pk=proposal_key).first()
    if proposal is None:
        raise CannotLink(_("These cases were proposed otherwise meanwhile. Look at the list again."))
    if proposal.state != "open":
        raise CannotLink(_("Somebody decided on this proposal already."))
    mine &= set(named.values_list("case", flat=True)).intersection(shown)
    if not mine:
        raise CannotLink(_("These cases were proposed otherwise meanwhile. Look at the list again."))
    return proposal, mine


@transaction.atomic
def accept(
    proposal_key: uuid.UUID,
    case_keys: Collection[uuid.UUID],
    *,
    shown: Collection[uuid.UUID],
    title: str = "",
    by: cases.Hand,
    now: datetime,
) -> Matter:
    """Make a matter of the ticked cases of a proposal, or let them join the one it names.

    Of those `shown`, the unticked are kept apart from those taken. Cases that the person does not see, or that were
    put into the proposal after they looked, stay undecided. `title` is asked where the matter is new. Raises
    CannotLink, NoPen.
    """
    proposal, mine = _open_proposal(proposal_key, shown, by)
    taken = set(case_keys)
    if not taken <= mine:
        raise CannotLink(_("One of these cases is not in this proposal. Reload the page."))
    if not proposal.matter_id and len(taken) < 2:
        raise CannotLink(_("One matter is made of at least two cases. Decline it if they do not belong together."))
    _settle(proposal, "accepted", taken, mine, by, now)
    if proposal.matter_id:
        join(proposal.matter_id, taken, by=by, now=now)
        matter = Matter.objects.get(pk=proposal.matter_id)
    else:
        matter = make(taken, title=title, by=by, now=now)
    _tell(proposal, "accepted", taken, mine, by, now, matter=str(matter.pk))
    return matter


@transaction.atomic
def decline(proposal_key: uuid.UUID, *, shown: Collection[uuid.UUID], by: cases.Hand, now: datetime) -> None:
    """Say that the cases `shown` of a proposal are not one matter; they are not proposed together again.

    Raises CannotLink, NoPen.
    """
    proposal, mine = _open_proposal(proposal_key, shown, by)
    _settle(proposal, "declined", set(), mine, by, now)
    _tell(proposal, "declined", set(), mine, by, now)


def _settle(proposal: Proposal, state: str, taken: set, mine: set, by: cases.Hand, now: datetime) -> None:
    """Keep what was decided; the words that spoke for it go, with their key."""
    rows = ProposedCase.objects.filter(proposal=proposal)
    rows.filter(case__in=taken).update(is_taken=True)
    rows.filter(case__in=mine - taken).update(is_taken=False)
    ProposedLink.objects.filter(proposal=proposal).delete()
    seal_key = proposal.seal_key_id
    Proposal.objects.filter(pk=proposal.pk).update(state=state, settled_at=now, settled_by=by.key, seal_key=None)
    core.SealKey.objects.filter(pk=seal_key).delete()


def _tell(proposal: Proposal, state: str, taken: set, mine: set, by: cases.Hand, now: datetime, **more: str) -> None:
    office = min(by.permissions.offices(JOIN))
    payload = {"taken": sorted(map(str, taken)), "left": sorted(map(str, mine - taken)), **more}
    acts.emit(acts.Draft(f"matter.proposal_{state}", PROPOSAL, proposal.pk, by.actor(office), payload=payload), now=now)
