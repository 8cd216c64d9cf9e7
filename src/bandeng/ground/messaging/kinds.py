from django.utils.translation import gettext_lazy as _

from bandeng.ground.acts import api as acts

acts.register(
    acts.Kind(
        "message.undelivered",
        staff=_("A message could not be delivered"),
        resident=_("A message to you did not go out"),
    ),
    acts.Kind("message.retried", staff=_("A message is being sent again")),
    acts.Kind("message.printed", staff=_("A letter was printed"), resident=_("A letter to you was printed")),
    acts.Kind("notice.read", staff=_("A notice to the office was read")),
)
