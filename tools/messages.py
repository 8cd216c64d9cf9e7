#!/usr/bin/env python3
"""The catalogues of every app: `update` collects strings, `compile` makes .mo files, `check` fails on what is missing
or said in two ways.

Each app folder under src/bandeng has its own locale/zh_Hans. `update` and `check` need gettext,
`compile` does not.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "bandeng"
CATALOGUE = Path("locale") / "zh_Hans" / "LC_MESSAGES" / "django.po"
HEADER = {
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Plural-Forms": "nplurals=1; plural=0;",
}


def apps() -> list[Path]:
    """List the folders that are Django apps."""
    return sorted(file.parent for file in SOURCE.rglob("apps.py"))


@contextmanager
def _standing_in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _make(folder: Path) -> polib.POFile | None:
    """Collect the strings of `folder` into its catalogue, wording kept; None where it has none."""
    from django.core.management import call_command
    from django.core.management.commands.makemessages import Command

    command = Command()
    command.msgmerge_options = [*command.msgmerge_options, "--no-fuzzy-matching"]  # a wrong guess is worse than a gap
    (folder / CATALOGUE).parent.mkdir(parents=True, exist_ok=True)
    with _standing_in(folder):
        call_command(
            "makemessages", locale=["zh_Hans"], add_location="file", no_obsolete=True, no_wrap=True, verbosity=0
        )
    if not (folder / CATALOGUE).exists():
        return None
    catalogue = polib.pofile(str(folder / CATALOGUE), wrapwidth=0)
    catalogue.metadata, catalogue.metadata_is_fuzzy = HEADER, False
    return catalogue


def update(names: list[str]) -> int:
    """Write new strings into the catalogues of all apps, or of those whose label is named."""
    for folder in apps():
        if names and folder.name not in names:
            continue
        catalogue = _make(folder)
        if catalogue is None or not len(catalogue):
            shutil.rmtree(folder / "locale")
            continue
        catalogue.header = ""
        catalogue.save()
        print(f"{folder.relative_to(ROOT)}: {len(catalogue)} strings, {len(_unfinished(catalogue))} to translate")
    return 0


def compile_all() -> int:
    """Make every django.mo beside its django.po."""
    for folder in apps():
        if (po := folder / CATALOGUE).exists():
            polib.pofile(str(po)).save_as_mofile(str(po.with_suffix(".mo")))
    return 0


def _unfinished(catalogue: polib.POFile) -> list[polib.POEntry]:
    return [e for e in catalogue if not e.obsolete and (e.fuzzy or not e.translated())]


def _said_twice() -> list[str]:
    """List strings that two catalogues put differently. Django pours all into one, so that one app would show the
    other's words; a `context` keeps them apart.
    """
    said: dict[tuple[str | None, str], dict[str, list[str]]] = {}
    for folder in apps():
        for entry in polib.pofile(str(folder / CATALOGUE)) if (folder / CATALOGUE).exists() else []:
            chinese = entry.msgstr or entry.msgstr_plural.get(0, "")
            said.setdefault((entry.msgctxt, entry.msgid), {}).setdefault(chinese, []).append(folder.name)
    return [
        f"{msgid!r} is said in two ways: " + "; ".join(f"{words} ({', '.join(at)})" for words, at in ways.items())
        for (_context, msgid), ways in said.items()
        if len(ways) > 1
    ]


def check() -> int:
    """List every string that has no settled Chinese; collected anew in a copy, so that nothing is written."""
    if not shutil.which("xgettext"):
        print("messages: xgettext is missing; install gettext (tools/system_packages.sh does on Debian)")
        return 1
    missing = 0
    with tempfile.TemporaryDirectory() as scratch:
        for folder in apps():
            copy = Path(scratch) / folder.relative_to(SOURCE)
            shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("static", "migrations", "__pycache__", "*.mo"))
            catalogue = _make(copy)
            for entry in _unfinished(catalogue) if catalogue else []:
                missing += 1
                where = (folder / entry.occurrences[0][0]).relative_to(ROOT) if entry.occurrences else folder.name
                print(f"{where}: {'fuzzy' if entry.fuzzy else 'no Chinese'}: {entry.msgid!r}")
    for words in (twice := _said_twice()):
        print(words)
    if twice:
        print("messages: settle on one wording, or tell them apart by a context")
    if missing:
        print(f"messages: {missing} strings without Chinese; run tools/messages.py update, then fill in the .po files")
    return 1 if missing or twice else 0


def main(arguments: list[str]) -> int:
    match arguments:
        case ["update", *names]:
            return update(names)
        case ["compile"]:
            return compile_all()
        case ["check"]:
            return check()
    print("usage: tools/messages.py update [APP …] | compile | check")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
