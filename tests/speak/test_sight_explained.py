"""What acts gave sight for is read twice: by the database out of many payloads, by a proof out of one case's."""

from datetime import UTC, datetime

import pytest

from bandeng.ground.acts import api as acts
from bandeng.speak.casework import integrity, proving

pytestmark = pytest.mark.django_db


def test_the_database_reads_the_same_as_the_proof(world):
    case = world.registered()
    payloads = [
        {"told": ["o-1", "o-2"], "case": {"holder": "o-3"}},
        {"first_receiver": "o-4", "dispatch_office": "o-5", "case": {"holder": None}},
        {"told": [], "case": {}, "first_receiver": None},
        {},
    ]
    now = datetime(2026, 11, 26, tzinfo=UTC)
    for payload in payloads:
        acts.emit(acts.Draft("case.idle", "case", case.pk, acts.system("clock"), payload=payload), now=now)
    told = acts.Act.objects.filter(subject_kind="case", subject_key=case.pk).values_list("payload", flat=True)
    expected = {(case.pk, *pair) for payload in told for pair in proving.sight_given(payload)}
    assert len(expected) >= 6
    assert integrity._sight_given({case.pk}) == expected
