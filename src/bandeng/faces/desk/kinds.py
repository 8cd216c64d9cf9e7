from django.utils.translation import gettext_lazy as _

from bandeng.ground.acts import api as acts

acts.register(
    acts.Kind("staff.signed_in", staff=_("Signed in")),
    acts.Kind("staff.signed_out", staff=_("Signed out")),
    acts.Kind("staff.locked_out", staff=_("Sign-in locked after wrong passwords")),
    acts.Kind("staff.session_ended", staff=_("Session ended from another device")),
)
