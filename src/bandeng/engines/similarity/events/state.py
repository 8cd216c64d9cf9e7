"""A grouper's memory as one file: arrays and JSON, nothing that runs when it is read. It holds no text."""

import json
import zipfile
from pathlib import Path

import numpy as np

from .errors import UnreadableState
from .memory import Memory
from .weights import PIECES, WORDS

VERSION = 1


def write(memory: Memory, path: Path) -> None:
    """Write the memory to a file ending in .npz, whole or not at all."""
    used = min(memory.came, memory.capacity)
    seen = np.flatnonzero(memory.counts.of)
    told = {
        "version": VERSION,
        "capacity": memory.capacity,
        "came": memory.came,
        "messages": memory.counts.messages,
        "is_aware": memory.is_aware,
        "next_group": memory.next_group,
        "ids": [memory.ids[at] for at in range(used)],
        "members": {str(group): members for group, members in memory.members.items()},
        "apart": {str(group): sorted(others) for group, others in memory.apart.items() if others},
    }
    beside = path.with_name(path.name + ".new.npz")
    np.savez_compressed(
        beside,
        told=np.frombuffer(json.dumps(told).encode(), np.uint8),
        numbers=memory.numbers[:used],
        often=memory.often[:used],
        days=memory.days[:used],
        seen=seen.astype(np.int32),
        counts=memory.counts.of[seen],
    )
    beside.replace(path)


def read(path: Path) -> Memory:
    """Read a memory. Raises UnreadableState for a file of another kind or version."""
    try:
        with np.load(path, allow_pickle=False) as file:
            told = json.loads(file["told"].tobytes())
            arrays = {name: file[name] for name in ("numbers", "often", "days", "seen", "counts")}
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile):
        raise UnreadableState(f"{path} is no grouper's memory.") from None
    if told.get("version") != VERSION or arrays["numbers"].shape != (len(told["ids"]), WORDS + PIECES):
        raise UnreadableState(f"{path} is of another version; group the stream anew.")
    memory = Memory(told["capacity"])
    used = len(told["ids"])
    memory.numbers[:used], memory.often[:used] = arrays["numbers"], arrays["often"]
    memory.days[:used] = arrays["days"]
    memory.counts.of[arrays["seen"]] = arrays["counts"]
    memory.counts.messages, memory.is_aware = told["messages"], told["is_aware"]
    memory.ids = dict(enumerate(told["ids"]))
    memory.places = {id_: at for at, id_ in memory.ids.items()}
    for group, members in told["members"].items():
        for at in members:
            memory.put(at, int(group))
    for group, others in told["apart"].items():
        memory.apart[int(group)] = set(others)
    memory.came, memory.next_group = told["came"], told["next_group"]
    for number in range(memory.came - used, memory.came):  # the oldest first, as they came
        memory.index(number % memory.capacity)
    return memory
