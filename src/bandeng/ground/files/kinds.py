from django.utils.translation import gettext_lazy as _

from bandeng.ground.acts import api as acts

acts.register(
    acts.Kind("file.received", staff=_("A file was received"), resident=_("A file was received")),
    acts.Kind("file.cleaned", staff=_("A file was checked and can be opened")),
    acts.Kind(
        "file.refused",
        staff=_("A file could not be taken; the resident should be asked for another"),
        resident=_("A file could not be opened; please bring it to the counter or send another"),
    ),
)
