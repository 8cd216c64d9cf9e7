"""How a case stands in the log: each of its acts recomputed and held against the signed head."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bandeng.engines import merkle
from bandeng.ground.acts import api as acts
from bandeng.ground.ledger import api as ledger
from bandeng.speak.casework import api as casework


class State(StrEnum):
    """From best to worst; a whole is as its worst part."""

    UNCHANGED = "unchanged"
    PENDING = "pending"
    ERASED = "erased"
    BROKEN = "broken"


@dataclass(frozen=True)
class Entry:
    """One act of a case and what the log says of it. `erased_by` is the act that decided so."""

    act: acts.Act
    state: State
    proof: ledger.InclusionProof | None = None
    erased_by: acts.Act | None = None

    @property
    def number(self) -> int | None:
        """Give its place in the log, counted from one as people do."""
        return self.proof.leaf_index + 1 if self.proof else None

    @property
    def label(self) -> str:
        """Name what was done in the resident's words; empty for a step within the office."""
        return str(acts.kind(self.act.kind).resident or "")


@dataclass(frozen=True)
class Standing:
    """All acts of a case in their order, the signed head they were held against, and whether any act is missing."""

    code: str
    registered_at: datetime
    entries: tuple[Entry, ...]
    note: str
    size: int
    is_complete: bool

    @property
    def state(self) -> State:
        if not self.is_complete or not self.entries:
            return State.BROKEN
        return max((entry.state for entry in self.entries), key=list(State).index)

    @property
    def first(self) -> Entry | None:
        return self.entries[0] if self.entries else None


def standing(case: casework.Case) -> Standing:
    """Recompute every leaf of a case, climb to the root of the latest head and open that head's signature.

    About six queries an act. A stored hash that is lost, or a head that is not the log's own, makes all broken.
    """
    head = ledger.head()
    is_signed = head is None or _is_signed(head)
    history = acts.history("case", case.pk)
    size = head.size if head else 0
    entries = [_entry(act, history, size) for act in history]
    if not is_signed:
        entries = [Entry(entry.act, State.BROKEN) for entry in entries]
    return Standing(
        code=case.code,
        registered_at=case.registered_at,
        entries=tuple(entries),
        note=head.note if head else "",
        size=size,
        is_complete=_is_complete(case, history),
    )


def _is_signed(head) -> bool:
    key = merkle.VerifierKey.parse(ledger.note_verifier_key())
    try:
        signed = merkle.open_checkpoint(head.note, key)
    except ValueError:
        return False
    return (signed.size, signed.root) == (head.size, head.root_bytes)


def _entry(act: acts.Act, history: list[acts.Act], size: int) -> Entry:
    try:
        proof = ledger.proof(act.pk, size=size)
        if isinstance(proof, ledger.InclusionProof):
            proof.verify()
    except ledger.NotInThatHead:  # sequenced since we read the head
        return Entry(act, State.PENDING)
    except (ValueError, LookupError):
        return Entry(act, State.BROKEN)
    if isinstance(proof, ledger.Pending):
        is_whole = act.salt is not None and ledger.leaf_hashes([act.pk])[act.pk] == acts.leaf_hash(act)
        return Entry(act, State.PENDING if is_whole else State.BROKEN)
    if act.salt is None:
        decision = erasure_of(act, history)
        return Entry(act, State.ERASED if decision else State.BROKEN, proof, decision)
    is_same = acts.leaf_hash(act) == proof.leaf_hash
    return Entry(act, State.UNCHANGED if is_same else State.BROKEN, proof)


def erasure_of(act: acts.Act, history: list[acts.Act]) -> acts.Act | None:
    """Find the decision that erased an act: a later one of a kind `….erased` that names it in payload `acts`."""
    later = (other for other in history if other.kind.endswith(".erased") and other.at >= act.at)
    return next((other for other in later if str(act.pk) in other.payload.get("acts", [])), None)


def _is_complete(case: casework.Case, history: list[acts.Act]) -> bool:
    """Tell whether no act was taken away: every change of a case counts its version up by one and says so."""
    told = (act.payload.get("case") for act in history)
    versions = sorted(facts["version"] for facts in told if isinstance(facts, dict) and "version" in facts)
    return versions == list(range(1, len(versions) + 1)) and len(versions) >= case.version


class Verdict(StrEnum):
    """What a pasted receipt turns out to be."""

    HOLDS = "holds"
    PENDING = "pending"
    NOT_OURS = "not-ours"
    BROKEN = "broken"


@dataclass(frozen=True)
class ReceiptFinding:
    """A pasted receipt, checked; `number` of `size` is its place in the log."""

    verdict: Verdict
    receipt: casework.receipts.Receipt
    number: int | None = None
    size: int = 0


def check_receipt(receipt: casework.receipts.Receipt) -> ReceiptFinding:
    """Check that we signed it, that the log still has its leaf, and that the log only grew since it was issued."""
    if not casework.receipts.verify(receipt.text, receipt.signature, receipt.public_key):
        return ReceiptFinding(Verdict.NOT_OURS, receipt)
    case = casework.Case.objects.filter(code=receipt.code).first()
    first = casework.receipts.registration(case) if case else None
    head = ledger.head()
    size = head.size if head else 0
    if first is None or (head and not _is_signed(head)) or not _only_grew(receipt, size):
        return ReceiptFinding(Verdict.BROKEN, receipt, size=size)
    entry = _entry(first, acts.history("case", case.pk), size)
    known = ledger.leaf_hashes([first.pk]).get(first.pk)
    if entry.state is State.BROKEN or known != receipt.leaf:
        return ReceiptFinding(Verdict.BROKEN, receipt, size=size)
    verdict = Verdict.PENDING if entry.state is State.PENDING else Verdict.HOLDS
    return ReceiptFinding(verdict, receipt, entry.number, size)


def _only_grew(receipt: casework.receipts.Receipt, size: int) -> bool:
    """Tell whether the log still begins with the whole log whose root stands on the receipt."""
    try:
        proof = ledger.consistency(receipt.head_size, size)
        proof.verify()
    except (ValueError, LookupError):
        return False
    return proof.old_root == receipt.head_root
