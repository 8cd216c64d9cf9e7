"""Set a parameter anew: a version more, never one changed."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bandeng.engines import deadlines
from bandeng.ground.acts import api as acts

from ..models import Article, Parameter, ParameterVersion
from ..tables import forget
from ..values import BadValue, check_value


class CannotSetParameter(ValueError):
    """The new value cannot be taken; the message says what to write instead."""


def set_parameter(
    code: str,
    value: Any,
    effective_from: date,
    citation: str,
    source_url: str,
    *,
    by: acts.Actor,
    now: datetime,
    article: Article | None = None,
    verified_on: date | None = None,
) -> ParameterVersion:
    """Add a version of a parameter that holds from a Shanghai day on, and close the one before it on that day.

    What runs keeps the version it was started under. Emits `parameter.set`. Raises CannotSetParameter for a day in
    the past or not after the last version's first, for a value that does not fit the unit, and without a citation.
    """
    if effective_from < now.astimezone(deadlines.SHANGHAI).date():
        raise CannotSetParameter(_("A limit cannot be changed for days that are past. Choose today or a later day."))
    if not citation.strip():
        raise CannotSetParameter(_("Write down which rule sets this value, so that residents can look it up."))
    with transaction.atomic():
        parameter = Parameter.objects.select_for_update().filter(code=code).first()
        if parameter is None:
            raise CannotSetParameter(_("There is no parameter called %(code)s.") % {"code": code})
        try:
            check_value(parameter.unit, value)
        except BadValue as bad:
            raise CannotSetParameter(str(bad)) from None
        version = _succeed(parameter, value, effective_from)
        version.citation, version.source_url = citation.strip(), source_url
        version.article, version.verified_on = article, verified_on
        version.is_provisional = verified_on is None
        version.save()
        acts.emit(_set(version, by), now=now)
        forget()
        transaction.on_commit(forget)  # a question asked before the commit may have kept the old rows
    return version


def _set(version: ParameterVersion, by: acts.Actor) -> acts.Draft:
    return acts.Draft(
        kind="parameter.set",
        subject_kind="parameter",
        subject_key=version.parameter_id,
        by=by,
        payload={
            "parameter": version.parameter.code,
            "version": str(version.id),
            "value": version.value,
            "unit": version.parameter.unit,
            "effective_from": version.effective_from.isoformat(),
            "citation": version.citation,
            "source_url": version.source_url,
            "is_provisional": version.is_provisional,
        },
    )


def _succeed(parameter: Parameter, value: Any, effective_from: date) -> ParameterVersion:
    """Close the open version on the new one's first day and give the new one, unsaved."""
    last = parameter.versions.filter(effective_to__isnull=True).first()
    if last is not None:
        if last.effective_from >= effective_from:
            raise CannotSetParameter(
                _("A version of this parameter begins on %(day)s. Choose a later day.") % {"day": last.effective_from}
            )
        parameter.versions.filter(id=last.id, effective_to__isnull=True).update(effective_to=effective_from)
    return ParameterVersion(parameter=parameter, value=value, effective_from=effective_from)
