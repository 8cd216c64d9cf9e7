"""What a migration may not do while the last release still runs: each way of breaking it is named."""

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.models import Q
from tools import upgrades

KEY = ("casework", "0999_next")


@pytest.fixture(scope="module")
def loader():
    return MigrationLoader(None)


def judged(loader, *operations, contract=(), kept=(), is_atomic=True) -> list[str]:
    """Judge one more migration of casework after all there are, which count as released."""
    newest = dict(loader.graph.leaf_nodes())
    listed = upgrades.released() | {"contract": dict(contract), "kept_already": dict(kept)}
    listed["migrations"] = {label: newest[label] for label in listed["migrations"]}
    more = MigrationLoader(None)
    migration = type("Migration", (migrations.Migration,), {"operations": list(operations), "atomic": is_atomic})(
        *KEY[::-1]
    )
    migration.dependencies = [("casework", newest["casework"])]
    more.disk_migrations[KEY] = migration
    more.graph.add_node(KEY, migration)
    more.graph.add_dependency(migration, KEY, ("casework", newest["casework"]))
    return upgrades.faults(more, listed)


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("case", "channel"),
        migrations.DeleteModel("Trip"),
        migrations.RenameField("case", "channel", "way"),
        migrations.RenameModel("Trip", "Visit"),
        migrations.AlterModelTable("trip", "trips"),
        migrations.AddField("case", "weight", models.IntegerField(default=0)),
        migrations.AddField("case", "mark", models.CharField(max_length=9, db_default="", unique=True)),
        migrations.AlterField("case", "due_at", models.DateTimeField()),
        migrations.AlterField("case", "code", models.CharField(max_length=8, unique=True)),
        migrations.AlterField("case", "channel", models.TextField()),
        migrations.AlterField("case", "channel", models.CharField(max_length=20, unique=True)),
        migrations.AlterField("case", "channel", models.CharField(max_length=20, db_column="way")),
        migrations.AddConstraint("case", models.CheckConstraint(condition=Q(version__lt=9), name="case_moves_seldom")),
        migrations.RunSQL("ALTER TABLE casework_case DROP COLUMN channel", ""),
        migrations.SeparateDatabaseAndState([migrations.RunSQL("ALTER TABLE x ALTER y SET NOT NULL", "")], []),
    ],
    ids=lambda operation: f"{type(operation).__name__}-{getattr(operation, 'name', '')}",
)
def test_what_breaks_the_last_release_is_named(loader, operation):
    [fault] = judged(loader, operation)
    assert fault.startswith("casework.0999_next: ") and len(fault) > 40


@pytest.mark.parametrize(
    "operations",
    [
        [migrations.CreateModel("Note", [("id", models.BigAutoField(primary_key=True))])],
        [
            migrations.CreateModel("Note", [("id", models.BigAutoField(primary_key=True))]),
            migrations.AddField("note", "weight", models.IntegerField(default=0)),
            migrations.RemoveField("note", "weight"),
            migrations.DeleteModel("Note"),
        ],
        [migrations.AddField("case", "weight", models.IntegerField(null=True))],
        [migrations.AddField("case", "weight", models.IntegerField(db_default=0))],
        [migrations.AlterField("case", "source", models.CharField(max_length=80, blank=True))],
        [migrations.AddIndex("case", models.Index(fields=["closed_at"], name="case_closed"))],
        [migrations.RemoveIndex("case", "case_idle")],
        [migrations.RunSQL("CREATE INDEX CONCURRENTLY x ON casework_case (closed_at)", "")],
        [migrations.RunPython(migrations.RunPython.noop, migrations.RunPython.noop)],
    ],
)  # fmt: skip
def test_what_only_adds_passes(loader, operations):
    assert judged(loader, *operations) == []


@pytest.mark.parametrize(
    "operations",
    [
        [migrations.AddField(each, "weight", models.IntegerField(null=True)) for each in ("case", "statement")],
        [
            migrations.RunPython(migrations.RunPython.noop),
            migrations.AddIndex("case", models.Index(fields=["closed_at"], name="case_closed")),
        ],
    ],
)
def test_a_migration_that_holds_two_tables_at_once_is_named(loader, operations):
    """The last release reads them in the other order, and one of both is given up: a resident without a receipt."""
    [fault] = judged(loader, *operations)
    assert "holds several tables at once" in fault


def test_several_changes_of_one_table_and_of_new_ones_may_go_together(loader):
    weights = [migrations.AddField("case", name, models.IntegerField(null=True)) for name in ("weight", "height")]
    note = migrations.CreateModel("Note", [("id", models.BigAutoField(primary_key=True))])
    index = migrations.AddIndex("note", models.Index(fields=["id"], name="note_id"))
    assert judged(loader, note, *weights, index) == []


def test_what_is_not_atomic_does_one_thing(loader):
    weights = [migrations.AddField("case", name, models.IntegerField(null=True)) for name in ("weight", "height")]
    [fault] = judged(loader, *weights, is_atomic=False)
    assert "tried again" in fault
    assert judged(loader, weights[0], is_atomic=False) == []


def test_what_is_taken_away_after_a_release_without_it_is_listed(loader):
    gone, name = migrations.RemoveField("case", "channel"), ".".join(KEY)
    ours = next(iter(upgrades.released()["releases"]))
    assert judged(loader, gone, contract={name: {"stopped_in": ours, "why": "nobody asks"}}.items()) == []
    [fault] = judged(loader, gone, contract={name: {"stopped_in": "0.9.0", "why": "nobody asks"}}.items())
    assert "a release that has been made" in fault
    [fault] = judged(loader, gone, kept={name: "nobody asks"}.items())
    assert "RemoveField" in fault  # a reason does for rules, not for columns


def test_a_new_rule_that_is_kept_already_is_listed_with_the_reason(loader):
    rule = migrations.AddConstraint("case", models.CheckConstraint(condition=Q(version__gt=0), name="case_version"))
    assert judged(loader, rule, kept={".".join(KEY): "versions begin at one"}.items()) == []


def test_the_list_names_what_is_there(loader):
    assert upgrades.faults(loader, upgrades.released()) == []
    listed = upgrades.released()
    listed["migrations"]["casework"] = "0042_gone"
    listed["kept_already"] = {"casework.0043_gone": "so it is"}
    assert upgrades.faults(loader, listed) == [
        "casework.0042_gone was released and is not there", "casework.0043_gone is listed and is not there",
    ]  # fmt: skip


def test_an_app_that_nobody_wrote_down_is_asked_for(loader):
    listed = upgrades.released()
    del listed["migrations"]["files"]
    [fault] = upgrades.faults(loader, listed)
    assert 'files = ""' in fault
