#!/usr/bin/env python3
"""The project's own checks beside ruff and import-linter; each prints what is wrong and how to mend it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def migrations() -> int:
    """Fail where a model changed without a migration."""
    command = [sys.executable, ROOT / "manage.py", "makemigrations", "--check", "--dry-run"]
    return subprocess.run(
        command, env=os.environ | {"BANDENG_HOME": str(ROOT / "build" / "lint")}, check=False
    ).returncode


def messages() -> int:
    """Fail where a string has no Chinese."""
    return subprocess.run([sys.executable, ROOT / "tools" / "messages.py", "check"], check=False).returncode


def reference() -> int:
    """Fail where docs/reference is not what the code says."""
    return subprocess.run([sys.executable, ROOT / "tools" / "reference.py", "check"], check=False).returncode


def upgrades() -> int:
    """Fail where a migration would break the last release while it still runs."""
    return subprocess.run([sys.executable, ROOT / "tools" / "upgrades.py"], check=False).returncode


def licences() -> int:
    """Fail where something that runs in a county is under a licence we did not agree to."""
    return subprocess.run([sys.executable, ROOT / "tools" / "licences.py", "check"], check=False).returncode


CHECKS = [migrations, messages, reference, upgrades, licences]

if __name__ == "__main__":
    sys.exit(max(check() for check in CHECKS))
