"""The second press of a button does nothing."""

from collections.abc import Callable

from django.db import IntegrityError, transaction

from bandeng.ground.acts import api as acts


def once(key: str, do: Callable[[], object]) -> bool:
    """Call `do`, whose act carries this idempotency key, unless that act is done already; tell whether it was called.

    Two requests at the same moment meet at the unique index of the key: the later one finds it done.
    """
    if acts.by_idempotency_keys([key]):
        return False
    try:
        with transaction.atomic():
            do()
    except IntegrityError:
        if acts.by_idempotency_keys([key]):
            return False
        raise
    return True
