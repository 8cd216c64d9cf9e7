"""Words for the codes of casework, for staff and for residents."""

from django.utils.translation import gettext_lazy as _

STATUS = {
    "registered": _("registered"),
    "dispatched": _("waiting to be signed for"),
    "disputed": _("returned, to be decided"),
    "working": _("being worked on"),
    "drafted": _("draft waits for approval"),
    "approved": _("approved, to be served"),
    "replied": _("answered, waiting for the resident"),
    "closed": _("ended"),
    "redirected": _("redirected"),
    "rejected": _("not accepted"),
    "merged": _("merged"),
    "terminated": _("terminated"),
}
OUTCOME = {
    # One label for both: whether somebody called it solved is a judgement (judge/evaluation).
    "answered": _("ended by the resident"),
    "confirmed": _("ended by the resident"),
    "silent": _("nothing was heard from the resident"),
    "withdrawn": _("taken back by the resident"),
}
CHANNEL = {
    "counter": _("at the counter"),
    "phone": _("by phone"),
    "web": _("on the web"),
    "letter": _("by letter"),
    "visit": _("during a visit"),
    "import": _("from another system"),
}
IDENTITY_MODE = {
    "anonymous": _("no name given"),
    "hidden": _("name given, hidden from the handling office"),
    "shown": _("name given"),
}
REPLY_KIND = {"answer": _("answer"), "redirection": _("belongs elsewhere"), "rejection": _("not accepted")}
RESULT = {
    "answered": _("information or explanation"),
    "supported": _("yes: will be done"),
    "reasonable_but_no_basis": _("reasonable, but there is no rule for it"),
    "not_supported": _("no: facts or rules speak against it"),
}
METHOD = {
    "online": _("on the resident's page"),
    "message": _("by message"),
    "phone": _("by phone"),
    "in_person": _("in person"),
    "post": _("by post"),
}
PART = {
    "facts": _("What was found out"),
    "basis": _("The rule it rests on"),
    "opinion": _("The answer"),
    "where_to_go": _("Where to go instead"),
    "remedy": _("Who disagrees can"),
}
CLOCK = {
    "enquiry": _("answer the enquiry"),
    "general": _("answer"),
    "suggestion": _("answer the suggestion"),
    "on_the_spot": _("answer today"),
    "sign_for": _("sign for it"),
    "settle_return": _("decide the return"),
    "lapse": _("the resident may judge until"),
}
STATEMENT = {
    "corrected": _("Corrected at the read-back"),
    "added": _("Added later"),
    "missing": _("Still missing, says the resident"),
}
EDGE = {
    "reply_on_the_spot": _("Answer on the spot"),
    "dispatch": _("Give to an office"),
    "redispatch": _("Give to another office"),
    "accept": _("Sign for it"),
    "return": _("Return: not our duty"),
    "settle_return": _("Decide who is in charge"),
    "draft": _("Write the reply"),
    "draft_refusal": _("Redirect or refuse, with reasons"),
    "send_back": _("Send back to the writer"),
    "send_back_refusal": _("Send back to the writer"),
    "approve": _("Approve"),
    "serve": _("Serve the reply"),
    "serve_redirection": _("Serve the redirection"),
    "serve_rejection": _("Serve the refusal"),
    "serve_unapproved": _("Answer"),
}
# What the button under a form of its own says, where it is not what led there.
SEND = {"draft": _("Send it to be approved"), "draft_refusal": _("Send it to be approved")}
PEN = {
    "receptionist": _("reception"),
    "dispatcher": _("dispatcher"),
    "handler": _("handler"),
    "approver": _("approver"),
    "resident": _("the resident"),
    "clock": _("the clock"),
    "import": _("the import"),
}
GROUND = {
    "request": _("The person asks for it (Personal Information Protection Law, article 47)"),
    "third_person": _("Somebody else's private matters were written down unlawfully"),
    "wrong_registration": _("Registered wrongly: twice, or under the wrong matter"),
}
ERASURE_STATE = {
    "proposed": _("waiting for a second person"),
    "confirmed": _("erased"),
    "declined": _("declined"),
}
