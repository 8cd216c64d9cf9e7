"""An installation of the benchmarks' own: settings read the environment when imported, so it is set here first."""

import os
import resource
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = HERE / ".cache"
RESULTS = HERE / "results"
ORIGIN = "bench.example/log"
KEYS = CACHE / "keys"


def start(database: str, home: Path = CACHE / "home") -> None:
    """Point Django at a database and a home and start it. Once per process; what is forked from it inherits both."""
    CACHE.mkdir(exist_ok=True)
    home.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "bandeng.config.settings",
        "BANDENG_HOME": str(home),
        "BANDENG_KEYS": str(KEYS),
        "BANDENG_LOG_ORIGIN": ORIGIN,
        "BANDENG_DATABASE": database,
        "BANDENG_HOSTS": "testserver,localhost",
    }
    import django

    django.setup()


def peak_memory() -> int:
    """Give the largest resident size so far of this process and the largest of its ended children, in MiB."""
    own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return max(own, children) // 1024
