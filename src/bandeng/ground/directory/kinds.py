from django.utils.translation import gettext_lazy as _

from bandeng.ground.acts import api as acts

acts.register(
    acts.Kind("staff.added", staff=_("Member of staff added")),
    acts.Kind("staff.password_set", staff=_("Password set")),
    acts.Kind("staff.totp_set_up", staff=_("One-time codes set up")),
    acts.Kind("staff.totp_dropped", staff=_("One-time codes taken back by the person")),
    acts.Kind("staff.totp_reset", staff=_("One-time codes reset")),
    acts.Kind("staff.deactivated", staff=_("Member of staff closed")),
    acts.Kind("staff.posted", staff=_("Role given")),
    acts.Kind("staff.posting_ended", staff=_("Role ended")),
    acts.Kind("area.imported", staff=_("Areas imported")),
    acts.Kind("office.imported", staff=_("Offices imported")),
    acts.Kind("staff.imported", staff=_("Staff imported")),
    acts.Kind("topic.imported", staff=_("Topics imported")),
    acts.Kind("duty.imported", staff=_("Duty list imported")),
    acts.Kind("catalogue.imported", staff=_("Dispatch catalogue imported")),
)
