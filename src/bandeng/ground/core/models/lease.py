from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q


class LeaseQuerySet(models.QuerySet):
    def claim(self, name: str, holder: str, *, now: datetime, seconds: int = 30) -> bool:
        """Take or renew the lease `name` for `holder`; tell whether it is now ours. One conditional update."""
        until = now + timedelta(seconds=seconds)
        free = Q(holder=holder) | Q(expires_at__lte=now)
        if self.filter(free, name=name).update(holder=holder, expires_at=until):
            return True
        if self.filter(name=name).exists():
            return False
        _, is_created = self.get_or_create(name=name, defaults={"holder": holder, "expires_at": until})
        return is_created

    def release(self, name: str, holder: str, *, now: datetime) -> None:
        """Give the lease back at once."""
        self.filter(name=name, holder=holder).update(expires_at=now)


class Lease(models.Model):
    """Who alone may do a job just now: the sequencer, a sweep."""

    name = models.CharField(max_length=60, primary_key=True)
    holder = models.CharField(max_length=80)
    expires_at = models.DateTimeField()

    objects = LeaseQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
