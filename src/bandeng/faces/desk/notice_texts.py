"""What a notice at the desk says, by the template its sender named. None holds a word of a case."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEXTS: dict[str, Promise] = {
    "case.registered": _("New at your office"),
    "case.dispatched": _("Sent to your office: please sign for it or send it back with a reason"),
    "case.returned": _("Sent back to you: please decide who takes it"),
    "case.redirected": _("Sent on to the office it belongs to"),
    "case.reopened": _("Opened again: the person says that it is not solved"),
    "case.overdue": _("The date has passed. Please answer, and call the person today"),
    "case.idle": _("Nothing has happened for a while. Please go on, or write down what you wait for"),
    "case.alerted_due": _("The date is near"),
    "case.alerted_sign_for": _("Please sign for it: the time for that is nearly over"),
    "case.deemed_accepted": _("Not signed for in time, so it counts as taken by the office it was sent to"),
    "case.to_approve": _("A reply waits for approval"),
    "case.sent_back": _("The reply came back with remarks"),
    "case.taken_away": _("Given to another office; there is nothing left for you to do"),
    "case.added_to": _("The person has added something"),
    "case.trip_noted": _("The person came again about this"),
    "case.withdrawn": _("Taken back by the person"),
    "case.date_recomputed": _("The date was counted anew after a new holiday calendar"),
}
URGENT = {"case.overdue", "case.alerted_due", "case.alerted_sign_for"}


def text_of(template: str) -> Promise:
    """Give a template's words; for one not listed here yet, that there is something to look at."""
    return TEXTS.get(template, _("Something has changed; please look"))
