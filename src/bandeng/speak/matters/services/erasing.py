"""What goes when a case's words are erased."""

import uuid

from django.db.models import Q

from ..models import Matter, MatterCase, MatterText, ProposedLink


def forget_case(case_key: uuid.UUID) -> None:
    """Forget the words that linked a case, in the erasure's transaction.

    Title, note and core are the office's words about an event and stay while a case of the matter has its words; with
    the last of them they go.
    """
    ProposedLink.objects.filter(Q(first=case_key) | Q(second=case_key)).delete()
    for matter_key in set(MatterCase.objects.filter(case=case_key).values_list("matter", flat=True)):
        rows = MatterCase.objects.filter(matter=matter_key).exclude(case=case_key)
        if not rows.exclude(case__words=b"").exists():
            Matter.objects.filter(pk=matter_key).update(title=b"")
            MatterText.objects.filter(matter=matter_key).update(words=b"")
