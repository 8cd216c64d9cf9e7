"""Erasure: nothing was emptied without a decision, and no decision can be undone by an older backup."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.speak.casework import api as casework

from .framework import Finding, check

LATE = timedelta(minutes=5)  # the worker writes it within a minute


@check
def emptied_acts_were_decided(now: datetime) -> Iterator[Finding]:
    """Every act without its salt is named by a later act that erased it."""
    emptied = acts.Act.objects.filter(salt=None)
    subjects = emptied.values_list("subject_key", flat=True).distinct()
    decided = {
        key
        for payload in acts.Act.objects.filter(kind="words.erased", subject_key__in=subjects).values_list(
            "payload", flat=True
        )
        for key in payload["acts"]
    }
    for key in emptied.values_list("pk", flat=True).iterator():
        if str(key) not in decided:
            yield Finding("act-emptied", str(key), _("Its words were taken away and no decision says so."))


@check
def erasures_are_registered(now: datetime) -> Iterator[Finding]:
    """Every erasure stands in the register beside the database."""
    try:
        known = {each.act for each in core.erasure_register.read(core.erasure_register.path())}
    except core.erasure_register.BrokenRegister as broken:
        yield Finding("erasures-broken", "erasures.log", str(broken))
        return
    done = casework.ErasureProposal.objects.filter(state="confirmed", settled_at__lte=now - LATE)
    for act in done.values_list("act_key", flat=True):
        if str(act) not in known:
            yield Finding(
                "erasure-unregistered",
                str(act),
                _("An older backup would bring these words back. Is `bandeng worker` running?"),
            )
