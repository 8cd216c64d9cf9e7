"""Every signed head the site served, and the leaves at the end, fetched over HTTP as a stranger would."""

import base64
import threading
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from .browser import Browser, Cut, NotSent, Site

HASH, TILE = 32, 256


@dataclass
class Watch:
    """Asks for the latest head several times a second and keeps each new one."""

    site: Site
    notes: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> threading.Thread:
        thread = threading.Thread(target=self._run, name="heads", daemon=True)
        thread.start()
        return thread

    def _run(self) -> None:
        browser = Browser(Site(self.site.port), self.stop)  # a count of its own: it is not one of the four in flight
        while not self.stop.wait(0.3):
            self.look(browser)

    def look(self, browser: Browser) -> None:
        try:
            page = browser.once("GET", "/proof/checkpoint")
        except (NotSent, Cut):
            return
        if page.status == 200 and (not self.notes or self.notes[-1] != page.text):
            self.notes.append(page.text)

    def heads(self) -> list[tuple[int, bytes]]:
        """Give size and root of each note, in the order seen."""
        lines = (note.split("\n") for note in self.notes)
        return [(int(line[1]), base64.b64decode(line[2])) for line in lines]


def _key(browser: Browser, name: str) -> Ed25519PublicKey:
    return load_pem_public_key(browser.get(f"/proof/{name}-key.pem").raw)


def unsigned(notes: list[str], browser: Browser) -> list[str]:
    """Name the notes whose signature the published key does not open (c2sp.org/signed-note)."""
    key, found = _key(browser, "log"), []
    for note in notes:
        text, _, lines = note.partition("\n\n")
        signature = base64.b64decode(lines.split()[-1])[4:]
        try:
            key.verify(signature, f"{text}\n".encode())
        except InvalidSignature:
            found.append(f"a head is not signed by the published key: {text.splitlines()[1]} leaves")
    return found


def false_receipts(files: list[str], browser: Browser) -> list[str]:
    """Name the receipts taken home whose signature the published key does not open."""
    key, found = _key(browser, "receipts"), []
    for file in files:
        document = file.partition("-----BEGIN RECEIPT-----\n")[2].partition("-----END")[0]
        text, _, signature = document.rpartition("signature ")
        try:
            key.verify(base64.b64decode(signature), text.encode())
        except (InvalidSignature, ValueError):
            found.append(f"a receipt is not signed by the published key: {text.splitlines()[2:3]}")
    return found


def leaves(browser: Browser, size: int) -> list[bytes]:
    """Fetch the leaf hashes of a log of this size, tile by tile (c2sp.org/tlog-tiles)."""
    found: list[bytes] = []
    for number in range(-(-size // TILE)):
        width = min(TILE, size - number * TILE)
        path = f"{number:03}" if number < 1000 else f"x{number // 1000:03}/{number % 1000:03}"
        raw = browser.get(f"/proof/tile/0/{path}" + (f".p/{width}" if width < TILE else "")).raw
        found += [raw[at : at + HASH] for at in range(0, len(raw), HASH)]
    return found
