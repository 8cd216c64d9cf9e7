"""Forms of the desk. They check what was typed; whether it may be done is the services' to say."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from . import labels
from .models import Reply
from .offices_field import OfficeChoices, OfficeField


def _area(label, *, hint="", rows=3, required=True, **attrs) -> forms.CharField:
    widget = forms.Textarea(attrs={"autocomplete": "off", "rows": rows, **attrs})
    return forms.CharField(label=label, help_text=hint, widget=widget, required=required)


class ActForm(forms.Form):
    """Any act on a case: carries the version the person saw, so that a stale page says so."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class OfficeForm(ActForm):
    """An act that gives the case to an office."""

    to = OfficeField(label=_("Office"))

    def __init__(self, *args, suggested=(), but_not=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = OfficeChoices(suggested, but_not=but_not)
        if suggested and not self.is_bound:
            self.initial["to"] = next((str(s.office.pk) for s in suggested if s.office.pk != but_not), "")
        why = [f"{s.office.label_zh}{pgettext('label', ':')}{s.reason}" for s in suggested if s.office.pk != but_not]
        self.fields["to"].help_text = " ".join(why[:3])


class DispatchForm(OfficeForm):
    pass


class ReasonForm(ActForm):
    reason = _area(_("Why"))


class ReasonedOfficeForm(OfficeForm):
    reason = _area(_("Why"), hint=_("Both offices read it; write it as you would say it to their faces."))


class ServeForm(ActForm):
    method = forms.ChoiceField(label=_("How the resident gets it"), choices=list(labels.METHOD.items()))


class ReplyForm(ActForm):
    """A reply. `needed` are the parts it has whatever it says; a no has them all. The services ask for what is missing,
    each in words of its own, so no part is required here.
    """

    kind = forms.ChoiceField(
        label=_("What it is"), choices=list(labels.REPLY_KIND.items()), widget=forms.RadioSelect, initial="answer"
    )
    result = forms.ChoiceField(
        label=_("In short"), choices=list(labels.RESULT.items()), widget=forms.RadioSelect, initial="answered"
    )
    opinion = _area(
        labels.PART["opinion"],
        hint=_("Begin with yes, no or partly; then what happens, by whom, by when."),
        rows=6,
        required=False,
        **{"data-count": "2000"},
    )
    facts = _area(labels.PART["facts"], hint=_("When, where, by whom, what was seen and said."), rows=4, required=False)
    basis = _area(labels.PART["basis"], hint=_("Law or rule, with the article."), rows=2, required=False)
    where_to_go = _area(
        labels.PART["where_to_go"], hint=_("Office, address, telephone, opening hours."), rows=2, required=False
    )
    remedy = _area(labels.PART["remedy"], hint=_("Where, how, and within how many days."), rows=2, required=False)

    def __init__(self, *args, needed=(), kinds=Reply.KINDS, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(k, v) for k, v in labels.REPLY_KIND.items() if k in kinds]
        for part in Reply.PARTS:
            self.fields[part].is_needed = part in needed
            self.fields[part].when_needed = "" if part in needed else _("(where you say no)")
        self.order_fields(["version", "kind", "result", "opinion", "facts", "basis", "where_to_go", "remedy"])


class AnswerForm(ReplyForm):
    """A reply that needs no approval: written and served at once."""

    method = forms.ChoiceField(label=_("How the resident gets it"), choices=list(labels.METHOD.items()))


class WordsForm(forms.Form):
    words = _area(_("What the resident adds"))


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Number, place or word"), max_length=100, required=False)
