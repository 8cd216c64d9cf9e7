"""Take the words out of acts, and the salts that committed to words: the one change an act ever sees."""

import uuid

from django.db.models import Q

from ..models import Act


def empty_words(subject_kind: str, subject_key: uuid.UUID, *, seal_key: uuid.UUID) -> list[uuid.UUID]:
    """Empty reason and salt of a subject's acts whose words lie under `seal_key`; give their ids, oldest first.

    That is every act with a reason under that key, and every act without a key of its own that commits to words held
    by other rows. Acts of open data alone keep their salt and stay provable. In the caller's transaction, which then
    emits an act of a kind `….erased` naming these ids in payload `acts`.
    """
    acts = Act.objects.filter(subject_kind=subject_kind, subject_key=subject_key, salt__isnull=False)
    with_words = Q(seal_key=seal_key) | Q(seal_key=None, payload__has_key="sealed")
    ids = list(acts.filter(with_words).order_by("at", "id").values_list("id", flat=True))
    Act.objects.filter(pk__in=ids).update(reason=None, salt=None)
    return ids
