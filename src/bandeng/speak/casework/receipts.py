"""The receipt as a signed statement: what was received, by whom, due when, and as which leaf of which log.

No identity and no words in it. Anybody can check the signature, without us (docs: the page /proof/how/).
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import segno
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from bandeng.engines import merkle
from bandeng.ground.acts import api as acts
from bandeng.ground.directory import api as directory
from bandeng.ground.ledger import api as ledger

from .models import Case

FIRST_LINE = "bandeng receipt v1"
SHANGHAI = ZoneInfo("Asia/Shanghai")
FIELDS = ("origin", "code", "leaf", "received", "due", "procedure", "office", "log-size", "log-root", "issued")
NO_DAY = "none"  # an ended case has no day


class NotAReceipt(ValueError):
    """A text that is not one of our receipts, whole and letter by letter."""


@dataclass(frozen=True)
class Receipt:
    """A signed receipt. `leaf` and `head_root` are 32 bytes, times are aware, `due_on` is a day in Shanghai."""

    origin: str
    code: str
    leaf: bytes
    received_at: datetime
    due_on: date | None
    procedure: str
    office_code: str
    office_label: str
    head_size: int
    head_root: bytes
    issued_at: datetime
    signature: bytes = field(default=b"", repr=False)
    public_key: bytes = field(default=b"", repr=False)

    @property
    def text(self) -> str:
        """Give what is signed: the first line and one line a field, UTF-8, each ended by a newline."""
        values = (
            self.origin,
            self.code,
            self.leaf.hex(),
            _moment(self.received_at),
            self.due_on.isoformat() if self.due_on else NO_DAY,
            self.procedure,
            f"{self.office_code} {self.office_label}",
            str(self.head_size),
            self.head_root.hex(),
            _moment(self.issued_at),
        )
        lines = (f"{name} {value}" for name, value in zip(FIELDS, values, strict=True))
        return "\n".join((FIRST_LINE, *lines, ""))

    @property
    def document(self) -> str:
        """Give the text with the signature as its last line: what is kept, pasted and checked."""
        return f"{self.text}signature {self.signature_b64}\n"

    @property
    def signature_b64(self) -> str:
        return b64encode(self.signature).decode()

    @property
    def public_key_b64(self) -> str:
        return b64encode(self.public_key).decode()

    @property
    def short_head(self) -> str:
        """Give the first eight hex digits of the log's root, for print."""
        return self.head_root.hex()[:8]

    @property
    def short_leaf(self) -> str:
        """Give the first eight hex digits of the leaf, for print."""
        return self.leaf.hex()[:8]


def receipt_for(case: Case, *, now: datetime) -> Receipt:
    """Issue the receipt of a case as it stands: four queries, nothing is written.

    The leaf is what the log was given at registration, not what is computed today. Raises LookupError for a case
    without a first act, which no service makes.
    """
    first = registration(case)
    if first is None:
        raise LookupError(f"{case.code} was never registered.")
    office = directory.offices()[case.first_receiver_id]
    head = ledger.head()
    unsigned = Receipt(
        origin=settings.LOG_ORIGIN,
        code=case.code,
        leaf=ledger.leaf_hashes([first.pk])[first.pk],
        received_at=case.received_at,
        due_on=_due_on(case.due_at),
        procedure=case.procedure,
        office_code=office.code,
        office_label=office.label_zh,
        head_size=head.size if head else 0,
        head_root=head.root_bytes if head else merkle.EMPTY_ROOT,
        issued_at=now,
    )
    return _signed(unsigned)


def registration(case: Case) -> acts.Act | None:
    """Give the act that a case began with."""
    return acts.Act.objects.filter(subject_kind="case", subject_key=case.pk).order_by("at", "id").first()


def verify(text: str, signature: bytes, public_key: bytes) -> bool:
    """Tell whether the holder of a public key (32 bytes) signed this text."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, text.encode())
    except InvalidSignature:
        return False
    return True


def parse(document: str) -> Receipt:
    """Read a receipt that somebody pasted; blank lines and spaces around it do not matter, anything else does.

    Nothing is verified. Raises NotAReceipt.
    """
    lines = [line.strip() for line in document.replace("\ufeff", "").splitlines() if line.strip()]
    if len(lines) != len(FIELDS) + 2 or lines[0] != FIRST_LINE:
        raise NotAReceipt(f"A receipt has {len(FIELDS) + 2} lines and begins with {FIRST_LINE!r}.")
    found = dict(line.partition(" ")[::2] for line in lines[1:])
    if tuple(found) != (*FIELDS, "signature"):
        raise NotAReceipt("A line is missing or stands elsewhere.")
    try:
        receipt = _read(found)
    except (ValueError, Base64Error) as error:
        raise NotAReceipt("A line cannot be read.") from error
    if receipt.document.split() != "\n".join(lines).split():
        raise NotAReceipt("A line is spelled differently.")
    return receipt


def url(case: Case) -> str:
    """Give the address in the receipt's QR. It holds the secret: print it, never log it."""
    return f"{settings.BASE_URL}/r/{case.code}/{case.secret()}"


def qr(case: Case) -> str:
    """Draw that address as an SVG (class `qr`) without styles, which the page's policy forbids."""
    code = segno.make_qr(url(case), error="m")
    return code.svg_inline(omitsize=True, svgclass="qr", lineclass=None, border=4)


def _signed(receipt: Receipt) -> Receipt:
    signature = settings.KEYRING.signing("receipts").sign(receipt.text.encode())
    return replace(receipt, signature=signature, public_key=settings.KEYRING.public_bytes("receipts"))


def _moment(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")


def _due_on(due_at: datetime | None) -> date | None:
    """Name the last day on which the case is in time: a limit that ends at 24:00 ends on the day before midnight."""
    return (due_at - timedelta(microseconds=1)).astimezone(SHANGHAI).date() if due_at else None


def _read(found: dict[str, str]) -> Receipt:
    if not re.fullmatch(r"\d{1,19}", found["log-size"], re.ASCII):
        raise ValueError("log-size")
    office_code, _, office_label = found["office"].partition(" ")
    return Receipt(
        origin=found["origin"],
        code=found["code"],
        leaf=_hash(found["leaf"]),
        received_at=datetime.fromisoformat(found["received"]),
        due_on=None if found["due"] == NO_DAY else date.fromisoformat(found["due"]),
        procedure=found["procedure"],
        office_code=office_code,
        office_label=office_label,
        head_size=int(found["log-size"]),
        head_root=_hash(found["log-root"]),
        issued_at=datetime.fromisoformat(found["issued"]),
        signature=b64decode(found["signature"], validate=True),
        public_key=settings.KEYRING.public_bytes("receipts"),
    )


def _hash(text: str) -> bytes:
    raw = bytes.fromhex(text)
    if len(raw) != merkle.HASH_SIZE:
        raise ValueError("A hash has 32 bytes.")
    return raw
