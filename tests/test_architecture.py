"""The rules of the house, read off the source: doors, writers, clocks, keys between tables. See architecture.toml."""

import ast
import importlib
import tomllib
from pathlib import Path

import pytest
from django.apps import apps as django_apps
from django.db import migrations
from django.db.migrations.loader import MigrationLoader

from tests import source

ALLOWED = tomllib.loads((Path(__file__).parent / "expectations" / "architecture.toml").read_text())
ROOMS = [f"bandeng.{room.parent.name}.{room.name}" for room in source.rooms()]
IS_MIGRATION = "/migrations/"


def calls(tree):
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def files(*, without: str = IS_MIGRATION):
    return [(p, tree) for p, tree in source.modules().values() if without not in str(p)]


def starts_with(name: str, doors) -> str | None:
    return next((door for door in doors if name == door or name.startswith(f"{door}.")), None)


# ---- doors ----------------------------------------------------------------------------------------------------------


def test_another_app_is_entered_by_its_door_alone():
    wrong, used = [], set()
    for module, (path, tree) in source.modules().items():
        if IS_MIGRATION in str(path):
            continue
        for name in source.imports(tree):
            room = source.room_of(name)
            if room is None or room == source.room_of(module) or room not in ROOMS:
                continue
            if starts_with(name, [f"{room}.api"]):
                continue
            door = starts_with(name, ALLOWED["doors"])
            used.add(door)
            only = ALLOWED["doors_for"].get(door)
            if door is None or only and not module.startswith(tuple(only)):
                wrong.append(f"{module} imports {name}")
    assert wrong == []
    assert set(ALLOWED["doors"]) - used == set(), "doors that nobody uses: take them off the list"


@pytest.mark.parametrize("room", source.apps(), ids=lambda room: room.name)
def test_an_app_has_what_an_app_has(room):
    assert len((room / "README.md").read_text()) > 200
    config = next(c for c in django_apps.get_app_configs() if Path(c.path) == room)
    assert config.label == room.name
    name = f"{room.parent.name}.{room.name}"
    if name in ALLOWED["no_api"]:
        assert not (room / "api.py").exists()
        return
    api = importlib.import_module(f"bandeng.{name}.api")
    assert api.__doc__ and list(api.__all__) and len(set(api.__all__)) == len(api.__all__)
    assert [missing for missing in api.__all__ if not hasattr(api, missing)] == []


@pytest.mark.parametrize("room", [r for r in source.rooms() if r.parent.name == "engines"], ids=lambda room: room.name)
def test_an_engine_says_what_it_is_and_knows_no_framework(room):
    assert len((room / "README.md").read_text()) > 200
    for path in room.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            assert not [n for n in names if n.split(".")[0] == "django" or n.startswith("bandeng.ground")], path


# ---- writing --------------------------------------------------------------------------------------------------------

WRITES = {"create", "bulk_create", "get_or_create", "update_or_create", "bulk_update", "save", "delete"}
ROWS = {"objects", "filter", "exclude", "all", "select_for_update", "get", "first"}


def is_row_write(call: ast.Call) -> bool:
    """Tell whether a call writes rows: `.create(`, `.save(`…, and `.update(` on what looks like a queryset."""
    if not isinstance(call.func, ast.Attribute):
        return False
    inside = {n.attr for n in ast.walk(call.func.value) if isinstance(n, ast.Attribute)}
    if call.func.attr == "update":
        return bool(inside & ROWS)
    # A form or a kept draft is saved by our own functions, with keywords that no model knows.
    is_ours = any(keyword.arg == "now" for keyword in call.keywords)
    return call.func.attr in WRITES and not is_ours and not (call.func.attr == "delete" and "session" in inside)


def test_rows_are_written_in_services_and_named_places():
    found = {}
    for path, tree in files():
        name = source.short(path)
        if "/services/" in name or name.startswith("config/demo/"):
            continue
        lines = [call.lineno for call in calls(tree) if is_row_write(call)]
        if lines and not any(name.endswith(allowed) for allowed in ALLOWED["not_rows"]):
            found[name] = lines
    assert {name: lines for name, lines in found.items() if name not in ALLOWED["writers"]} == {}
    assert set(ALLOWED["writers"]) - found.keys() == set(), "these write no rows: take them off the list"


def test_no_logic_hides_in_save_or_signals():
    for path, tree in files():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                bases = {getattr(b, "attr", getattr(b, "id", "")) for b in node.bases}
                if bases & {"Model", "AbstractBaseUser", "AbstractBaseSession", "QuerySet", "Manager"}:
                    own = {n.name for n in node.body if isinstance(n, ast.FunctionDef)}
                    assert not own & {"save", "delete", "clean", "full_clean"}, (path, node.name)
            if isinstance(node, ast.ImportFrom):
                assert node.module != "django.dispatch" and "signals" not in (node.module or ""), path
                assert not {a.name for a in node.names} & {"receiver", "Signal"}, path


def offered(path: Path) -> set[str]:
    """Name what a services package offers to the rest of its app."""
    tree = ast.parse((path.parent / "__init__.py").read_text())
    return {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}


def public_functions(tree):
    return [n for n in tree.body if isinstance(n, ast.FunctionDef) and not n.name.startswith("_")]


def keyword_only(function) -> set[str]:
    return {a.arg for a in function.args.kwonlyargs}


def test_services_are_handed_the_time_and_who_acts_by_name():
    """`now` and `by` are keyword-only wherever a public service takes them, and no service has a time of its own."""
    for path, tree in files():
        if "/services/" not in source.short(path):
            continue
        for function in [f for f in public_functions(tree) if f.name in offered(path)]:
            positional = {a.arg for a in [*function.args.posonlyargs, *function.args.args]}
            is_act = "now" in positional | keyword_only(function)
            if is_act and list(positional) != ["now"]:  # what the worker calls by itself
                assert not positional & {"now", "by"}, (path, function.name)
            defaults = dict(zip([a.arg for a in function.args.kwonlyargs], function.args.kw_defaults, strict=True))
            assert defaults.get("now") is None, (path, function.name)


# Names by which modules call core/clock.py, and the worker its own clock, which asks it.
CLOCKS = {"clock", "wall", "self.clock"}


def test_the_time_is_read_in_one_place():
    hidden = {"now", "today", "utcnow", "localdate", "localtime"}
    for path, tree in files():
        if source.short(path) == "ground/core/clock.py":
            continue
        for call in calls(tree):
            if isinstance(call.func, ast.Attribute) and call.func.attr in hidden:
                is_given = call.func.attr == "localtime" and call.args
                assert is_given or ast.unparse(call.func.value) in CLOCKS, (path, call.lineno)
            assert ast.unparse(call.func) not in {"time.time", "datetime.datetime.now"}, (path, call.lineno)


def test_no_column_fills_itself_from_a_hidden_clock():
    for config in django_apps.get_app_configs():
        if config.name.startswith("bandeng."):
            for model in config.get_models():
                for field in model._meta.concrete_fields:
                    assert not getattr(field, "auto_now", False) and not getattr(field, "auto_now_add", False), field


def test_the_clock_is_read_by_pages_and_commands_alone():
    for module, (path, tree) in source.modules().items():
        if any(name.startswith("bandeng.ground.core.clock") for name in source.imports(tree)):
            assert module.startswith(tuple(ALLOWED["doors_for"]["bandeng.ground.core.clock"])), path


# ---- what goes out --------------------------------------------------------------------------------------------------


def test_only_commands_print():
    printing = {source.short(p) for p, tree in files() if any(ast.unparse(c.func) == "print" for c in calls(tree))}
    assert printing == set(ALLOWED["printers"])


def test_html_is_trusted_only_where_it_is_ours():
    trusted = {}
    for path, tree in files():
        n = sum(ast.unparse(c.func).endswith(("mark_safe", "format_html", "SafeString")) for c in calls(tree))
        if n:
            trusted[source.short(path)] = n
            lines = path.read_text().splitlines()
            for call in calls(tree):
                if ast.unparse(call.func).endswith(("mark_safe", "SafeString")):
                    assert "# noqa: S308" in lines[call.lineno - 1], (path, call.lineno)
    for path in source.ROOT.rglob("templates/**/*.html"):
        text = path.read_text()
        if n := text.count("|safe") + text.count("autoescape off"):
            trusted[str(path).split("/templates/")[1]] = n
    assert trusted == ALLOWED["safe"]


LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


def test_logs_hold_no_values_of_words():
    """What is logged is a constant text with codes; f-strings and concatenations would carry anything."""
    for path, tree in files():
        for call in calls(tree):
            owner, _dot, name = ast.unparse(call.func).rpartition(".")
            if owner in {"log", "logger", "logging"} and name in LEVELS:
                assert isinstance(call.args[0], ast.Constant), (path, call.lineno)


# ---- tables ---------------------------------------------------------------------------------------------------------


def test_keys_between_tables_follow_the_storeys():
    found = {}
    for config in django_apps.get_app_configs():
        if config.name.startswith("bandeng."):
            targets = {
                field.related_model._meta.app_label
                for model in config.get_models(include_auto_created=True)
                for field in model._meta.get_fields(include_hidden=True)
                if field.concrete and field.is_relation
            }
            if list(config.get_models()):
                found[config.label] = sorted(targets - {config.label})
    expected = {label: sorted(below) for label, below in ALLOWED["foreign_keys"].items()}
    assert found == {label: below for label, below in expected.items() if label in found}


def test_every_key_between_tables_says_what_happens_to_what_points():
    """Nothing is deleted along with something else but rows that mean nothing alone."""
    cascading = {
        f"{model._meta.label}.{field.name}"
        for config in django_apps.get_app_configs()
        if config.name.startswith("bandeng.")
        for model in config.get_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.remote_field.on_delete.__name__ != "PROTECT"
    }
    assert cascading == set(ALLOWED["cascades"])


@pytest.fixture(scope="module")
def loader():
    return MigrationLoader(None)


def test_every_migration_can_be_taken_back_or_says_why_not(loader):
    stuck = {}
    for (label, name), migration in loader.disk_migrations.items():
        if not type(migration).__module__.startswith("bandeng."):
            continue
        for operation in migration.operations:
            if isinstance(operation, migrations.RunPython | migrations.RunSQL) and not operation.reversible:
                stuck[f"{label}.{name}"] = (importlib.import_module(type(migration).__module__).__doc__ or "").strip()
    assert stuck.keys() == ALLOWED["one_way"].keys()


# ---- size -----------------------------------------------------------------------------------------------------------


def test_files_and_functions_stay_small():
    large = {source.short(p): n for p, _tree in files() if (n := len(p.read_text().splitlines())) > 320}
    assert large.keys() == ALLOWED["large"].keys() and max(large.values()) < 400
    long = {
        f"{source.short(p)}:{node.name}": node.end_lineno - node.lineno + 1
        for p, tree in files()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > 50
    }
    assert long == {}


def test_public_functions_say_what_they_do():
    silent = [
        f"{source.short(p)}:{f.lineno} {f.name}"
        for p, tree in files()
        if any(part in source.short(p) for part in ("/services/", "selectors.py"))
        for f in public_functions(tree)
        if f.returns is None or not ast.get_docstring(f) and f.end_lineno - f.lineno > 3
    ]
    assert silent == []
