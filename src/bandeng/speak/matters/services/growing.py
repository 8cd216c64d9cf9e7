"""Proposals begun, and grown with their event: what the worker does most, so all of a step at once."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core

from ..kinds import PROPOSAL
from ..models import Matter, MatterCase, Proposal, ProposedCase, ProposedLink
from ..scope import is_in_compartment
from .common import MOST, locked_cases
from .waiting import Link, Waiting, among, locked_proposals, members_of

WORKER = acts.system("matters")
MOST_WORDS = 12  # shared words of a link: reasons to read, not a second copy of what was said


@dataclass(frozen=True)
class Group:
    """Cases that may be one matter, and the links that say so."""

    cases: tuple[uuid.UUID, ...]
    links: tuple[Link, ...] = field(default=())


@dataclass(frozen=True)
class _Plan:
    """Cases to be put into a proposal, which named `named` when it was looked at; without one they make their own."""

    number: int
    proposal: uuid.UUID | None
    named: frozenset[uuid.UUID]
    new: frozenset[uuid.UUID]
    links: tuple[Link, ...]


def let_grow(groups: Sequence[Group], *, now: datetime) -> dict[int, str]:
    """Put cases of which nobody has said anything yet into the proposals that their groups have half of, or more.

    Where none of a group waits anywhere they make a proposal of their own. Gives what became of the groups that this
    settled, by their place: "known", "grown" or "made". Of the others more is to be asked: they touch several
    proposals, a matter, or what somebody decided.
    """
    told, plans = _planned(groups)
    while plans:
        part: list[_Plan] = []
        while plans and (not part or sum(len(plan.new) for plan in [*part, plans[-1]]) <= MOST):
            part.append(plans.pop())
        told |= _carried_out(part, now)
        core.give_way()
    return told


def _planned(groups: Sequence[Group]) -> tuple[dict[int, str], list[_Plan]]:
    asked = {number: frozenset(group.cases) for number, group in enumerate(groups) if len(group.cases) <= MOST}
    named = among(frozenset().union(*asked.values()))
    rows = ProposedCase.objects.filter(proposal__in=named.values("proposal"))
    cases: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    waits_in: dict[uuid.UUID, uuid.UUID] = {}
    of_matters = set()
    for proposal, matter, case in rows.values_list("proposal", "proposal__matter", "case"):
        cases[proposal].add(case)
        waits_in[case] = proposal
        if matter is not None:
            of_matters.add(proposal)
    told: dict[int, str] = {}
    plans: dict[uuid.UUID, _Plan] = {}
    begun: list[_Plan] = []
    for number, keys in asked.items():
        near = {waits_in[key] for key in keys if key in waits_in}
        if not near and len(keys) > 1:
            begun.append(_Plan(number, None, frozenset(), keys, groups[number].links))
        if len(near) != 1 or near & of_matters:
            continue
        proposal = near.pop()
        there = frozenset(cases[proposal])
        if there >= keys or is_full(there, keys):
            told[number] = "known"
        elif 2 * len(there & keys) >= len(there) and len(there | keys) <= MOST and proposal not in plans:
            plans[proposal] = _Plan(number, proposal, there, keys - there, groups[number].links)
    return told, [*plans.values(), *begun]


def is_full(named: Set, keys: Set) -> bool:
    """Tell whether a proposal is of the same event as a group, and has no room for more of it."""
    return len(named) >= MOST and 2 * len(named & keys) >= len(named)


def full_with(case_keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Give the open proposals that name one of these cases and have no room for more, with all they name."""
    full = still_full(set(among(list(case_keys)).values_list("proposal", flat=True)))
    named: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for proposal, case in ProposedCase.objects.filter(proposal__in=full).values_list("proposal", "case"):
        named[proposal].add(case)
    return named


def still_full(proposals: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Give those of the proposals that are open and name as many cases as an act may."""
    rows = ProposedCase.objects.filter(proposal__in=list(proposals), proposal__state="open").values("proposal")
    return set(rows.annotate(n=Count("pk")).filter(n__gte=MOST).order_by().values_list("proposal", flat=True))


@transaction.atomic
def _carried_out(plans: Collection[_Plan], now: datetime) -> dict[int, str]:
    """Carry out plans whose proposals are as they were, and whose cases are free; give what became of those groups."""
    new = frozenset().union(*(plan.new for plan in plans))
    free = {case.pk for case in locked_cases(new) if not is_in_compartment(case)}
    there = {each.proposal.pk: each for each in locked_proposals({plan.proposal for plan in plans if plan.proposal})}
    free.difference_update(ProposedCase.objects.filter(case__in=new).values_list("case", flat=True))
    free.difference_update(MatterCase.objects.filter(case__in=new).values_list("case", flat=True))
    named = {key: each.cases for key, each in there.items()} | {None: frozenset()}
    done = []
    for plan in plans:
        if named.get(plan.proposal) == plan.named and plan.new <= free:
            done.append(plan)
            free -= plan.new
    grown, made = [p for p in done if p.proposal], [p for p in done if not p.proposal]
    grow([(there[plan.proposal], plan.new, plan.links) for plan in grown], now)
    begin([(None, sorted(plan.new), plan.links) for plan in made], now)
    return {plan.number: "grown" if plan.proposal else "made" for plan in done}


def begin(parts: Collection[tuple[Matter | None, Collection[uuid.UUID], Iterable[Link]]], now: datetime) -> None:
    """Keep new proposals: the matter that cases would join, if one; the cases, which the caller has locked; links."""
    if not parts:
        return
    keys = [core.SealKey.make() for _part in parts]
    core.SealKey.objects.bulk_create(keys)
    rows = [
        Proposal(matter=matter, seal_key=key, proposed_at=now, proposed_by=WORKER.key)
        for key, (matter, _new, _said) in zip(keys, parts, strict=True)
    ]
    Proposal.objects.bulk_create(rows)
    named, links, drafts = [], [], []
    for row, (matter, new, said) in zip(rows, parts, strict=True):
        named += [ProposedCase(proposal=row, case_id=case) for case in new]
        links += link_rows(row, said, about=new)
        payload = {"cases": [str(case) for case in new], "matter": str(matter.pk) if matter else None}
        drafts.append(acts.Draft("matter.proposed", PROPOSAL, row.pk, WORKER, payload=payload))
    ProposedCase.objects.bulk_create(named)
    ProposedLink.objects.bulk_create(links)
    acts.emit_many(drafts, now=now)


def grow(parts: Iterable[tuple[Waiting, Collection[uuid.UUID], Iterable[Link]]], now: datetime) -> None:
    """Put more cases into locked proposals; each keeps its number and its place in the list."""
    named, links, drafts = [], [], []
    for there, new, said in parts:
        touching = [link for link in said if not {link.first, link.second}.isdisjoint(new)]
        named += [ProposedCase(proposal=there.proposal, case_id=case) for case in sorted(new)]
        links += link_rows(there.proposal, touching, about=there.cases.union(new))
        payload = {"cases": [str(case) for case in sorted(new)]}
        drafts.append(acts.Draft("matter.proposal_grown", PROPOSAL, there.proposal.pk, WORKER, payload=payload))
    ProposedCase.objects.bulk_create(named)
    ProposedLink.objects.bulk_create(links)
    if drafts:
        acts.emit_many(drafts, now=now)


def link_rows(proposal: Proposal, links: Iterable[Link], *, about: Collection[uuid.UUID]) -> Iterator[ProposedLink]:
    """Make rows of the links among the cases a proposal is about and the members of its matter."""
    about, key = {*about, *members_of(proposal)}, proposal.seal_key
    rows: dict[tuple, ProposedLink] = {}
    for link in links:
        first, second = sorted((link.first, link.second))
        if first != second and {first, second} <= about:
            row = ProposedLink(
                proposal=proposal, first_id=first, second_id=second, area_id=link.area, days=max(0, link.days)
            )
            words = [core.tidy_line(word) for word in link.words[:MOST_WORDS]]
            row.words = key.seal("\n".join(filter(None, words)), row.context())
            rows[first, second] = row
    return iter(rows.values())
