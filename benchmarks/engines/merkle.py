"""The Merkle tree at size: building, appending, proving; beside it the naive way, which hashes all each time.

`python -m benchmarks.engines.merkle [small|full]`. Full: ten million leaves. What is kept is what a log serves: tiles
of leaf hashes and every eighth level, as flat bytes.
"""

import random
import resource
import sys
import time

import numpy as np

from bandeng.engines import merkle

from .machine import keep

SIZES = {"small": 200_000, "full": 10_000_000}
PROOFS, APPENDS = 2000, 2000
NAIVE = 20_000  # leaves of the naive tree


class Log:
    """Rows of hashes at tile levels, and the frontier."""

    def __init__(self):
        self.rows = [bytearray() for _ in range(8)]
        self.frontier = merkle.Frontier()

    def append(self, leaf: bytes) -> int:
        """Append a leaf hash; give how many hashes were computed for it."""
        self.rows[0] += leaf
        completed = self.frontier.append(leaf)
        for level, _, hash_ in completed:
            if not level & 7:
                self.rows[level >> 3] += hash_
        return len(completed)

    def fetch(self, level: int, index: int) -> list[bytes]:
        """Give a tile's hashes."""
        row = self.rows[level][index << 13 : (index + 1) << 13]
        return [bytes(row[at : at + 32]) for at in range(0, len(row), 32)]


def main(size: str) -> int:
    """Measure and keep the result."""
    count, log = SIZES[size], Log()
    began, used = time.perf_counter(), time.process_time()
    for number in range(count):
        log.append(merkle.leaf_hash(number.to_bytes(8)))
    root = log.frontier.root()
    took, used = time.perf_counter() - began, time.process_time() - used
    result = {
        "leaves": count,
        "build_s": round(took, 2),
        "build_cpu_s": round(used, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000,
        **_proofs(log, count, root),
        "append": [_appends(10**power) for power in range(2, len(str(count)))],
        "naive": _naive(),
    }
    print(result)
    keep(f"merkle-{size}", result)
    return 0


def _proofs(log: Log, count: int, root: bytes) -> dict:
    """Prove random leaves, each with no tile in memory; check every proof."""
    rng, made, checked = random.Random(1), [], []
    for _ in range(PROOFS):
        index = rng.randrange(count)
        start = time.process_time()
        path = merkle.inclusion_path(merkle.TileReader(log.fetch), index, count)
        made.append((time.process_time() - start) * 1000)
        start = time.process_time()
        merkle.verify_inclusion(merkle.leaf_hash(index.to_bytes(8)), index, count, path, root)
        checked.append((time.process_time() - start) * 1000)
    return {
        "proof_p50_ms": round(float(np.quantile(made, 0.5)), 3),
        "proof_p95_ms": round(float(np.quantile(made, 0.95)), 3),
        "check_p95_ms": round(float(np.quantile(checked, 0.95)), 3),
        "path": len(path),
    }


def _appends(size: int) -> dict:
    """Append to a tree of `size` leaves: the mean time, and the most hashes that one append took."""
    log = Log()
    for number in range(size):
        log.append(merkle.leaf_hash(number.to_bytes(8)))
    leaves = [merkle.leaf_hash(number.to_bytes(8)) for number in range(size, size + APPENDS)]
    start = time.process_time()
    most = max(map(log.append, leaves))
    return {"size": size, "us": round((time.process_time() - start) / APPENDS * 1e6, 2), "most_hashes": most}


def _naive() -> dict:
    """Hash the whole tree anew, as one does who keeps no frontier; what one append then costs."""
    leaves = [merkle.leaf_hash(number.to_bytes(8)) for number in range(NAIVE)]

    def root(part: list[bytes]) -> bytes:
        if len(part) == 1:
            return part[0]
        middle = 1 << (len(part) - 1).bit_length() - 1
        return merkle.node_hash(root(part[:middle]), root(part[middle:]))

    start = time.process_time()
    found = root(leaves)
    took = time.process_time() - start
    assert found == merkle.root_of(leaves)
    return {"leaves": NAIVE, "append_us": round(took * 1e6)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "small"))
