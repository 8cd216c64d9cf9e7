"""The form of a search: words, filters, order. All of it is sent as a form, so that no word stands in an address."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bandeng.ground.core import api as core
from bandeng.speak.casework import api as cases

from . import typed
from .finding import LONGEST, Asked

ORDERS = {"best": gettext_lazy("what fits best on top"), "newest": gettext_lazy("newest on top")}
SHOWN = 6


class Line(forms.CharField):
    """One line, without signs that nobody sees."""

    def to_python(self, value) -> str:
        return super().to_python(core.tidy_line(value) if isinstance(value, str) else value) or ""


class Names(Line):
    """Part of a name, or its initials; gives the codes of all that fit. `labels` says what was understood."""

    def __init__(self, kind: str, **more):
        super().__init__(max_length=60, required=False, **more)
        self.kind = kind

    def clean(self, value) -> tuple[str, ...]:
        text = super().clean(value)
        if not text:
            return ()
        found = typed.search_kind(self.kind, text)
        if not found:
            raise ValidationError(_("Nothing is called “%(text)s” here. Part of a name is enough.") % {"text": text})
        return tuple(row.code for row in found)


class SearchForm(forms.Form):
    """What a person looks for. Everything may be left out."""

    q = Line(
        label=gettext_lazy("Number, place, word"),
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "data-key": "/", "id": "q"}),
    )
    place = Names("place", label=gettext_lazy("Place"))
    topic = Names("topic", label=gettext_lazy("Topic"))
    office = Names("office", label=gettext_lazy("Which office has it"))
    status = forms.ChoiceField(label=gettext_lazy("Where it is"), required=False)
    since = forms.DateField(
        label=gettext_lazy("Registered from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(label=gettext_lazy("to"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    order = forms.ChoiceField(label=gettext_lazy("Order"), required=False, choices=list(ORDERS.items()))

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.fields["status"].choices = [("", _("anywhere")), *cases.labels.STATUS.items()]
        for field in self.fields.values():
            field.is_needed = True  # said once above the form, not beside each of eight fields

    def clean(self) -> dict:
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and since > until:
            self.add_error("until", _("This day is before the first one."))
        return data

    def asked(self, *, page: int, is_literal: bool) -> Asked:
        """Give the question of a valid form."""
        data = self.cleaned_data
        return Asked(
            words=data["q"],
            places=data["place"],
            offices=data["office"],
            topics=data["topic"],
            statuses=(data["status"],) if data["status"] else (),
            since=data["since"],
            until=data["until"],
            is_newest_first=data["order"] == "newest",
            is_literal=is_literal,
            page=page,
        )

    def narrowed(self) -> list[tuple[str, str]]:
        """List the filters of a valid form as people read them: names in full, where a part of them was typed."""
        found = []
        for name in ("place", "topic", "office"):
            if codes := self.cleaned_data[name]:
                found.append((self.fields[name].label, "、".join(typed.labels(name, codes[:SHOWN]))))
        if status := self.cleaned_data["status"]:
            found.append((self.fields["status"].label, cases.labels.STATUS[status]))
        since, until = self.cleaned_data["since"], self.cleaned_data["until"]
        if since or until:
            found.append((_("Registered on"), f"{since or ''} – {until or ''}"))
        return found
