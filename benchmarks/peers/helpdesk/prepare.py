"""Run inside the peer's environment: migrate, write so many tickets, sign somebody in, print the session as JSON.

    python -m benchmarks.peers.helpdesk.prepare 10000

Tickets get what helpdesk's own form writes: the row and its first follow-up; one of twenty is open.
"""

import json
import sys
from datetime import timedelta


def main(tickets: int) -> None:
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.utils import timezone
    from helpdesk.models import FollowUp, Queue, Ticket

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    users = get_user_model()
    clerk = users.objects.create_user("clerk", "clerk@example.org", is_staff=True, is_superuser=True)
    queues = [Queue.objects.create(title=f"Office {n}", slug=f"office-{n}") for n in range(300)]
    now, each = timezone.now(), []
    for n in range(tickets):
        each.append(
            Ticket(
                queue=queues[n % 300], title=f"Street lamp {n} is broken",
                description="It went out three months ago. " * 10,
                submitter_email=f"r{n}@example.org", created=now - timedelta(minutes=n), priority=3,
                status=Ticket.OPEN_STATUS if n % 20 == 0 else Ticket.CLOSED_STATUS, secret_key=f"key{n}",
            )
        )  # fmt: skip
    Ticket.objects.bulk_create(each, batch_size=1000)
    made = Ticket.objects.order_by("pk")
    FollowUp.objects.bulk_create(
        [
            FollowUp(ticket=t, title="Ticket Opened", date=t.created, public=True, comment=t.description, user=clerk)
            for t in made
        ],
        batch_size=1000,
    )
    session = SessionStore()
    session["_auth_user_id"] = str(clerk.pk)
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = clerk.get_session_auth_hash()
    session.create()
    open_ids = list(made.filter(status=Ticket.OPEN_STATUS).values_list("pk", flat=True)[:500])
    print(json.dumps({"session": session.session_key, "open": open_ids, "queue": queues[0].pk}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
