"""A case's proof file (`bandeng proof v1`, as the public pages give it), checked with public keys alone."""

import json
import re
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature as WrongSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .checkpoints import Checkpoint, open_checkpoint
from .errors import InvalidProof
from .hashing import commit, leaf_hash_of
from .notes import VerifierKey, strict_base64
from .proofs import sides_of, verify_inclusion

CASE_PROOF = "bandeng proof v1"
RECEIPT = "bandeng receipt v1"
RECEIPT_FIELDS = ("origin", "code", "leaf", "received", "due", "procedure", "office", "log-size", "log-root", "issued")
HEADER = ("origin", "code", "entries", "made", "key")
ENTRY = re.compile(r"entry ([1-9]\d{0,5}) (\S+) (unchanged|broken|pending)(?: leaf (0|[1-9]\d{0,18}))?", re.ASCII)
ERASED = re.compile(r"entry ([1-9]\d{0,5}) (\S+) erased by entry ([1-9]\d{0,5})", re.ASCII)


@dataclass
class CaseEntry:
    """One act of the case, as far as this file proves it. `place` counts from one; `at` is the act's own time."""

    number: int
    kind: str
    state: str  # unchanged, pending, erased, broken
    leaf_index: int | None = None
    erased_by: int | None = None
    salt: bytes | None = None
    content: bytes | None = None
    path: list[tuple[str, bytes]] = field(default_factory=list)
    facts: dict = field(default_factory=dict)  # the content, once it is proven

    @property
    def place(self) -> int | None:
        return None if self.leaf_index is None else self.leaf_index + 1

    @property
    def at(self) -> str:
        return str(self.facts.get("at", ""))

    @property
    def payload(self) -> dict:
        found = self.facts.get("payload")
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True)
class CaseProblem:
    """What is wrong, by a code, and where: `line 7`, `entry 2`, `checkpoint`, `receipt`."""

    place: str
    kind: str


@dataclass
class CaseProof:
    """A proof file read and checked. It holds where there is no problem; `receipt_checked` needs the receipts' key."""

    origin: str
    code: str
    made: str
    key: str
    entries: list[CaseEntry]
    note: str
    receipt: dict[str, str]
    receipt_text: str
    head: Checkpoint | None = None
    receipt_checked: bool = False
    problems: list[CaseProblem] = field(default_factory=list)

    def wrong(self, place: str, kind: str) -> None:
        self.problems.append(CaseProblem(place, kind))


def case_proof_key(text: str) -> VerifierKey:
    """Give the key that a proof file names itself: it then proves no more than that the file agrees with itself."""
    line = next((line for line in text.split("\n")[:8] if line.startswith("key ")), "")
    return VerifierKey.parse(line.removeprefix("key "))


def check_case_proof(text: str, key: VerifierKey, receipts_key: bytes | None = None) -> CaseProof:
    """Check everything in a case's proof file against the log's public key; what is wrong stands in `problems`.

    Raises InvalidProof, with the number of the line, where the file has another form.
    """
    proof = _Reader(text).read()
    if proof.key != str(key):
        proof.wrong("line 6", "other-key")
    if proof.origin != key.name:
        proof.wrong("line 2", "other-origin")
    if proof.note:
        try:
            proof.head = open_checkpoint(proof.note, key)
        except ValueError:
            proof.wrong("checkpoint", "not-signed")
    for entry in proof.entries:
        _check_entry(proof, entry)
    _check_together(proof)
    _check_receipt(proof, receipts_key)
    return proof


class _Reader:
    """Reads line by line; whatever is not expected at its place is refused with its number."""

    def __init__(self, text: str):
        self.lines, self.at = text.split("\n"), 0

    def read(self) -> CaseProof:
        self.expect(CASE_PROOF)
        header = {name: self.word(name) for name in HEADER}
        self.expect("")
        entries = [self.entry(number) for number in range(1, self.count(header["entries"]) + 1)]
        note = ""
        if self.peek() == "no checkpoint yet":
            self.at += 1
        else:
            note = self.block("CHECKPOINT")
        self.expect("")
        receipt = self.block("RECEIPT")
        self.expect("")
        if self.at != len(self.lines):
            raise self.refusal()
        return CaseProof(
            header["origin"], header["code"], header["made"], header["key"], entries, note, _fields(receipt), receipt
        )

    def refusal(self, at: int | None = None) -> InvalidProof:
        return InvalidProof(f"line {(self.at if at is None else at) + 1}")

    def peek(self) -> str:
        if self.at >= len(self.lines):
            raise self.refusal()
        return self.lines[self.at]

    def expect(self, line: str) -> None:
        if self.peek() != line:
            raise self.refusal()
        self.at += 1

    def word(self, name: str) -> str:
        found, space, value = self.peek().partition(" ")
        if found != name or not space or not value:
            raise self.refusal()
        self.at += 1
        return value

    def count(self, text: str) -> int:
        if not re.fullmatch(r"[1-9]\d{0,5}", text, re.ASCII):
            raise self.refusal(3)
        return int(text)

    def entry(self, number: int) -> CaseEntry:
        line = self.peek()
        if match := ERASED.fullmatch(line):
            entry = CaseEntry(int(match[1]), match[2], "erased", erased_by=int(match[3]))
        elif match := ENTRY.fullmatch(line):
            entry = CaseEntry(int(match[1]), match[2], match[3], int(match[4]) if match[4] else None)
        else:
            raise self.refusal()
        must = {"unchanged": (True,), "pending": (False,), "erased": (False,), "broken": (True, False)}[entry.state]
        if entry.number != number or (entry.leaf_index is not None) not in must:
            raise self.refusal()
        self.at += 1
        while self.peek():
            self.detail(entry)
        self.at += 1
        return entry

    def detail(self, entry: CaseEntry) -> None:
        """Read a line `salt`, `content` or `path` of an entry, each in its turn."""
        name, number, *rest = self.peek().split(" ")
        raw = strict_base64(rest[-1]) if rest else None
        is_mine = number == str(entry.number) and entry.leaf_index is not None and raw is not None
        if not is_mine:
            raise self.refusal()
        if name == "salt" and len(rest) == 1 and entry.salt is None and not entry.path:
            entry.salt = raw
        elif name == "content" and len(rest) == 1 and entry.salt is not None and entry.content is None:
            entry.content = raw
        elif name == "path" and len(rest) == 2 and rest[0] in ("L", "R"):
            entry.path.append((rest[0], raw))
        else:
            raise self.refusal()
        self.at += 1

    def block(self, name: str) -> str:
        self.expect(f"-----BEGIN {name}-----")
        start = self.at
        while self.peek() != f"-----END {name}-----":
            self.at += 1
        self.at += 1
        return "\n".join((*self.lines[start : self.at - 1], ""))


def _fields(receipt: str) -> dict[str, str]:
    lines = receipt.removesuffix("\n").split("\n")
    found = dict(line.partition(" ")[::2] for line in lines[1:])
    is_whole = lines[0] == RECEIPT and len(lines) == len(RECEIPT_FIELDS) + 2
    return found if is_whole and tuple(found) == (*RECEIPT_FIELDS, "signature") else {}


def _check_entry(proof: CaseProof, entry: CaseEntry) -> None:
    place = f"entry {entry.number}"
    if entry.state == "broken":
        proof.wrong(place, "said-broken")
    if entry.state != "unchanged":
        return
    if entry.salt is None or entry.content is None or proof.head is None:
        proof.wrong(place, "unproven")
        return
    try:
        leaf = leaf_hash_of(commit(entry.salt, entry.content))
        hashes = [hash_ for _side, hash_ in entry.path]
        verify_inclusion(leaf, entry.leaf_index, proof.head.size, hashes, proof.head.root)
        if [side for side, _hash in entry.path] != sides_of(entry.leaf_index, proof.head.size):
            raise InvalidProof("A side is wrong.")
        entry.facts = json.loads(entry.content)
        if not isinstance(entry.facts, dict):
            raise InvalidProof("An act is an object.")
    except (ValueError, RecursionError):
        entry.facts = {}
        proof.wrong(place, "leads-elsewhere")
        return
    if entry.facts.get("kind") != entry.kind:
        proof.wrong(place, "other-kind")


def _check_together(proof: CaseProof) -> None:
    """Hold the entries against one another: of one case, none twice, none left out, erasures decided."""
    proven = [entry for entry in proof.entries if entry.facts]
    if len({entry.leaf_index for entry in proven}) < len(proven):
        proof.wrong("entries", "doubled")
    if len({entry.facts.get("subject_key") for entry in proven}) > 1:
        proof.wrong("entries", "other-case")
    cases = [told for entry in proven if isinstance(told := entry.payload.get("case"), dict)]
    if any(told["code"] != proof.code for told in cases if "code" in told):
        proof.wrong("line 3", "other-code")
    versions = sorted(told["version"] for told in cases if isinstance(told.get("version"), int))
    missing = set(range(1, max(versions, default=0) + 1)) - set(versions)
    if len(missing) > len(proof.entries) - len(proven) or len(set(versions)) < len(versions):
        proof.wrong("entries", "left-out")
    for entry in proof.entries:
        if entry.erased_by is not None and not _is_erasure(proof, entry):
            proof.wrong(f"entry {entry.number}", "erased-undecided")


def _is_erasure(proof: CaseProof, entry: CaseEntry) -> bool:
    if entry.erased_by > len(proof.entries) or entry.erased_by == entry.number:
        return False
    decision = proof.entries[entry.erased_by - 1]
    is_told = decision.state == "pending" or bool(decision.payload.get("acts"))
    return decision.kind.endswith(".erased") and is_told


def _check_receipt(proof: CaseProof, receipts_key: bytes | None) -> None:
    told = proof.receipt
    if not told:
        proof.wrong("receipt", "malformed")
        return
    if (told["origin"], told["code"], told["issued"]) != (proof.origin, proof.code, proof.made):
        proof.wrong("receipt", "of-another-file")
    first = proof.entries[0]
    if first.facts and told["leaf"] != leaf_hash_of(commit(first.salt, first.content)).hex():
        proof.wrong("receipt", "other-leaf")
    if proof.head and told["log-size"] == str(proof.head.size) and told["log-root"] != proof.head.root.hex():
        proof.wrong("receipt", "other-root")
    if receipts_key is None:
        return
    text, _line, signature = proof.receipt_text.rpartition("signature ")
    raw = strict_base64(signature.removesuffix("\n"))
    try:
        Ed25519PublicKey.from_public_bytes(receipts_key).verify(raw or b"", text.encode())
    except WrongSignature:
        proof.wrong("receipt", "not-signed")
    else:
        proof.receipt_checked = True
