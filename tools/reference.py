#!/usr/bin/env python3
"""docs/reference, written from the code: `reference.py` writes it, `reference.py check` says what is out of date."""

import difflib
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "reference"
DOCUMENTS: dict[str, Callable[[], str]] = {}


def document(write: Callable[[], str]) -> Callable[[], str]:
    """Make a function the writer of the document of its name."""
    DOCUMENTS[f"{write.__name__}.md"] = write
    return write


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a Markdown table."""
    lines = ["| " + " | ".join(headers) + " |", "|" + "---|" * len(headers)]
    lines += [
        "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows
    ]
    return "\n".join(lines)


def code(names: Iterable[object]) -> str:
    return ", ".join(f"`{name}`" for name in names)


@document
def settings() -> str:
    from bandeng.config import environment

    rows = [(f"`{v.name}`", f"`{v.default}`" if v.default else "", v.meaning) for v in environment.VARIABLES.values()]
    return "\n\n".join(
        [
            "# Settings",
            "Environment variables, read when a process starts. What a county may change while it runs is a"
            " [parameter](parameters.md).",
            table(("variable", "default", "meaning"), rows),
        ]
    )


@document
def commands() -> str:
    from bandeng.config import cli

    return "\n\n".join(["# Commands", cli.exit_codes(), *_command(cli.parser(), 2)])


def _command(parser, depth: int) -> Iterable[str]:
    """Describe a command and those under it; not by argparse's own layout, which changes from Python to Python."""
    yield f"{'#' * depth} {parser.prog}"
    rows, below = [], []
    for action in parser._actions:
        if isinstance(action.choices, dict):
            below += action.choices.values()
        elif action.help and action.help != "==SUPPRESS==" and "--help" not in action.option_strings:
            name = " ".join(action.option_strings) or str(action.metavar or action.dest)
            rows.append((f"`{name}`", action.help % vars(action)))
    yield (parser.description or "").strip()
    if rows:
        yield table(("argument", "meaning"), rows)
    example = (parser.epilog or "").partition("For example:")[2].partition("\n\n")[0].strip()
    if example:
        yield f"```sh\n{example}\n```"
    for sub in below:
        yield from _command(sub, min(depth + 1, 4))


@document
def states() -> str:
    from bandeng.speak.casework import api as casework

    rules = casework.rules
    state_rows = [
        (f"`{status}`", code(state.pens), code(sorted(state.clocks)), "yes" if state.is_end else "")
        for status, state in rules.STATES.items()
    ]
    edge_rows = [
        (
            f"`{edge.name}`",
            code(source for source in rules.Status if source in edge.sources) or "(new)",
            f"`{edge.target}`",
            f"{edge.pen}" + (f" with `{edge.permission}` at {edge.at}" if edge.permission else ""),
            f"`{edge.act}`",
            code(sorted(edge.starts)),
            code(sorted(edge.stops)),
            "yes" if edge.needs_reason else "",
        )
        for edge in rules.EDGES.values()
    ]
    arrows = ["stateDiagram-v2"]
    for edge in rules.EDGES.values():
        arrows += [f"    {source} --> {edge.target}: {edge.name}" for source in rules.Status if source in edge.sources]
        arrows += [] if edge.sources else [f"    [*] --> {edge.target}: {edge.name}"]
    arrows += [f"    {status} --> [*]" for status, state in rules.STATES.items() if state.is_end]
    return "\n\n".join(
        [
            "# The life of a case",
            "Written from `speak/casework/rules.py`. The clock `main` is the procedure's own limit.",
            "## Statuses",
            table(("status", "who holds the pen", "clocks that run", "end"), state_rows),
            "## Edges",
            table(("edge", "from", "to", "pen", "act", "starts", "stops", "needs a reason"), edge_rows),
            "## Diagram",
            "```mermaid\n" + "\n".join(arrows) + "\n```",
        ]
    )


@document
def permissions() -> str:
    from bandeng.ground.directory import shipped

    roles = _toml(shipped, "roles.toml")
    rows = [
        (
            f"`{name}`",
            f"{role['label_en']} {role['label_zh']}",
            code(role["permissions"]),
            "yes" if role.get("is_totp_required") else "",
            role.get("exclusive_group", ""),
        )
        for name, role in roles.items()
    ]
    everything = sorted({permission for role in roles.values() for permission in role["permissions"]})
    by_permission = [(f"`{p}`", code(n for n, role in roles.items() if p in role["permissions"])) for p in everything]
    return "\n\n".join(
        [
            "# Roles and permissions",
            "Roles are data; these are the shipped ones. A permission counts at the office where the role is held.",
            table(("role", "label", "permissions", "one-time code", "one person holds one of"), rows),
            "## Who has it",
            table(("permission", "roles"), by_permission),
        ]
    )


@document
def urls() -> str:
    from django.urls import get_resolver

    rows = []

    def walk(patterns, prefix: str) -> None:
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, path)
            else:
                access = getattr(pattern.callback, "access", "?")
                rows.append((f"`/{path}`", f"`{pattern.name}`" if pattern.name else "", access))

    walk(get_resolver().url_patterns, "")
    return "\n\n".join(
        [
            "# Addresses",
            "Who may open each. `public`: anybody. `receipt`: whoever holds the matter's receipt. `signed_in`: any"
            " staff. `inside`: this machine, BANDENG_METRICS_FROM or the token. Otherwise: staff with one of these"
            " permissions; whether a row is in their scope is asked of the database, and what is outside it is 404.",
            table(("address", "name", "access"), rows),
        ]
    )


@document
def parameters() -> str:
    from bandeng.ground.policies import shipped

    data = shipped.read("parameters")
    laws = {law["code"]: law["title"] for law in shipped.read("laws")["law"]}
    rows = []
    for each in data["parameter"]:
        law = f"{laws[each['article'][0]]} art. {each['article'][1]}" if "article" in each else ""
        provisional = "yes" if each.get("provisional", True) else ""
        rows.append((f"`{each['code']}`", each["label_en"], each["label_zh"], f"`{each['value']}`", each["unit"], law,
                     provisional, each["citation"]))  # fmt: skip
    headers = ("parameter", "what", "名称", "value", "unit", "article", "provisional", "source")
    return "\n\n".join(
        [
            "# Parameters",
            f"Numbers a county may set by an act, with a source and a day from which they hold. As shipped, from"
            f" {data['effective_from']}. Provisional: not a number of the law; it waits for the county's own rule.",
            table(headers, rows),
        ]
    )


@document
def metrics() -> str:
    import tomllib

    listed = tomllib.loads((ROOT / "tests" / "expectations" / "metrics.toml").read_text(encoding="utf-8"))
    rows = [(f"`{name}`", code(row["labels"]), row["purpose"]) for name, row in listed.items()]
    return "\n\n".join(
        [
            "# Metrics",
            "`/metrics` (docs/adr/0011), in Prometheus' text format. No label is an office, a place, topic or"
            " a person; a metric that is not in tests/expectations/metrics.toml, from which this is written, fails.",
            table(("metric", "labels", "what for"), rows),
        ]
    )


@document
def deployment() -> str:
    from bandeng.config.checks.deployment import QUESTIONS

    rows = [(f"`{q.code}`", "warning" if q.is_warning else "error", q.asked, q.remedy) for q in QUESTIONS]
    return "\n\n".join(
        [
            "# What `bandeng check --deploy` asks",
            "Beside everything that `bandeng check` asks of any installation, so also whether the holiday calendar"
            " reaches two months ahead. Errors give exit code 1.",
            table(("code", "kind", "what must hold", "what to do where it does not"), rows),
        ]
    )


@document
def acts() -> str:
    from bandeng.ground.acts import api

    rows = [(f"`{kind.code}`", kind.staff, kind.resident or "") for kind in api.kinds()]
    return "\n\n".join(
        [
            "# Acts",
            "Everything that changes the world is one of these. What has words for residents stands on their timeline.",
            table(("kind", "for staff", "for residents"), rows),
        ]
    )


def _toml(package, name: str) -> dict:
    import tomllib

    return tomllib.loads((Path(package.__file__).parent / name).read_text(encoding="utf-8"))


def _written() -> dict[Path, str]:
    note = "<!-- Written by tools/reference.py from the code; `make docs` writes it anew. -->"
    return {TARGET / name: f"{note}\n\n{write().strip()}\n" for name, write in DOCUMENTS.items()}


def write() -> int:
    """Write every document."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for path, text in _written().items():
        path.write_text(text, encoding="utf-8")
    return 0


def check() -> int:
    """Say which documents are not what the code says."""
    stale = 0
    for path, text in _written().items():
        there = path.read_text(encoding="utf-8") if path.exists() else ""
        if there != text:
            stale += 1
            name = str(path.relative_to(ROOT))
            lines = difflib.unified_diff(there.splitlines(), text.splitlines(), name, "the code", lineterm="", n=0)
            print("\n".join([*lines][:12]))
    if stale:
        print(f"reference: {stale} documents are out of date; run `make docs`")
    return 1 if stale else 0


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as home:
        # The same everywhere: no variable of this shell, and English.
        for name in [name for name in os.environ if name.startswith("BANDENG_")]:
            del os.environ[name]
        os.environ |= {"BANDENG_HOME": home, "LC_ALL": "C.UTF-8"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "bandeng.config.settings"
        import django
        from django.utils import translation

        django.setup()
        translation.activate("en")
        return check() if arguments == ["check"] else write()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
