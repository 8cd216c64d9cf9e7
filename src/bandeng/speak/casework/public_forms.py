"""Forms of the resident's own page."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .services.registering import MAX_WORDS


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class _FilesField(forms.FileField):
    """Any number of files; cleans to a list."""

    def clean(self, data, initial=None):
        given = data if isinstance(data, list | tuple) else [data]
        return [super(_FilesField, self).clean(one, initial) for one in given if one]


class AddForm(forms.Form):
    """Words, photos, or both."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("What you want to add"),
        help_text=_("It is put beside what you said before; nothing is replaced."),
        max_length=MAX_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"autocomplete": "off", "rows": 5, "data-count": "2000"}),
    )
    photos = _FilesField(
        label=_("Photos or papers"),
        help_text=_("Photos and PDF, each at most 20 MB. Where a photo was taken is removed from it."),
        required=False,
        widget=_ManyFiles(attrs={"accept": "image/*,application/pdf"}),
    )

    def clean(self):
        data = super().clean()
        if not self.errors and not data.get("words", "").strip() and not data.get("photos"):
            raise ValidationError(_("Write something or choose a photo; one of the two is enough."))
        return data


class KeyForm(forms.Form):
    """A button that does something once."""

    key = forms.UUIDField(widget=forms.HiddenInput)
