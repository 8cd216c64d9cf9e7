"""A small installation with real commits, and commands run on what was restored, as people run them: as processes."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "马路对面的那条板凳坐着三个人"


@dataclass
class Site:
    """A home with its own directory of keys and, on PostgreSQL, a database to restore into."""

    home: Path
    keys: Path
    database: str = ""

    @property
    def environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("BANDENG_")}
        return inherited | {
            "DJANGO_SETTINGS_MODULE": "bandeng.config.settings",
            "BANDENG_HOME": str(self.home),
            "BANDENG_KEYS": str(self.keys),
            "BANDENG_LOG_ORIGIN": settings.LOG_ORIGIN,
            "BANDENG_DATABASE": self.database,
            "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
        }

    def bandeng(self, *arguments: object, **more: str) -> subprocess.CompletedProcess:
        """Run the command in this installation's environment."""
        return subprocess.run(
            [sys.executable, "-m", "bandeng.config.cli", *map(str, arguments)],
            env=self.environment | more, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def ask(self, program: str, *arguments: object) -> object:
        """Run a few lines of Python in this installation; give what they print as JSON."""
        preamble = (
            "import os, sys, json; os.environ['DJANGO_SETTINGS_MODULE'] = 'bandeng.config.settings'\n"
            "import django; django.setup()\nfrom bandeng.speak.casework import api as cases\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", preamble + program, *map(str, arguments)],
            env=self.environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def url_of(name: str) -> str:
    """Give the BANDENG_DATABASE of a database on the tests' own server."""
    place = connection.settings_dict
    return f"postgres://{place['USER']}@{place['HOST']}:{place['PORT']}/{name}"


def empty_database(name: str) -> str:
    """Make an empty database beside the tests' own; give its URL."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}"')
    return url_of(name)


def drop_database(name: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
