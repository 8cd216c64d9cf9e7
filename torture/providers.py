"""A provider of short messages and a mail server on loopback, with good and bad hours; each notes what it took."""

import contextlib
import email
import email.policy
import json
import socket
import threading
from collections import Counter
from collections.abc import Callable
from random import Random

from .judging import Delivery

NOBODY = "13900000099"  # a number the provider knows nobody at: refused each time, so its messages end as dead letters
MOODS = ("good", "good", "good", "stall", "refuse", "close", "hang_up", "fail", "twice")
QUICK = ("good", "good", "refuse", "close", "hang_up", "fail", "twice")  # none that costs a worker five seconds


class Provider:
    """Listens on a port of its own, one thread a conversation. Its mood changes at random times from a seed."""

    def __init__(self, channel: str, talk: Callable[[socket.socket, "Provider", str], None], seed: int):
        self.channel, self.talk, self.rng = channel, talk, Random(seed)
        self.deliveries: list[Delivery] = []
        self.moods: Counter = Counter()
        self.mood, self._moods, self._seconds = "good", MOODS, (1.0, 4.0)
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=run, daemon=True) for run in (self._accept, self._change)]
        for thread in self._threads:
            thread.start()

    def take(self, key: str, text: str, *, was_taken: bool) -> None:
        """Note a message that arrived whole."""
        self.deliveries.append(Delivery(self.channel, key, text, was_taken))

    def be_quick(self) -> None:
        """Change the mood many times a second from now on: nearly every message meets another one."""
        self._moods, self._seconds = QUICK, (0.02, 0.1)

    def be_fair(self) -> None:
        """Answer well from now on."""
        self._moods, self.mood = ("good",), "good"

    def close(self) -> None:
        self._stop.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _change(self) -> None:
        while not self._stop.wait(self.rng.uniform(*self._seconds)):
            self.mood = self.rng.choice(self._moods)

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                line, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(line, self.mood), daemon=True).start()

    def _one(self, line: socket.socket, mood: str) -> None:
        self.moods[mood] += 1
        line.settimeout(30)
        with line, contextlib.suppress(OSError, ValueError):
            if mood != "close":
                self.talk(line, self, mood)


def sms(line: socket.socket, provider: Provider, mood: str) -> None:
    """Take one POST of a short message, as the mood is."""
    file = line.makefile("rb")
    length = 0
    while (header := file.readline().strip()) != b"":
        if header.lower().startswith(b"content-length:"):
            length = int(header.partition(b":")[2])
    said = json.loads(file.read(length))
    if said["to"] == NOBODY:
        line.sendall(_http("400 Bad Request"))
        return
    provider.take(said["idempotency_key"], said["text"], was_taken=mood != "refuse")
    match mood:
        case "stall":
            line.recv(1)
        case "refuse":
            line.sendall(_http("503 Service Unavailable"))
        case "fail":
            line.sendall(_http("500 Internal Server Error"))
        case "twice":
            line.sendall(_http("200 OK") * 2)
        case "good":
            line.sendall(_http("200 OK"))


def _http(status: str) -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\n{{}}".encode()


def smtp(line: socket.socket, provider: Provider, mood: str) -> None:
    """Take one e-mail, as the mood is."""
    file = line.makefile("rwb")

    def say(text: str) -> None:
        file.write(f"{text}\r\n".encode())
        file.flush()

    if mood == "refuse":
        say("554 not today")
        return
    say("220 mail.torture")
    while command := file.readline().decode().strip().upper():
        if command.startswith("DATA"):
            say("354 go on")
            if not _letter(line, file, say, provider, mood):
                return
        elif command.startswith("QUIT"):
            say("221 bye")
            return
        else:
            say("250 ok")


def _letter(line: socket.socket, file, say: Callable[[str], None], provider: Provider, mood: str) -> bool:
    """Read the letter and answer, or not; False where the line is to be closed."""
    raw = b""
    while not raw.endswith(b"\r\n.\r\n"):
        piece = file.readline()
        if not piece:
            return False
        raw += piece
    letter = email.message_from_bytes(raw[:-5] + b"\r\n", policy=email.policy.default)
    # RFC 5321, 6.1: what was answered with an error is not delivered; what was not answered may be.
    provider.take(letter["Idempotency-Key"], letter.get_content(), was_taken=mood != "fail")
    match mood:
        case "stall":
            line.recv(1)
        case "hang_up":
            return False
        case "fail":
            say("451 try later")
        case "twice":
            say("250 taken\r\n250 taken")
        case "good":
            say("250 taken")
    return mood not in {"stall", "hang_up"}
