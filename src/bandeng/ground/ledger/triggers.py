"""Insert-only tables: the database itself refuses UPDATE, DELETE and TRUNCATE, whoever asks.

SQLite: Django alters a table there by making a new one, and the triggers go with the old one. A migration that alters
one of these tables must end with `install` again; tests/ground/test_ledger_triggers.py says so if it does not.
"""

# Table -> its unique keys. SQLite's INSERT OR REPLACE deletes the old row without firing a DELETE trigger.
INSERT_ONLY: dict[str, tuple[tuple[str, ...], ...]] = {
    "ledger_entry": (("id",),),
    "ledger_leaf": (("leaf_index",), ("entry_id",)),
    "ledger_node": (("level", "index"),),
    "ledger_head": (("size",),),
}

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is insert-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""


def statements(vendor: str) -> list[str]:
    """Give the SQL that makes every trigger, for `sqlite` or `postgresql`; running it again changes nothing."""
    if vendor == "postgresql":
        # Per statement, so that one trigger also sees TRUNCATE and an UPDATE that would meet no row.
        return [POSTGRES_FUNCTION] + [
            f"CREATE OR REPLACE TRIGGER {table}_insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
            for table in INSERT_ONLY
        ]
    made = []
    for table, keys in INSERT_ONLY.items():
        for event in ("UPDATE", "DELETE"):
            made.append(_sqlite_trigger(f"{table}_no_{event.lower()}", event, table, "1", f"{event} is refused"))
        for number, key in enumerate(keys):
            same = " AND ".join(f'"{column}" = NEW."{column}"' for column in key)
            taken = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - names from the table above
            made.append(_sqlite_trigger(f"{table}_no_replace_{number}", "INSERT", table, taken, "key is taken"))
    return made


def removals(vendor: str) -> list[str]:
    """Give the SQL that takes every trigger away again."""
    if vendor == "postgresql":
        return ["DROP FUNCTION IF EXISTS ledger_refuse() CASCADE"]
    names = [f"{table}_no_{event}" for table in INSERT_ONLY for event in ("update", "delete")]
    names += [f"{table}_no_replace_{number}" for table, keys in INSERT_ONLY.items() for number in range(len(keys))]
    return [f"DROP TRIGGER IF EXISTS {name}" for name in names]


def _sqlite_trigger(name: str, event: str, table: str, when: str, problem: str) -> str:
    return (
        f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {table} FOR EACH ROW WHEN {when}"
        f" BEGIN SELECT RAISE(ABORT, '{table} is insert-only: {problem}'); END"
    )


def install(apps, schema_editor) -> None:
    """Make the triggers (for RunPython)."""
    for statement in statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def remove(apps, schema_editor) -> None:
    """Drop the triggers, to take the migration back (for RunPython)."""
    for statement in removals(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)
