from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _


def _password(label: str, autocomplete: str, **more) -> forms.CharField:
    attrs = {"autocomplete": autocomplete, "class": "narrow"}
    return forms.CharField(label=label, strip=False, max_length=200, widget=forms.PasswordInput(attrs=attrs), **more)


class SignInForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=_("User name"),
        max_length=40,
        error_messages={"required": _("Type your user name.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "class": "narrow"}
        ),
    )
    password = _password(_("Password"), "current-password", error_messages={"required": _("Type your password.")})

    def clean_username(self) -> str:
        """User names are small letters; a telephone's keyboard begins with a capital."""
        return self.cleaned_data["username"].lower()


class CodeField(forms.CharField):
    """Six digits, with or without the gap that telephones show."""

    def to_python(self, value: object) -> str:
        return "".join(super().to_python(value).split())


class CodeForm(forms.Form):
    """One code."""

    code = CodeField(
        label=_("Six-digit code"),
        validators=[RegexValidator(r"^[0-9]{6}$", _("Type the six digits that your telephone shows now."))],
        error_messages={"required": _("Type the six digits that your telephone shows now.")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "narrow"}),
    )


class PasswordForm(forms.Form):
    """A new password in place of the old one."""

    old = _password(_("Password now"), "current-password", error_messages={"required": _("Type your password of now.")})
    new = _password(
        _("New password"),
        "new-password",
        help_text=_("At least 10 characters. Some words strung together are easy to keep and hard to guess."),
        error_messages={"required": _("Type a new password.")},
    )
    again = _password(
        _("New password once more"), "new-password", error_messages={"required": _("Type the new password once more.")}
    )

    def clean(self) -> dict:
        """Hold the new password against itself and the old one."""
        data = super().clean()
        if data.get("new") and data.get("again") and data["new"] != data["again"]:
            self.add_error("again", _("The two are not the same. Type the new password twice."))
        if data.get("new") and data["new"] == data.get("old"):
            self.add_error("new", _("This is the password of now. Choose another one."))
        return data
