"""Acts on matters. Two stand on the case too, so that its history and its receipt tell of them."""

from django.utils.translation import gettext_lazy as _

from bandeng.ground.acts import api as acts

SUBJECT, PROPOSAL, CASE = "matter", "matter_proposal", "case"
KINDS = [
    acts.Kind("matter.made", staff=_("Made of several cases")),
    acts.Kind("matter.joined", staff=_("Cases added")),
    acts.Kind("matter.split", staff=_("Cases taken out")),
    acts.Kind("matter.undone", staff=_("The last step was undone")),
    acts.Kind("matter.closed", staff=_("Closed; each case still has its own answer")),
    acts.Kind("matter.reopened", staff=_("Opened again")),
    acts.Kind("matter.retitled", staff=_("Title changed")),
    acts.Kind("matter.note_written", staff=_("Note of the investigation written")),
    acts.Kind("matter.core_written", staff=_("Core of the answer written")),
    acts.Kind("matter.proposed", staff=_("Proposed as one matter")),
    acts.Kind("matter.proposal_grown", staff=_("Another case was added to the proposal")),
    acts.Kind("matter.proposal_accepted", staff=_("Proposal accepted")),
    acts.Kind("matter.proposal_declined", staff=_("Proposal declined")),
    # On the case. Nothing is said of who else spoke, or how many: with few that would name them.
    acts.Kind(
        "matter.case_joined",
        staff=_("Put into a matter with like cases"),
        resident=_("We look into it together with like matters; you still get your own answer"),
    ),
    acts.Kind(
        "matter.case_split",
        staff=_("Taken out of the matter"),
        resident=_("It is looked into by itself again"),
    ),
    acts.Kind("matter.core_used", staff=_("The core of the matter's answer was put into a draft")),
]


def declare() -> None:
    """Declare all of them; called once at start."""
    acts.register(*KINDS)
