"""The web server: a process that loads the application, and those it forks from itself to answer.

`bandeng serve` becomes it: `python -m bandeng.config.web HOST PORT WORKERS` (ADR 18).
"""

import multiprocessing
import signal
import sys


def main(host: str, port: int, workers: int) -> None:
    """Serve until SIGTERM or SIGINT; requests that have begun are answered first."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # until the server has its own: an end, no traceback
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")  # Python's own choice up to 3.13
    # Here and not in each process: what is loaded before the fork is in memory once, and one that died is back at once.
    from . import wsgi  # noqa: F401, I001 - first, as it sets up Django
    from django.conf import settings
    from django.db import connections
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from bandeng.ground.core.logging import with_server

    connections.close_all()  # loading asks nothing of the database; if it ever does, no two processes share an answer
    Granian(
        "bandeng.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_level=LogLevels.error,
        log_dictconfig=with_server(settings.LOGGING),
        log_access=False,
    ).serve()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
