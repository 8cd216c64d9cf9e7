"""The resident's form: five short questions, and two where it is not solved."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .services import GO_ON, REST, Opinion
from .services.judging import MAX_WORDS

SOLVED = [("yes", _("Yes, solved")), ("partly", _("Partly")), ("no", _("No, not solved"))]
MARKS = [("good", _("Good")), ("fair", _("So-so")), ("poor", _("Bad")), ("none", _("I would rather not say"))]
ASKED = [("yes", _("Yes, somebody asked me")), ("no", _("No, nobody")), ("-", _("I would rather not say"))]
SAY_SOLVED = _("Please choose whether it is solved.")
MAX_MISSING = 2000


def _choose(label, choices, *, hint="", initial=None, missing="") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        help_text=hint,
        initial=initial,
        widget=forms.RadioSelect,
        error_messages={"required": missing} if missing else None,
    )


class JudgeForm(forms.Form):
    """What the resident thinks."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    is_solved = _choose(_("Is it solved?"), SOLVED, missing=SAY_SOLVED)
    result = _choose(_("What do you think of the result?"), MARKS, initial="none")
    manner = _choose(_("And of how you were treated?"), MARKS, initial="none")
    was_asked = _choose(
        _("Did anybody ask you to say something good here?"),
        ASKED,
        hint=_("Nobody may do that. We only count how often it happens."),
        initial="-",
    )
    words = forms.CharField(
        label=_("How you were treated, in your own words"),
        help_text=_(
            "Only the county's supervision office reads it, later, together with what others wrote and without your"
            " number. Please write no names."
        ),
        required=False,
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"autocomplete": "off", "rows": 4, "data-count": str(MAX_WORDS)}),
    )

    def opinion(self) -> Opinion:
        """Give what was said; only of a valid form."""
        data = self.cleaned_data
        return Opinion(
            is_solved=data["is_solved"],
            result=data["result"],
            manner=data["manner"],
            was_asked_for_good_mark={"yes": True, "no": False}.get(data["was_asked"]),
            words=data["words"],
        )


class ThenForm(forms.Form):
    """What is to happen where it is not solved."""

    then = _choose(
        _("What shall happen now?"),
        [(GO_ON, _("Go on: something is still missing")), (REST, _("Let it rest, although it is not solved"))],
        missing=_("Please choose whether it goes on or rests."),
    )
    missing = forms.CharField(
        label=_("What is still missing?"),
        help_text=_("The office reads this, and only this. One sentence is enough."),
        required=False,
        max_length=MAX_MISSING,
        widget=forms.Textarea(attrs={"autocomplete": "off", "rows": 4, "data-count": str(MAX_MISSING)}),
    )

    def clean(self):
        data = super().clean()
        if data.get("then") == GO_ON and not data.get("missing", "").strip():
            self.add_error("missing", _("Say what is still missing; one sentence is enough."))
        return data


class MissingForm(forms.Form):
    """Only what is missing: for answers whose results are out."""

    missing = forms.CharField(
        label=_("What is still missing?"),
        help_text=_("The office reads this. One sentence is enough."),
        max_length=MAX_MISSING,
        widget=forms.Textarea(attrs={"autocomplete": "off", "rows": 4, "data-count": str(MAX_MISSING)}),
    )
