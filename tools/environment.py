#!/usr/bin/env python3
"""Make .venv from a hash-locked requirements file (`run` or `test`) and put the `bandeng` command into it."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"


def main(kind: str) -> None:
    if sys.version_info < (3, 11):
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Try: make PYTHON=python3.11 run")
    python = VENV / "bin" / "python"
    if not python.exists():
        print("Making the environment (.venv); this happens once …", flush=True)
        try:
            venv.create(VENV, with_pip=True)
        except subprocess.CalledProcessError:
            shutil.rmtree(VENV)  # half made, it would be taken for whole next time
            sys.exit("Python's venv is incomplete; on Debian: apt-get install python3-venv")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet"]
    env = os.environ | {"PIP_ROOT_USER_ACTION": "ignore", "PIP_CONSTRAINT": ""}
    locked = ["install", "--require-hashes", "-r", ROOT / "requirements" / f"{kind}.txt"]
    local = ["install", "--no-deps", "--no-build-isolation", "-e", ROOT]
    for step in (locked, local):
        if subprocess.run([*pip, *step], env=env, check=False).returncode:
            sys.exit("The packages could not be installed; the lines above say which. Is the package index reachable?")
    subprocess.run([python, ROOT / "tools" / "messages.py", "compile"], env=env, check=True)
    for mark in {"run": ["run"], "test": ["run", "test"]}[kind]:
        (VENV / f".{mark}").touch()


if __name__ == "__main__":
    main(sys.argv[1])
