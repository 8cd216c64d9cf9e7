from ..models import Lease


def drop_leases() -> int:
    """Forget all leases, in a database whose processes are no more; give how many."""
    return Lease.objects.all().delete()[0]
