"""Killed at any moment, an index opens with what was committed and nothing else."""

import signal
import subprocess
import sys
import time

import pytest

from bandeng.engines.similarity import search

WRITES = """
import sys
from datetime import UTC, datetime
from bandeng.engines.similarity import search

AT = datetime(2026, 3, 1, tzinfo=UTC)
with search.Index.open(sys.argv[1]).writer() as writer:
    for batch in range(10_000):
        writer.add(search.Document(f"{batch}-{n}", {"text": f"batch{batch} 停水"}, ["all"], AT) for n in range(20))
        print("added", batch, flush=True)
        writer.commit(str(batch))
        print("committed", batch, flush=True)
"""
REBUILDS = """
import sys
from datetime import UTC, datetime
from bandeng.engines.similarity import search

AT = datetime(2026, 3, 1, tzinfo=UTC)
for size in range(1, 10_000):
    rows = (search.Document(str(n), {"text": "停水"}, ["all"], AT) for n in range(size))
    search.rebuild(sys.argv[1], rows, cursor=str(size))
    print("committed", size, flush=True)
"""


def killed(script, folder, after, moment):
    """Run a script, kill it so many lines and seconds on, and give the last batch it said was committed."""
    with subprocess.Popen([sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, text=True) as process:
        lines = [process.stdout.readline() for _ in range(after)]
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.readlines()
    assert process.returncode == -signal.SIGKILL
    return max((int(line.split()[1]) for line in lines if line.startswith("committed")), default=-1)


@pytest.mark.parametrize(("after", "moment"), [(1, 0), (1, 0.01), (3, 0), (6, 0.003), (11, 0.02), (40, 0.001)])
def test_killed_while_committing_the_committed_are_there_and_the_uncommitted_not(tmp_path, after, moment):
    search.Index.create(tmp_path)
    told = killed(WRITES, tmp_path, after, moment)
    index = search.Index.open(tmp_path)
    last = int(index.cursor or -1)
    # the commit it was in may have ended before it could say so
    assert told <= last <= told + 1
    assert len(index) == 20 * (last + 1)
    assert index.search(f"batch{last + 1}", scopes=None).total == 0
    assert last < 0 or index.search(f"batch{last}", scopes=None).total == 20
    with index.writer() as writer:
        writer.delete(["0-0"])
        writer.commit("after")
    assert index.cursor == "after"


@pytest.mark.parametrize(("after", "moment"), [(1, 0), (2, 0.03), (4, 0.05), (7, 0.08)])
def test_killed_while_rebuilding_one_whole_index_is_there(tmp_path, after, moment):
    search.Index.create(tmp_path)
    told = killed(REBUILDS, tmp_path, after, moment)
    index = search.Index.open(tmp_path)
    assert told <= len(index) == int(index.cursor) <= told + 1
    search.rebuild(tmp_path, [], cursor="empty")
    assert (len(index), index.cursor, len(list(tmp_path.glob("g-*")))) == (0, "empty", 1)
