"""The stage on access rows, brought in line: after an upgrade the former version writes on for a while."""

from django.db import transaction

from ..models import Case, CaseAccess
from ..rules import AT_STAGE, stage_of


def settle_stages(*, limit: int = 500) -> int:
    """Write the stage of their case on at most `limit` access rows that say another; give how many."""
    done = 0
    for stage, statuses in AT_STAGE.items():
        wrong = CaseAccess.objects.filter(case__status__in=sorted(statuses)).exclude(stage=str(stage))
        for case_key in list(wrong.values_list("case", flat=True).distinct()[: max(limit - done, 0)]):
            done += _settle(case_key)
    return done


@transaction.atomic
def _settle(case_key) -> int:
    """Write the stage under the case's lock: its status cannot change meanwhile."""
    case = Case.objects.select_for_update().only("status").get(pk=case_key)
    stage = stage_of(case.status)
    return CaseAccess.objects.filter(case=case).exclude(stage=stage).update(stage=stage)
