"""The source as trees, read once for all tests that walk it."""

import ast
from functools import cache
from pathlib import Path

import bandeng

ROOT = Path(bandeng.__file__).parent
STOREYS = ("faces", "judge", "speak", "ground", "engines")


@cache
def modules() -> dict[str, tuple[Path, ast.Module]]:
    """Give every module of the project by its dotted name, with its path and its tree."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(("bandeng", *(p for p in parts if p != "__init__")))
        found[name] = path, ast.parse(path.read_text())
    return found


@cache
def rooms() -> list[Path]:
    """List the folders of apps and engines."""
    return [d for s in STOREYS for d in sorted((ROOT / s).iterdir()) if (d / "__init__.py").exists()]


def apps() -> list[Path]:
    """List the folders of Django apps."""
    return [room for room in rooms() if room.parent.name != "engines"]


def room_of(module: str) -> str | None:
    """Name the app or engine that a module belongs to, e.g. bandeng.ground.core; None for the storey itself."""
    parts = module.split(".")
    if parts[:2] == ["bandeng", "config"]:
        return "bandeng.config"
    return ".".join(parts[:3]) if len(parts) > 2 and parts[1] in STOREYS else None


def imports(tree: ast.Module):
    """Give the absolute names of ours that a module imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and (node.module or "").startswith("bandeng"):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("bandeng"))


def short(path: Path) -> str:
    """Name a file relative to the package."""
    return str(path.relative_to(ROOT))
