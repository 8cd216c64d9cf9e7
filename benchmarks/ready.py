"""What an installation in use has besides its rows, made once for a filled database: search index, learned models."""

import argparse
import json
import time
from contextlib import nullcontext
from pathlib import Path

from . import environment, stores


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("place", type=Path, help="a filled directory")
    place = parser.parse_args().place.resolve()
    is_file = (place / "bandeng.sqlite3").exists()
    with nullcontext() if is_file else stores.running(place) as server:
        environment.start(f"sqlite:///{place / 'bandeng.sqlite3'}" if is_file else server.url, place / "home")
        print(json.dumps(index(place / "home") | learn()))


def index(home: Path) -> dict:
    """Make the search index; give what making it took."""
    from bandeng.speak.casework import api as cases
    from bandeng.speak.lookup import api as lookup

    kept = home / "reindex.json"
    if not (home / "search").is_dir():
        began, there = time.perf_counter(), cases.Case.objects.count()
        lookup.reindex()
        took = time.perf_counter() - began
        size = sum(file.stat().st_size for file in (home / "search").rglob("*") if file.is_file())
        told = {"seconds": round(took, 1), "cases_a_second": round(there / took), "mb": round(size / 1e6, 1)}
        kept.write_text(json.dumps(told))
    return json.loads(kept.read_text())


def learn() -> dict:
    """Learn what a worker would begin to learn in the middle of a measurement: once a night."""
    from bandeng.ground.core import clock
    from bandeng.speak.suggestions import api as suggestions

    if not suggestions.is_due(now=clock.now()):
        return {}
    return {subject: bool(suggestions.learn(subject, now=clock.now())) for subject in suggestions.SUBJECTS}


if __name__ == "__main__":
    main()
