#!/usr/bin/env python3
"""Licences of everything that runs in a county: `licences.py` writes docs/reference/licences.md, `check` holds it.

Read from what is installed of requirements/run.txt and from assets/package-lock.json; asks no network.
"""

import json
import re
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "reference" / "licences.md"
# What a county may run, change and keep to itself beside code under Apache-2.0. All else fails, GPL and AGPL first.
ACCEPTED = {
    "0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0",
    "Unlicense", "Zlib", "CC0-1.0",
    "LGPL-3.0-only",  # psycopg: a library, loaded unmodified, which anybody can replace by another version
}  # fmt: skip
CLASSIFIERS = {"MIT License": "MIT", "BSD License": "BSD", "Apache Software License": "Apache-2.0"}
WRITTEN_OUT = {"Apache License 2.0": "Apache-2.0"}
LINE = re.compile(r"^([A-Za-z0-9._-]+)==(\S+?)(?: ; (.+?))? \\$", re.MULTILINE)


def name_of(text: str) -> str:
    """Bring a distribution's name to the form by which it is compared."""
    return re.sub(r"[-_.]+", "-", re.match(r"[A-Za-z0-9._-]+", text)[0]).lower()


def locked() -> dict[str, tuple[list[str], str]]:
    """Give name → versions and marker of everything in requirements/run.txt."""
    found: dict[str, tuple[list[str], str]] = {}
    for name, version, marker in LINE.findall((ROOT / "requirements" / "run.txt").read_text()):
        versions, _ = found.get(name_of(name), ([], ""))
        found[name_of(name)] = [*versions, version], "" if versions else marker  # two: one for each Python
    return found


def licence(data) -> str:
    """Read a licence from a distribution's metadata: the expression, the old field, the classifier; or nothing."""
    expression = data.get("License-Expression") or data.get("License") or ""
    if expression and len(expression) < 60 and "\n" not in expression:
        return WRITTEN_OUT.get(expression, expression)
    last = [each.rpartition(" :: ")[2] for each in data.get_all("Classifier") or [] if each.startswith("License ::")]
    return " AND ".join(CLASSIFIERS.get(each, each) for each in last)


def is_accepted(expression: str) -> bool:
    """Tell whether an SPDX expression can be met by accepted licences alone; AND binds closer than OR."""
    whole = expression.strip()
    for word, enough in ((" OR ", any), (" AND ", all)):
        if len(parts := _split(whole, word)) > 1:
            return enough(is_accepted(part) for part in parts)
    if whole.startswith("(") and whole.endswith(")"):
        return is_accepted(whole[1:-1])
    return whole in ACCEPTED


def _split(expression: str, word: str) -> list[str]:
    """Split at a word where no parenthesis is open."""
    parts = [""]
    for piece in re.split(f"({word})", expression):
        if piece == word and parts[-1].count("(") == parts[-1].count(")"):
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def python_rows() -> list[list[str]]:
    """Give name, versions, licence, what needs it, and where alone it is installed."""
    lock, needed = locked(), {}
    for name in ["bandeng", *lock]:
        for requirement in _requires(name):
            needed.setdefault(name_of(requirement), []).append(name)
    rows = []
    for name, (versions, marker) in sorted(lock.items()):
        if "win32" in marker:  # nobody runs a county on it, and it is installed nowhere else
            continue
        try:
            found = licence(metadata.metadata(name))
        except metadata.PackageNotFoundError:  # of another system or another Python: as last written where it was there
            found = _written().get(name, "") if marker else ""
        by = ", ".join(sorted({"us" if each == "bandeng" else each for each in needed.get(name, [])} & {"us", *lock}))
        rows.append([name, " / ".join(versions), found, by or "building", marker.replace("'", "")])
    return rows


def _requires(name: str) -> list[str]:
    try:
        every = metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
    return [each for each in every if "extra ==" not in each or name == "psycopg"]


def _written() -> dict[str, str]:
    text = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
    return dict(re.findall(r"^\| `([^`]+)` \| [^|]* \| ([^|]*?) \|", text, re.MULTILINE))


def page_rows() -> list[list[str]]:
    """Give the same of what pages load; what only tests load is left out."""
    packages = json.loads((ROOT / "assets" / "package-lock.json").read_text())["packages"]
    return [
        [path.removeprefix("node_modules/"), each["version"], each.get("license", ""), "pages", ""]
        for path, each in sorted(packages.items())
        if path and not each.get("dev")
    ]


def document(rows: list[list[str]]) -> str:
    """Write the table."""
    lines = [f"| `{name}` | {' | '.join(rest)} |" for name, *rest in rows]
    return "\n".join(
        [
            "<!-- Written by tools/licences.py from what is installed; `make licences` writes it anew. -->\n",
            "# Licences of what runs\n",
            "Bandeng is under Apache-2.0. Beside it an installation runs these, and nothing under GPL or AGPL: a county"
            " may change what it runs and owes nobody its changes. `make lint` fails on any other licence and on one"
            " that nobody states. Tools of the developers are not here: they are not installed for a county.\n",
            "| package | version | licence | needed by | only where |",
            "|---|---|---|---|---|",
            *lines,
            "",
        ]
    )


def main(arguments: list[str]) -> int:
    rows = python_rows() + page_rows()
    wrong = [f"{name}: {found or 'no licence is stated'}" for name, _, found, *_ in rows if not is_accepted(found)]
    if wrong:
        print("\n".join(f"licences: {each}; may a county run it? See ACCEPTED in tools/licences.py" for each in wrong))
        return 1
    text = document(rows)
    if arguments == ["check"]:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text:
            print("licences: docs/reference/licences.md is out of date; run `make licences`")
            return 1
        return 0
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
