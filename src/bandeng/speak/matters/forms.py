"""Forms of matters. They check what was typed; whether it may be done is the services' to say."""

import re
import uuid
from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from bandeng.ground.core import api as core

from .services.common import MAX_TITLE
from .services.writing import MAX_WORDS

_BETWEEN = re.compile("[,，、;；]")


class KeyForm(forms.Form):
    """Carries the form's own key, so that pressing twice does it once."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, initial: dict | None = None, **kwargs):
        super().__init__(*args, initial={"key": core.new_id(), **(initial or {})}, **kwargs)

    @property
    def idempotency_key(self) -> str:
        return f"matter:{uuid.UUID(str(self.cleaned_data['key'])).hex}"


class TitleForm(KeyForm):
    title = forms.CharField(
        label=_("What it is about"),
        help_text=_("As you would say it: what, and where. Name nobody."),
        max_length=MAX_TITLE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class RetitleForm(forms.Form):
    """Another title; `seen` counts the titles there were when the page was made."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    title = forms.CharField(
        label=TitleForm.base_fields["title"].label,
        help_text=TitleForm.base_fields["title"].help_text,
        max_length=MAX_TITLE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class CodeForm(KeyForm):
    code = forms.CharField(
        label=_("Number of the case"),
        help_text=_("The ten characters of its receipt; several may be pasted at once."),
        max_length=400,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_code(self) -> list[str]:
        return codes([self.cleaned_data["code"]])


class TextForm(forms.Form):
    """The note or the core; `seen` is the version that was on the page."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    words = forms.CharField(
        max_length=MAX_WORDS, widget=forms.Textarea(attrs={"autocomplete": "off", "rows": 14, "data-count": MAX_WORDS})
    )

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["words"].label, self.fields["words"].help_text = {
            "note": (
                _("Note of the investigation"),
                _("What was found out for all of them: when, where, by whom. Nothing about who spoke."),
            ),
            "core": (
                _("Core of the answer"),
                _("What is true for everybody: what happens, by whom, by when. No address, nobody's own affairs."),
            ),
        }[kind]


def codes(typed: Iterable[str]) -> list[str]:
    """Bring numbers as people type or paste them to their stored form, each once: "7K3F 9QWX 2H、7K3F9QWX2J"."""
    parts = [core.tidy_code(part) for text in typed for part in _BETWEEN.split(text)]
    return list(dict.fromkeys(code for part in parts for code in _apart(part) if code))


def _apart(part: str) -> list[str]:
    """Take apart numbers that follow one another with nothing but space between, as from the column of a sheet."""
    size = core.CODE_LENGTH + 1
    pieces = [part[at : at + size] for at in range(0, len(part), size)]
    return pieces if len(pieces) > 1 and all(map(core.is_code, pieces)) else [part]
