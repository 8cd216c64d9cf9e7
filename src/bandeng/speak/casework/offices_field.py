"""The choice of an office: three hundred of them on a page that is opened all day.

Django draws each option from a template of its own and copies the choices three times on the way, which cost more than
the rest of the page. Here they are collected once for each reading of the directory and written in one go.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from uuid import UUID

from django import forms
from django.utils.choices import BaseChoiceIterator
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from bandeng.ground.directory import api as directory

Option = tuple[str, str]


class Options(list[Option]):
    """Offices of one area, with what is written for them, which is the same on nearly every page."""

    def __init__(self, area: str, options: Iterable[Option] = ()):
        super().__init__(options)
        self.area = area

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset(key for key, _text in self)

    @cached_property
    def written(self) -> str:
        return _group(self.area, self)


_known: tuple[object, list[tuple[str, Options]]] = (None, [])


def _all_offices() -> list[tuple[str, Options]]:
    """Give the offices that take cases, by area; the same list until the directory is read anew."""
    global _known
    offices = directory.offices()
    first = next(iter(offices.values()), None)  # another object with each reading
    if _known[0] is not first:
        groups: dict[str, Options] = {}
        for office in offices.values():
            if office.is_active and office.kind != "discipline":
                area = str(office.area)
                groups.setdefault(area, Options(area)).append((str(office.pk), office.label_zh))
        _known = (first, list(groups.items()))
    return _known[1]


class OfficeChoices(BaseChoiceIterator):
    """Choices as Django's fields read them: an empty one, those suggested, then all by area."""

    def __init__(self, suggested: Sequence[directory.Suggestion] = (), *, but_not: UUID | None = None):
        self.suggested = [(str(s.office.pk), s.office.label_zh) for s in suggested if s.office.pk != but_not]
        self.but_not = str(but_not) if but_not else ""

    def __iter__(self) -> Iterator:
        yield "", _("Choose an office")
        if self.suggested:
            yield _("Suggested"), self.suggested
        for area, options in _all_offices():
            if self.but_not and self.but_not in options.keys:
                options = Options(area, (option for option in options if option[0] != self.but_not))
            if options:
                yield area, options


class OfficeSelect(forms.Select):
    """A select that writes its options itself; looks and works like any other."""

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        chosen, parts = str(value or ""), []
        for label, options in self.choices:
            if isinstance(options, list):
                is_as_ever = isinstance(options, Options) and chosen not in options.keys
                parts.append(options.written if is_as_ever else _group(label, options, chosen))
            else:
                parts.append(_option(label, options, label == chosen))
        built = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        written = "".join(_attribute(key, given) for key, given in built.items() if given is not False)
        return mark_safe(f"<select{written}>{''.join(parts)}</select>")  # noqa: S308 - every part is escaped above


def _group(label: str, options: Sequence[Option], chosen: str = "") -> str:
    written = "".join(_option(key, text, key == chosen) for key, text in options)
    return f'<optgroup label="{escape(label)}">{written}</optgroup>'


@lru_cache(4096)
def _option(key: str, text: str, is_chosen: bool) -> str:
    return f'<option value="{escape(key)}"{" selected" if is_chosen else ""}>{escape(text)}</option>'


def _attribute(name: str, value: object) -> str:
    return f" {name}" if value is True else f' {name}="{escape(value)}"'


class OfficeField(forms.ChoiceField):
    """One office of those that take cases."""

    widget = OfficeSelect

    def valid_value(self, value: str) -> bool:
        return any(
            value == key
            for label, options in self.choices
            for key, _text in (options if isinstance(options, list) else [(label, options)])
        )
