"""Forget what somebody wrote when they judged, where the words of their matter are erased. Their marks still count."""

import uuid

from bandeng.ground.core import api as core

from ..models import Judgement


def erase_words(case_key: uuid.UUID) -> None:
    """Take words and their keys out of a case's judgements, in the erasure's transaction, whose act speaks for it."""
    rows = Judgement.objects.filter(case_key=case_key, words__isnull=False)
    keys = list(rows.values_list("seal_key", flat=True))
    rows.update(words=None, seal_key=None)
    core.SealKey.objects.filter(pk__in=keys).delete()
