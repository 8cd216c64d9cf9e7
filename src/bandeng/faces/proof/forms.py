from django import forms
from django.utils.translation import gettext_lazy as _

from bandeng.ground.core import api as core
from bandeng.speak.casework import api as casework


class CodeForm(forms.Form):
    """The two things that stand on every receipt."""

    code = forms.CharField(
        label=_("Code on the receipt"),
        max_length=40,
        help_text=_("Ten letters and figures. Spaces, small letters: all the same to us."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "narrow"}),
        error_messages={"required": _("Write the code that stands in large letters on your receipt.")},
    )
    secret = forms.CharField(
        label=_("Secret word on the receipt"),
        max_length=40,
        help_text=_("Eight letters and figures, below the code."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "narrow"}),
        error_messages={"required": _("Write the secret word too; it stands below the code.")},
    )

    def clean_code(self) -> str:
        code = core.tidy_code(self.cleaned_data["code"])
        if not core.is_code(code):
            raise forms.ValidationError(
                _("One letter is wrong or missing. Please compare it with your receipt, letter by letter.")
            )
        return code


class TextForm(forms.Form):
    """A whole receipt as text, signature included: for whoever keeps it as a file."""

    text = forms.CharField(
        label=_("Text of the receipt"),
        max_length=4000,
        help_text=_("From the line “bandeng receipt v1” to the line that begins with “signature”."),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        error_messages={
            "required": _("Paste the whole text of the receipt, the last line too."),
            "max_length": _("This is longer than a receipt. Paste one receipt only."),
        },
    )

    def clean_text(self) -> casework.receipts.Receipt:
        try:
            return casework.receipts.parse(self.cleaned_data["text"])
        except casework.receipts.NotAReceipt:
            raise forms.ValidationError(
                _("This is not a whole receipt. Copy it again, from its first line to the line “signature”.")
            ) from None
