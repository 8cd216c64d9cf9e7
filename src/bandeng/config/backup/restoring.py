"""Make an installation of a backup: in an empty home, with its keys, and without what was erased since.

Everything that can be refused is refused before anything is written. While it runs the home holds a file RESTORING,
and with it there `serve` and `worker` refuse to start: words that are still to be erased again are seen by nobody.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bandeng.ground.core.keys import Keyring

from . import manifest as parts
from .manifest import BadBackup, Manifest

MARK = "RESTORING"
MAY_BE_THERE = {"keys"}


class CannotRestore(RuntimeError):
    """Nothing was written; the message says what to do first."""


@dataclass
class Restored:
    """What came of it. `broken` lists what the check of the log found; empty when all is well."""

    home: Path
    files: int = 0
    erased_again: int = 0
    ledger_size: int = 0
    root: str = ""
    broken: list[str] = field(default_factory=list)


def check_before(folder: Path, home: Path, keys: Path) -> Manifest:
    """Give the manifest if the backup is whole, its keys are there and the home is empty. Needs no Django.

    Raises BadBackup, CannotRestore.
    """
    if home.exists() and (others := sorted(p.name for p in home.iterdir() if p.name not in MAY_BE_THERE)):
        raise CannotRestore(f"{home} is not empty ({others[0]}). Name a new directory.")
    manifest, body = parts.read(folder)
    there = Keyring(keys).fingerprints()
    if lacking := [f"{name} {mark}" for name, mark in manifest.keys.items() if there.get(name) != mark]:
        raise CannotRestore(
            f"{keys} lacks keys of this backup: {', '.join(lacking)}. Bring them with `bandeng keys import`."
        )
    parts.verify(folder, manifest, body, (keys / parts.MAC_KEY).read_bytes())
    return manifest


def environment(manifest: Manifest, home: Path, keys: Path, database: str, given: Mapping[str, str]) -> dict[str, str]:
    """Give the BANDENG_ variables of the new installation; raise CannotRestore where they do not fit the backup."""
    url = database or (f"sqlite:///{home / 'bandeng.sqlite3'}" if manifest.kind == "sqlite" else "")
    kind = "sqlite" if url.startswith("sqlite:") else "postgresql"
    if not url or kind != manifest.kind:
        raise CannotRestore(f"This is a backup of {manifest.kind}: name such a database with --database.")
    origin = given.get("BANDENG_LOG_ORIGIN", manifest.log_origin)
    if origin != manifest.log_origin:
        raise CannotRestore(f"The log of this backup is {manifest.log_origin}; set BANDENG_LOG_ORIGIN to that.")
    return {
        "BANDENG_HOME": str(home),
        "BANDENG_KEYS": str(keys),
        "BANDENG_DATABASE": url,
        "BANDENG_LOG_ORIGIN": origin,
    }


def restore(
    folder: Path, manifest: Manifest, register: Path | None, *, now: datetime, progress: Callable[[int, int], None]
) -> Restored:
    """Restore into the installation that the settings speak of; Django is set up, its database empty.

    `register` is the newest register of erasures that is still there, beside the backup's own. Raises CannotRestore
    before anything is written, BadBackup for a file that is not what its name says.
    """
    from django.conf import settings
    from django.core.management import call_command

    from bandeng.ground.core import api as core

    from .taking import REGISTER

    _check_version(manifest)
    _check_empty()
    erasures = core.erasure_register.read(folder / REGISTER)
    if register is not None:
        erasures += [each for each in core.erasure_register.read(register) if each not in erasures]
    home = Path(settings.HOME)
    home.mkdir(parents=True, exist_ok=True)
    (home / MARK).write_text("Do not use: a restore is running, or was broken off.\n")
    core.erasure_register.append(core.erasure_register.path(), erasures)
    _load(folder, manifest)
    call_command("migrate", verbosity=0, interactive=False)
    done = Restored(home, files=_files(folder, progress))
    done.erased_again = _settle(erasures, now)
    done.broken = check(manifest)
    done.ledger_size, done.root = manifest.ledger_size, manifest.ledger_root
    if not done.broken:
        (home / MARK).unlink()
    return done


def _check_version(manifest: Manifest) -> None:
    from django.db.migrations.loader import MigrationLoader

    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = sorted(set(manifest.migrations) - known)
    if unknown:
        raise CannotRestore(f"The backup is of a later version ({manifest.version}, {unknown[-1]}). Install that one.")
    if manifest.form == "copy" and (later := sorted(known - set(manifest.migrations))):
        raise CannotRestore(f"This kind of backup needs its own version, {manifest.version}; this one has {later[0]}.")


def _check_empty() -> None:
    from django.db import connection

    from . import postgresql, sqlite

    place = connection.settings_dict
    empty = sqlite.is_empty(str(place["NAME"])) if connection.vendor == "sqlite" else postgresql.is_empty(dict(place))
    if not empty:
        raise CannotRestore(f"The database {place['NAME']} is not empty. Name a new one with --database.")


def _load(folder: Path, manifest: Manifest) -> None:
    from django.core.management import call_command
    from django.db import connection

    from . import postgresql, sqlite

    if manifest.form == "sqlite":
        sqlite.load(folder, str(connection.settings_dict["NAME"]))
        return
    if manifest.form == "copy":
        call_command("migrate", verbosity=0, interactive=False)
        connection.close()
    postgresql.load(dict(connection.settings_dict), folder, manifest.form)


def _files(folder: Path, progress: Callable[[int, int], None]) -> int:
    from django.conf import settings

    from .taking import FILES, LIST, copy_file

    target = Path(settings.FILES_DIR)
    target.mkdir(mode=0o700)
    paths = (folder / LIST).read_text(encoding="ascii").split()
    for number, path in enumerate(paths, 1):
        try:
            copy_file(folder / FILES / path, target / path)
        except FileNotFoundError:
            raise BadBackup(f"{FILES}/{path} is missing.") from None
        progress(number, len(paths))
    parts.sync(target)
    return len(paths)


def _settle(erasures: list, now: datetime) -> int:
    """Erase again what was erased since, end leases of processes that are no more, mark what may have been sent."""
    from bandeng.ground.core import api as core
    from bandeng.ground.messaging import api as messaging
    from bandeng.speak.casework import api as casework

    erased = sum(casework.erase_again(each, now=now) is not None for each in erasures)
    core.drop_leases()
    messaging.mark_repeated()
    return erased


def check(manifest: Manifest) -> list[str]:
    """Hold the restored log against the manifest and itself; give what does not agree."""
    from bandeng.ground.acts import api as acts
    from bandeng.ground.ledger import api as ledger

    found = [f"{each.kind} {each.place}" for each in ledger.rebuild_check()]
    found += [f"{each.kind} {each.act_key}: {each.what}" for each in acts.verify() if each]
    head = ledger.head()
    if manifest.ledger_size and head is not None:
        root = ledger.consistency(manifest.ledger_size, head.size).old_root.hex()
        if root != manifest.ledger_root:
            found.append(f"root {root[:16]} is not that of the manifest, {manifest.ledger_root[:16]}")
    elif manifest.ledger_size:
        found.append("the log has no head")
    return found


def newest_register(given: str, old_home: str) -> Path | None:
    """Find the register to go by: the one named, or that of the home the command is run from."""
    if given:
        if not Path(given).is_file():
            raise CannotRestore(f"{given} is not there.")
        return Path(given).resolve()
    here = Path(old_home).resolve() / "erasures.log"
    return here if here.is_file() else None


def adopt(variables: dict[str, str]) -> None:
    """Make this process one of the new installation. Before Django's settings are read."""
    os.environ.update(variables)
