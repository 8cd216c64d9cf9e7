"""May this hand take this edge of this case, now? Each refusal says what to do instead."""

import uuid

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from bandeng.ground.policies import api as policies

from .hand import Hand
from .models import Case
from .rules import EDGES, Edge, Pen, Place


class CannotMove(Exception):
    """The case is not in a state in which this can be done; the message says why and what can be done."""


class StaleCase(CannotMove):
    """Somebody else changed the case since the page was opened; what was typed is kept."""


class NoPen(PermissionDenied):
    """This hand does not hold the pen here."""


def office_of(edge: Edge, case: Case) -> uuid.UUID:
    """Name the office at which the pen of an edge must be held."""
    return {
        Place.HOLDER: case.holder_id,
        Place.FIRST_RECEIVER: case.first_receiver_id,
        Place.DISPATCH_OFFICE: case.dispatch_office_id,
    }[edge.at]


def holds_pen(edge: Edge, case: Case, by: Hand) -> bool:
    """Tell whether a hand holds the pen of an edge, whatever the case's status."""
    if edge.pen is Pen.RESIDENT:
        return by.kind == "resident" and by.case_key == case.pk
    if edge.pen is Pen.CLOCK:
        return by.kind == "clock"
    if edge.pen is Pen.IMPORT:
        return by.kind == "import"
    return by.kind == "staff" and by.may(edge.permission, office_of(edge, case))


def check(name: str, case: Case, by: Hand, *, version: int | None = None) -> Edge:
    """Give the edge if `by` may take it now; raise NoPen, StaleCase or CannotMove.

    `version` is the case's version as the person last saw it; None does not ask.
    """
    edge = EDGES[name]
    if not holds_pen(edge, case, by):
        raise NoPen(_("This step belongs to somebody else. Reload the page to see who has the case now."))
    if version is not None and version != case.version:
        raise StaleCase(
            _(
                "Somebody else worked on this case in the meantime. What you wrote is kept; look at the case and send"
                " again."
            )
        )
    if case.status not in edge.sources:
        raise CannotMove(_("The case has moved on since; this step is no longer open. Reload the page to see what is."))
    if not policies.procedure(case.procedure).allows(name):
        raise CannotMove(_("This procedure does not have this step."))
    return edge


def can(name: str, case: Case, by: Hand) -> bool:
    """Tell whether an edge is open to a hand, for the page that offers it."""
    edge = EDGES[name]
    return case.status in edge.sources and holds_pen(edge, case, by) and policies.procedure(case.procedure).allows(name)
