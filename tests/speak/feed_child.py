"""A worker of one task, that feeds the index until it is killed: each step is told when it is committed.

    python -m tests.speak.feed_child STOP_AT

At its STOP_AT-th look at the disk's files or the database it prints `stopped` and waits for ever, so that whoever kills
it knows that it stands in the middle of something. Reads no clock and does not sleep.
"""

import os
import signal
import sys


def say(*words) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def main(stop_at: int) -> None:
    import django

    django.setup()
    from django.db import connection

    from bandeng.speak.lookup import api as lookup

    left = stop_at

    def count(event: str, arguments: tuple) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            say("stopped")
            signal.pause()

    def asked(execute, sql, params, many, context):
        count(sql, ())
        return execute(sql, params, many, context)

    def looked(event: str, arguments: tuple) -> None:
        if event in {"open", "os.rename", "os.mkdir", "shutil.rmtree"} and "search" in str(arguments[0]):
            count(event, arguments)

    sys.addaudithook(looked)
    with connection.execute_wrapper(asked):
        while lookup.feed(limit=7):
            say("fed")
    say("done")


if __name__ == "__main__":
    main(int(sys.argv[1]))
