"""Processes that register until they are killed: each prints the codes it was given, then stops dead in one statement.

    python -m tests.speak.kill_child OFFICE AREA

Reads lines `NAME STOP_AT NAME STOP_AT …` and forks a process for each pair (Django is loaded once for all). A process
prints `NAME key:code …` for what was acknowledged and, at its STOP_AT-th SQL statement, `NAME stopped PID`; there it
waits for ever, so that whoever kills it knows that it stands in the middle of something. When all of a line are gone,
`NAME ended STATUS` is printed for each. Reads no clock and does not sleep.
"""

import os
import signal
import sys
import uuid


def say(*words) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())  # one write: lines of two processes do not mix


def register_until_killed(name: str, office: uuid.UUID, area: uuid.UUID, stop_at: int) -> None:
    from django.db import connection
    from tests.world import MONDAY, ZHANG

    from bandeng.speak.casework import api as cases

    left = stop_at

    def count(execute, sql, params, many, context):
        nonlocal left
        result = execute(sql, params, many, context)
        left -= 1
        if left == 0:
            say(name, "stopped", os.getpid())
            signal.pause()
        return result

    with connection.execute_wrapper(count):
        for number in range(1000):
            items = [
                cases.Registration(
                    f"第{number}件,腿断了,想问低保怎么办",
                    "counter",
                    office,
                    area=area,
                    identity=ZHANG,
                    idempotency_key=f"{name}-{number}-{n}",
                )
                for n in range(1 + number % 3)
            ]
            done = cases.register_many(items, by=cases.ON_THE_WEB, now=MONDAY)
            say(name, *[f"{name}-{number}-{n}:{one.case.code}" for n, one in enumerate(done)])


def main(office: str, area: str) -> None:
    import django

    django.setup()
    for line in sys.stdin:
        order, children = line.split(), {}
        for name, stop_at in zip(order[::2], order[1::2], strict=True):
            pid = os.fork()
            if pid == 0:
                try:
                    register_until_killed(name, uuid.UUID(office), uuid.UUID(area), int(stop_at))
                finally:
                    os._exit(1)
            children[pid] = name
        while children:
            pid, status = os.wait()
            say(children.pop(pid), "ended", os.waitstatus_to_exitcode(status))
        say("all", "gone")


if __name__ == "__main__":
    main(*sys.argv[1:3])
