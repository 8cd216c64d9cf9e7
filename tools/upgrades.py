#!/usr/bin/env python3
"""Hold migrations to what lets the last release go on running on a database that the new one has migrated.

Only add: tables, columns that may be empty or that the database fills, indexes. Take away, rename or forbid one release
later, and say so in tools/released.toml. And one table a migration: whoever holds one that the last release writes, and
waits for another, waits for somebody who waits for the first.
"""

import os
import re
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OURS = "bandeng."
HOLDS = {
    "AddField",
    "AlterField",
    "AddIndex",
    "RemoveIndex",
    "RunSQL",
    "RunPython",
}  # what is held until the migration ends
TAKES_AWAY = {"RemoveField", "DeleteModel", "RenameField", "RenameModel", "AlterModelTable"}
FORBIDS = {"AddConstraint", "AlterUniqueTogether", "AlterConstraint"}
SQL = re.compile(r"\b(DROP|RENAME|TRUNCATE|DELETE)\b|\bNOT\s+NULL\b|\bADD\s+CONSTRAINT\b", re.IGNORECASE)


def released() -> dict:
    """Read what is out in the world."""
    return tomllib.loads((ROOT / "tools" / "released.toml").read_text(encoding="utf-8"))


def faults(loader, listed: dict) -> list[str]:
    """Say which migrations after the last release would break it, and which lines of the list are wrong."""
    out, known = [], set(listed["releases"])
    here = {f"{label}.{name}" for label, name in loader.disk_migrations}
    ours = {label for (label, _), each in loader.disk_migrations.items() if type(each).__module__.startswith(OURS)}
    for label in sorted(ours - set(listed["migrations"])):
        out.append(f'{label} is not in [migrations]; an app that no release has yet: {label} = ""')
    for label, name in listed["migrations"].items():
        if name and (label, name) not in loader.disk_migrations:
            out.append(f"{label}.{name} was released and is not there")
    for name, why in [*listed["contract"].items(), *listed["kept_already"].items()]:
        if name not in here:
            out.append(f"{name} is listed and is not there")
        if isinstance(why, dict) and (why.get("stopped_in") not in known or not why.get("why")):
            out.append(f"{name}: `stopped_in` must name a release that has been made, and `why` what goes")
    return out or list(_breaking(loader, listed, ours))


def _breaking(loader, listed: dict, ours: set[str]) -> Iterator[str]:
    last = {(label, name) for label, name in listed["migrations"].items() if name}
    others = [node for node in loader.graph.leaf_nodes() if node[0] not in ours]
    before = {node for leaf in [*last, *others] for node in loader.graph.forwards_plan(leaf)}
    state = loader.project_state([*last, *others])
    plan = [node for leaf in loader.graph.leaf_nodes() for node in loader.graph.forwards_plan(leaf)]
    old = set(state.models)
    for node in dict.fromkeys(plan):
        if node in before:
            continue
        migration, name = loader.graph.nodes[node], ".".join(node)
        if why := _holds_two(migration, node[0], old):
            yield f"{name}: {why}"
        for operation in _operations(migration.operations):
            if (why := fault(operation, node[0], state, old)) and not _is_listed(name, operation, listed):
                yield f"{name}: {why}"
            if hasattr(operation, "state_forwards"):
                operation.state_forwards(node[0], state)


def _holds_two(migration, label: str, old: set) -> str:
    """Say so where one migration holds two tables that the last release writes, or cannot be tried again."""
    operations = list(_operations(migration.operations))
    if not migration.atomic:
        return "" if len(operations) == 1 else "not atomic: only alone can a step be tried again; one step a migration"
    tables = {
        str(getattr(operation, "model_name", "")).lower() if hasattr(operation, "model_name") else f"step {n}"
        for n, operation in enumerate(operations)
        if type(operation).__name__ in HOLDS
    }
    held = {table for table in tables if table.startswith("step ") or (label, table) in old}
    return "" if len(held) < 2 else f"holds several tables at once ({', '.join(sorted(held))}): one a migration"


def _operations(operations) -> Iterator:
    for operation in operations:
        yield from (
            _operations(getattr(operation, "database_operations", []))
            if hasattr(operation, "database_operations")
            else [operation]
        )


def _is_listed(name: str, operation, listed: dict) -> bool:
    if type(operation).__name__ in FORBIDS and name in listed["kept_already"]:
        return True
    return name in listed["contract"]


def fault(operation, label: str, state, old: set) -> str:
    """Say why an operation breaks the last release; empty where it does not. `old`: its models."""
    kind = type(operation).__name__
    model = getattr(operation, "model_name", None) or getattr(operation, "name", None) or ""
    if kind == "RunSQL":
        return "SQL that takes away or forbids: list it" if SQL.search(str(operation.sql)) else ""
    if (label, str(getattr(operation, "old_name", model) if kind == "RenameModel" else model).lower()) not in old:
        return ""  # a table that the last release does not have
    if kind in TAKES_AWAY:
        return f"{kind} of what the last release uses: stop using it first, take it away one release later"
    if kind in FORBIDS:
        return f"{kind} may refuse what the last release writes: list it with the reason why it does not"
    if kind == "AddField":
        return _added(operation.field, operation.name)
    if kind == "AlterField":
        return _altered(state.models[label, model.lower()].fields[operation.name], operation.field, operation.name)
    return ""


def _is_filled(field) -> bool:
    from django.db.models.fields import NOT_PROVIDED

    return field.null or field.many_to_many or field.db_default is not NOT_PROVIDED


def _added(field, name: str) -> str:
    if _is_filled(field):
        return "" if not field.unique or field.null else f"{name} is unique: the last release fills it alike twice"
    return f"{name} may not be empty and the last release does not fill it: null=True or db_default="


def _altered(before, after, name: str) -> str:
    if before.null and not _is_filled(after):
        return f"{name} may no longer be empty: db_default=, or one release later"
    if after.unique and not before.unique:
        return f"{name} becomes unique: one release later"
    if (before.db_column or name) != (after.db_column or name):
        return f"{name} gets another column: add one, move over, take the old one away one release later"
    if before.get_internal_type() != after.get_internal_type():
        return f"{name} changes its type: add a column instead"
    lengths = [getattr(field, "max_length", None) for field in (before, after)]
    if lengths[1] is not None and (lengths[0] is None or lengths[1] < lengths[0]):
        return f"{name} becomes shorter: one release later"
    return ""


def main() -> int:
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"BANDENG_HOME": home, "DJANGO_SETTINGS_MODULE": "bandeng.config.settings"}
        import django
        from django.db.migrations.loader import MigrationLoader

        django.setup()
        found = faults(MigrationLoader(None), released())
    print("\n".join(f"upgrades: {each}" for each in found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
