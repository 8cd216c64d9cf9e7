"""Words for the kinds of text."""

from django.utils.translation import gettext_lazy as _

TEXT = {"note": _("Note of the investigation"), "core": _("Core of the answer")}
