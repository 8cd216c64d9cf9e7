"""Open proposals, as cases leave them: a case stands in one at most, and in none once it is in a matter.

Locked after the cases and before a matter, in ascending order of id. Nobody decided on an open proposal, so nothing of
what is taken back is kept.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from bandeng.ground.core import api as core

from ..models import MatterCase, Proposal, ProposedCase, ProposedLink


@dataclass(frozen=True)
class Link:
    """Why two cases may be one matter: words both use, the place both name (an area's key), days between them."""

    first: uuid.UUID
    second: uuid.UUID
    words: tuple[str, ...] = ()
    area: uuid.UUID | None = None
    days: int = 0


@dataclass(frozen=True)
class Waiting:
    """An open proposal and the cases it names."""

    proposal: Proposal
    cases: frozenset[uuid.UUID]


def among(case_keys: Collection[uuid.UUID]) -> QuerySet[ProposedCase]:
    """Give what names one of these cases in an open proposal."""
    return ProposedCase.objects.filter(case__in=list(case_keys), proposal__state="open")


def locked(case_keys: Collection[uuid.UUID]) -> list[Waiting]:
    """Lock the open proposals that name one of these cases; the caller has locked the cases."""
    return locked_proposals(set(among(case_keys).values_list("proposal", flat=True)))


def locked_proposals(keys: Collection[uuid.UUID]) -> list[Waiting]:
    """Lock those of the proposals that are open; the caller has locked cases."""
    rows = Proposal.objects.select_for_update(of=("self",)).select_related("seal_key")
    proposals = list(rows.filter(pk__in=keys, state="open").order_by("pk")) if keys else []
    cases: dict[uuid.UUID, set[uuid.UUID]] = {row.pk: set() for row in proposals}
    for proposal, case in ProposedCase.objects.filter(proposal__in=list(cases)).values_list("proposal", "case"):
        cases[proposal].add(case)
    return [Waiting(row, frozenset(cases[row.pk])) for row in proposals]


def links_of(waiting: Collection[Waiting]) -> Iterator[Link]:
    """Open what spoke for proposals; what cannot be opened any more is left out."""
    rows = ProposedLink.objects.filter(proposal__in=[each.proposal.pk for each in waiting])
    for row in rows.select_related("proposal__seal_key"):
        try:
            yield Link(row.first_id, row.second_id, tuple(row.shared()), row.area_id, row.days)
        except core.CannotOpen:
            continue


def take_out(case_keys: Collection[uuid.UUID], waiting: Collection[Waiting]) -> None:
    """Take cases out of proposals. What is left of one stays where links still say why, and goes where none do."""
    gone = set(case_keys)
    for each in waiting:
        left = each.cases - gone
        about = left | members_of(each.proposal)
        links = ProposedLink.objects.filter(proposal=each.proposal)
        told = [pair for pair in links.values_list("first", "second") if set(pair) <= about]
        kept = left & {case for pair in told for case in pair}
        if len(kept) < (1 if each.proposal.matter_id else 2):
            withdraw(each.proposal)
            continue
        ProposedCase.objects.filter(proposal=each.proposal).exclude(case__in=kept).delete()
        lost = each.cases - kept
        (links.filter(first__in=lost) | links.filter(second__in=lost)).delete()


def members_of(proposal: Proposal) -> set[uuid.UUID]:
    """Give the cases in the matter that a proposal's cases would join; none where it would be a new one."""
    if proposal.matter_id is None:
        return set()
    return set(
        MatterCase.objects.filter(matter=proposal.matter_id, left_at__isnull=True).values_list("case", flat=True)
    )


def withdraw(proposal: Proposal) -> None:
    """Take back a proposal, with the words that spoke for it."""
    ProposedLink.objects.filter(proposal=proposal).delete()
    ProposedCase.objects.filter(proposal=proposal).delete()
    Proposal.objects.filter(pk=proposal.pk).delete()
    core.SealKey.objects.filter(pk=proposal.seal_key_id).delete()


def waiting_with(case_keys: Collection[uuid.UUID]) -> list[set[uuid.UUID]]:
    """Give what stands together in open proposals that name one of these cases: cases, and members of the matter."""
    named = among(case_keys).values("proposal")
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    matters: dict[uuid.UUID | None, set[uuid.UUID]] = {}
    rows = ProposedCase.objects.filter(proposal__in=named)
    for proposal, matter, case in rows.values_list("proposal", "proposal__matter", "case"):
        found[proposal].add(case)
        matters.setdefault(matter, set()).add(proposal)
    members = MatterCase.objects.filter(matter__in=[key for key in matters if key], left_at__isnull=True)
    for matter, case in members.values_list("matter", "case"):
        for proposal in matters[matter]:
            found[proposal].add(case)
    return list(found.values())
