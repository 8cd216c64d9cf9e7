"""What can be done with a case, in the words of staff and of residents."""

from django.utils.translation import gettext_lazy as _

from bandeng.ground.acts import api as acts

KINDS = [
    acts.Kind("case.registered", staff=_("Registered"), resident=_("We wrote down what you said")),
    acts.Kind("case.imported", staff=_("Taken over from another system"), resident=_("Taken over from another system")),
    acts.Kind(
        "case.corrected", staff=_("Corrected at the read-back"), resident=_("You corrected what was written down")
    ),
    acts.Kind("case.added_to", staff=_("The resident added something"), resident=_("You added something")),
    acts.Kind("case.replied_on_the_spot", staff=_("Answered on the spot"), resident=_("You were answered on the spot")),
    acts.Kind("case.dispatched", staff=_("Given to an office"), resident=_("We gave it to the office in charge")),
    acts.Kind(
        "case.redispatched",
        staff=_("Given to another office"),
        resident=_("We gave it to another office"),
        is_reason_shared=True,
    ),
    acts.Kind("case.accepted", staff=_("Accepted by the office"), resident=_("The office has taken it on")),
    acts.Kind(
        "case.deemed_accepted",
        staff=_("Deemed accepted, the limit for signing has passed"),
        resident=_("The office did not sign in time and now counts as having taken it on"),
    ),
    acts.Kind(
        "case.returned",
        staff=_("Returned as not our duty"),
        resident=_("The office says it is not in charge"),
        is_reason_shared=True,
    ),
    acts.Kind(
        "case.return_settled",
        staff=_("Return settled"),
        resident=_("It was decided which office is in charge"),
        is_reason_shared=True,
    ),
    acts.Kind("case.reply_drafted", staff=_("Reply drafted"), resident=_("The answer is being checked")),
    acts.Kind("case.refusal_drafted", staff=_("Redirection or refusal drafted"), resident=None),
    acts.Kind("case.reply_sent_back", staff=_("Draft sent back"), resident=_("The answer is being worked on again")),
    acts.Kind("case.reply_approved", staff=_("Reply approved"), resident=None),
    acts.Kind("case.replied", staff=_("Reply served"), resident=_("You were answered")),
    acts.Kind("case.redirected", staff=_("Redirected"), resident=_("You were told who is in charge")),
    acts.Kind(
        "case.rejected", staff=_("Not accepted, with reasons"), resident=_("It was not accepted; the reasons are below")
    ),
    acts.Kind("case.ended", staff=_("Ended by the resident"), resident=_("You ended it")),
    # Two kinds of before docs/adr/0012, which told solved from not solved. No act is of them any more; old ones stay.
    acts.Kind("case.confirmed", staff=_("Ended by the resident"), resident=_("You ended it")),
    acts.Kind("case.let_rest", staff=_("Ended by the resident"), resident=_("You ended it")),
    acts.Kind(
        "case.lapsed",
        staff=_("Closed after silence; counts as unanswered, never as solved"),
        resident=_("We did not hear from you, so we closed it; you can open it again"),
    ),
    acts.Kind("case.withdrawn", staff=_("Withdrawn by the resident"), resident=_("You took it back")),
    acts.Kind("case.reopened", staff=_("Reopened: not solved"), resident=_("You said that it is not solved")),
    acts.Kind(
        "case.escalated",
        staff=_("Reopened again: now with the superior office"),
        resident=_("You said that it is still not solved; it is now with the superior office"),
    ),
    acts.Kind(
        "case.merged",
        staff=_("Merged with the same person's same matter"),
        resident=_("Merged with your earlier matter"),
    ),
    acts.Kind("case.terminated", staff=_("Terminated after recheck"), resident=_("Terminated after the recheck")),
    acts.Kind("case.alerted", staff=_("Reminder: a limit comes near"), resident=None),
    acts.Kind(
        "case.overdue",
        staff=_("The limit has passed; the superior office was told"),
        resident=_("The limit has passed; the superior office was told"),
    ),
    acts.Kind("case.idle", staff=_("Nothing was done for days; the leader was told"), resident=None),
    acts.Kind(
        "case.date_recomputed",
        staff=_("Date recomputed after a new calendar"),
        resident=_("The date was recomputed after a new holiday calendar"),
    ),
    acts.Kind("case.trip_noted", staff=_("The resident came or called again"), resident=_("You came or called again")),
    acts.Kind("case.file_added", staff=_("Photo or paper added"), resident=_("A photo or paper was added")),
    acts.Kind("words.erasure_proposed", staff=_("Erasing what was said was proposed"), resident=None),
    acts.Kind(
        "words.erasure_declined",
        staff=_("It was decided not to erase what was said"),
        resident=_("It was decided not to erase what you said"),
        is_reason_shared=True,
    ),
    acts.Kind(
        "words.erased",
        staff=_("What was said was erased, by a decision with reasons"),
        resident=_("What you said was erased, by a decision with reasons"),
    ),
    acts.Kind("case.receipt_printed", staff=_("Receipt printed again"), resident=_("Your receipt was printed again")),
    acts.Kind(
        "case.receipt_replaced",
        staff=_("Receipt replaced; the former secret word opens nothing any more"),
        resident=_("Your receipt was replaced; the former one opens nothing any more"),
    ),
]


def declare() -> None:
    """Declare all of them; called once at start."""
    acts.register(*KINDS)
