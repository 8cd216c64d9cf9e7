from django.urls import path

from .public import accusation, lookup, receipt, speak
from .staff import accusation as desk_accusation
from .staff import again, intake
from .staff import receipt as desk_receipt

urlpatterns = [
    path("speak/", speak.start, name="speak-start"),
    path("speak/draft/", speak.keep, name="speak-draft"),
    path("speak/reach/", speak.reach, name="speak-reach"),
    path("speak/check/", speak.check, name="speak-check"),
    path("speak/delete/", speak.delete, name="speak-delete"),
    path("speak/leave/", speak.leave, name="speak-leave"),
    path("speak/receipt/", receipt.receipt, name="speak-receipt"),
    path("speak/form/", speak.paper, name="speak-form"),
    path("speak/accusation/", accusation.accusation, name="accusation"),
    path("find/", lookup.lookup, name="receipt-lookup"),
    path("find/later/", lookup.tries, name="receipt-tries"),
    path("r/<str:code>/<str:secret>", lookup.link, name="receipt-link"),
    path("desk/intake/", intake.intake, name="intake"),
    path("desk/intake/draft/", intake.draft, name="intake-draft"),
    path("desk/intake/forget/", intake.forget, name="intake-forget"),
    path("desk/intake/<code:code>/read-back/", desk_receipt.read_back, name="read-back"),
    path("desk/intake/<code:code>/receipt/", desk_receipt.receipt, name="receipt"),
    path("desk/accusation/", desk_accusation.accusation, name="desk-accusation"),
    path("desk/again/", again.search, name="again"),
    path("desk/again/<code:code>/", again.matter, name="again-matter"),
    # Before casework's /desk/cases/<code>/<name>/, which would take it for an act of the case.
    path("desk/cases/<code:code>/receipt/", desk_receipt.again, name="receipt-again"),
]
