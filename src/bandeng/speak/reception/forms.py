"""Forms of the counter and of the web. They check what was typed; the services say what may be done."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.ground.policies import api as policies
from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as cases

from . import pickers
from .fields import Files, Line, Phone, Words

OFF = {"autocomplete": "off"}  # a counter's computer remembers nobody
CHANNELS = [("counter", _("At the counter")), ("phone", _("By phone")), ("letter", _("Letter")), ("visit", _("Visit"))]
SHORT = {**OFF, "class": "narrow"}


def _one_line(label, *, longest=60, **more) -> Line:
    attrs = {**OFF, **more.pop("attrs", {})}
    return Line(label=label, required=False, max_length=longest, widget=forms.TextInput(attrs=attrs), **more)


class KeyedForm(forms.Form):
    """A form that does something once: a second sending with the same key finds it done."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def clean_key(self):
        return self.cleaned_data["key"] or core.new_id()


class IntakeForm(KeyedForm):
    """Words taken in by staff. Only the words are asked for; all else may stay empty, or as it was last time."""

    words = Words(
        label=_("What the resident says"),
        longest=cases.MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 8, "autofocus": True, **OFF}),
        error_messages={"required": _("Write down what the resident says; one sentence is enough.")},
    )
    place = _one_line(_("Place"), attrs={"list": "places"})
    phone = Phone(label=_("Telephone"), required=False, max_length=40)
    name = _one_line(_("Name"), longest=40)
    is_name_hidden = forms.BooleanField(label=_("Hide name and telephone from the handling office"), required=False)
    topic = _one_line(_("Topic"), attrs={"list": "topics"})
    channel = forms.ChoiceField(label=_("How it came"), choices=CHANNELS)
    procedure = forms.ChoiceField(label=pgettext_lazy("intake", "What it is"), choices=[])
    office = forms.ChoiceField(label=pgettext_lazy("intake", "Received by"), choices=[])
    address = _one_line(_("Address"), longest=120)
    id_number = _one_line(_("ID number"), longest=30)
    is_on_the_spot = forms.BooleanField(label=_("Can be settled here and now"), required=False)
    answer = Words(
        label=_("The answer given"),
        longest=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, **OFF}),
    )

    def __init__(self, *args, offices: list[directory.Office], answering: set, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.offices, self.answering, self.now = {str(o.pk): o for o in offices}, answering, now
        self.fields["procedure"].choices = [
            (p.code, p.label_zh) for p in policies.procedures() if p.code != "on_the_spot"
        ]
        self.fields["office"].choices = [(str(o.pk), o.label_zh) for o in offices]
        if len(offices) == 1:
            del self.fields["office"]
        if not answering:
            del self.fields["is_on_the_spot"], self.fields["answer"]

    @property
    def has_given(self) -> bool:
        """Whether a field of the folded part holds something, so that it is shown unfolded."""
        return any(self[name].value() or self.errors.get(name) for name in ("address", "id_number"))

    @property
    def has_answer(self) -> bool:
        names = [name for name in ("is_on_the_spot", "answer") if name in self.fields]
        return any(self[name].value() or self.errors.get(name) for name in names)

    def clean_id_number(self) -> str:
        number = residents.tidy_id_number(self.cleaned_data["id_number"])
        if self.cleaned_data["id_number"] and len(number) not in (15, 18):
            raise ValidationError(
                gettext("An ID number has 18 signs; this has %(n)d. It is never needed.") % {"n": len(number)}
            )
        return number

    def clean(self) -> dict:
        super().clean()
        data = self.cleaned_data
        only = next(iter(self.offices.values()))
        office = self.offices.get(data.get("office", ""), only)
        data["office"] = office
        self._understand(data, "place", lambda text: pickers.find_area(text, home=office.area, now=self.now))
        self._understand(data, "topic", pickers.find_topic)
        # Whoever writes down an answer has given it: the tick beside it is then taken as made.
        data["is_on_the_spot"] = bool(data.get("is_on_the_spot") or data.get("answer"))
        if data.get("answer") and office.pk not in self.answering:
            self.add_error("answer", gettext("You may not answer for this office. Take it in without an answer."))
        return data

    def _understand(self, data: dict, name: str, find) -> None:
        try:
            data[name] = find(data.get(name, ""))
        except ValidationError as error:
            self.add_error(name, error)

    def registration(self, idempotency_key: str) -> cases.Registration:
        """Give what the services take; call it on a valid form."""
        data = self.cleaned_data
        area, topic = data["place"], data["topic"]
        return cases.Registration(
            words=data["words"],
            channel=data["channel"],
            first_receiver=data["office"].pk,
            procedure="on_the_spot" if data["is_on_the_spot"] else data["procedure"],
            area=area.pk if area else None,
            topic=topic.pk if topic else None,
            identity=residents.Identity(
                name=data["name"], phone=data["phone"], address=data["address"], id_number=data["id_number"]
            ),
            is_name_hidden=data["is_name_hidden"],
            idempotency_key=idempotency_key,
        )


class ReadBackForm(KeyedForm):
    """What the resident says when the words are read to them, and papers they brought."""

    words = Words(
        label=_("Correct: what is different, in the resident's words"),
        longest=cases.MAX_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, **OFF}),
        help_text=_("Kept beside what stands above; nothing is replaced. Empty means: it is right."),
    )
    files = Files(
        label=_("Photos and papers"),
        required=False,
        help_text=_("JPEG, PNG or PDF, up to 20 MB each, several at once."),
    )


class AgainForm(forms.Form):
    q = Line(
        label=_("Code on the receipt, or a place or word of the matter"),
        max_length=100,
        widget=forms.TextInput(attrs={**OFF, "autofocus": True}),
        error_messages={"required": _("Type the code of the receipt, or two characters of what it was about.")},
    )


class SpeakForm(forms.Form):
    words = Words(
        label=_("What happened, or what would you like?"),
        longest=cases.MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 8, **OFF}),
        error_messages={"required": _("Please write what it is about. One sentence is enough.")},
        help_text=_("In your own words. Where and since when helps us most. Photos come later."),
    )


class ReachForm(forms.Form):
    """Where it is about and who we may know it from."""

    WHO = [
        ("anonymous", _("Nobody needs my name")),
        ("hidden", _("Only reception may see my name and telephone")),
        ("shown", _("The office that works on it may see them too")),
    ]
    area = forms.ChoiceField(label=_("Which place is it about?"), choices=[], required=False)
    who = forms.ChoiceField(
        label=_("Who may know that it comes from you?"),
        choices=WHO,
        widget=forms.RadioSelect,
        help_text=_("Your matter is dealt with all the same, and you get an answer by the same day."),
        error_messages={"required": _("Please choose one of the three.")},
    )
    name = _one_line(_("Your name"), longest=40, attrs={"class": "narrow"})
    phone = Phone(label=_("Your telephone"), required=False, max_length=40)

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = _area_groups(now)

    def clean(self) -> dict:
        super().clean()
        data = self.cleaned_data
        given = [name for name in ("name", "phone") if data.get(name)]
        if data.get("who") == "anonymous" and given:
            self.add_error(
                given[0],
                gettext("You chose that nobody needs your name. Empty this, or choose “only reception” above."),
            )
        if data.get("who") in {"hidden", "shown"} and not given and "phone" not in self.errors:
            self.add_error("name", gettext("Write a name or a telephone, or choose “nobody needs my name” above."))
        return data


def _area_groups(now) -> list:
    """Group villages by township for a select; the township itself stands first in its group."""
    groups: dict[str, list] = {}
    rows = pickers.areas_for(None, now)
    for area in rows:
        if area.kind == "county":
            continue
        township = area.parent if area.kind == "village" else area
        label = (
            gettext("anywhere in %(place)s") % {"place": area.label_zh} if area.kind == "township" else area.label_zh
        )
        groups.setdefault(township.label_zh, []).append((str(area.pk), label))
    return [("", gettext("Somewhere else, or I would rather not say")), *groups.items()]


class LookupForm(forms.Form):
    """The two things that stand on every receipt."""

    CODE = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "narrow"}
    code = Line(
        label=_("Code on the receipt"),
        max_length=40,
        help_text=_("Ten letters and figures. Spaces and small letters do not matter."),
        widget=forms.TextInput(attrs=CODE),
        error_messages={"required": _("Write the code that stands in large letters on your receipt.")},
    )
    secret = Line(
        label=_("Secret word on the receipt"),
        max_length=40,
        help_text=_("Eight letters and figures, below the code."),
        widget=forms.TextInput(attrs=CODE),
        error_messages={"required": _("Write the secret word too; it stands below the code.")},
    )


class ReprintForm(forms.Form):
    """What else is to happen when a receipt is printed again."""

    is_astray = forms.BooleanField(
        label=_("The former slip was lost, or somebody else has it: make a new secret word"),
        help_text=_("The former one then opens nothing any more, also where it is open at this moment."),
        required=False,
    )


class PhotosForm(KeyedForm):
    files = Files(
        label=_("Photos and papers"),
        help_text=_("Photos (JPEG, PNG) or PDF, up to 20 MB each; you can choose several at once."),
        error_messages={"required": _("Choose a photo first.")},
    )

    def clean_files(self) -> list:
        if not self.cleaned_data["files"]:
            raise ValidationError(gettext("Choose a photo first."))
        return self.cleaned_data["files"]


__all__ = [
    "AgainForm",
    "IntakeForm",
    "LookupForm",
    "PhotosForm",
    "ReachForm",
    "ReadBackForm",
    "ReprintForm",
    "SpeakForm",
]
