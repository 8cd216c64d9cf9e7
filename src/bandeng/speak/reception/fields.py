"""Fields for words as people type, dictate or paste them."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from bandeng.ground.core import api as core
from bandeng.ground.residents import api as residents


class Line(forms.CharField):
    """One line of text."""

    def to_python(self, value) -> str:
        return super().to_python(core.tidy(value) if isinstance(value, str) else value) or ""


class Words(Line):
    """What somebody says, in their own words and at any length up to `longest` characters."""

    widget = forms.Textarea

    def __init__(self, *, longest: int, **kwargs):
        super().__init__(**kwargs)
        self.longest = longest

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > self.longest:
            raise ValidationError(
                _(
                    "This has %(n)d characters; %(most)d fit. Write the gist here and add the rest as a photo of the"
                    " paper, or tell us at the counter. Nothing of what you wrote is lost."
                )
                % {"n": len(value), "most": self.longest}
            )


class Phone(Line):
    """A telephone number, written in any way; kept as typed."""

    widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "class": "narrow"})

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not 5 <= len(residents.tidy_phone(value)) <= 20:
            raise ValidationError(_("This cannot be a telephone number. Write its digits, or leave it empty."))


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class Files(forms.FileField):
    """Any number of uploads; cleaned to a list. Whether one is taken is said where it is stored, file by file."""

    widget = FilesInput(attrs={"accept": "image/*,application/pdf"})

    def clean(self, data, initial=None) -> list:
        uploads = data if isinstance(data, list | tuple) else [data]
        return [upload for upload in uploads if upload]
