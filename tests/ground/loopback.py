"""Servers on this machine, in threads, that behave as a provider does on a good and on a bad day."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass
class Server:
    """What a server heard, each exchange as the bytes it got."""

    port: int
    heard: list[bytes] = field(default_factory=list)

    @property
    def bodies(self) -> list[bytes]:
        return [one.partition(b"\r\n\r\n")[2] for one in self.heard]

    def header(self, name: str, of: int = 0) -> str | None:
        for line in self.heard[of].partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]:
            key, _, value = line.partition(": ")
            if key.lower() == name.lower():
                return value
        return None


@contextlib.contextmanager
def listening(talk: Callable[[socket.socket, Server], None]) -> Iterator[Server]:
    """Serve each connection with `talk` in a thread of its own, until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    server, conversations = Server(listener.getsockname()[1]), []

    def one(line: socket.socket) -> None:
        with line, contextlib.suppress(OSError):
            talk(line, server)

    def accept() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            conversations.append((threading.Thread(target=one, args=[line]), line))
            conversations[-1][0].start()

    acceptor = threading.Thread(target=accept)
    acceptor.start()
    try:
        yield server
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        acceptor.join()
        for thread, line in conversations:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            thread.join()


def read_request(line: socket.socket) -> bytes:
    """Read one HTTP request with a Content-Length."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += line.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    (length,) = [int(h.split(b":")[1]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length")]
    while len(body) < length:
        body += line.recv(65536)
    return head + b"\r\n\r\n" + body


def answering(*answers: bytes) -> Callable[[socket.socket, Server], None]:
    """Give the talk that hears one request and says these bytes; said nothing, it waits until the other side goes."""

    def talk(line: socket.socket, server: Server) -> None:
        server.heard.append(read_request(line))
        for answer in answers:
            line.sendall(answer)
        if not answers:
            line.recv(1)

    return talk


def http(status: str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "Content-Length: 2", "", "{}"]).encode()


def smtp(*, offers: tuple[str, ...] = (), at_data: str = "250 taken") -> Callable[[socket.socket, Server], None]:
    """Give the talk of a mail server; `at_data` is its answer to the message, empty for none."""

    def talk(line: socket.socket, server: Server) -> None:
        file = line.makefile("rwb")

        def say(*lines: str) -> None:
            file.write("".join(f"{one}\r\n" for one in lines).encode())
            file.flush()

        say("220 mail.test")
        while command := file.readline().decode().strip():
            match command.split()[0].upper():
                case "EHLO":
                    names = ["mail.test", *offers]
                    say(*[f"250{' ' if n == len(names) - 1 else '-'}{name}" for n, name in enumerate(names)])
                case "RCPT":
                    say("550 nobody here" if "nobody" in command else "250 ok")
                case "DATA":
                    say("354 go on")
                    text = b""
                    while not text.endswith(b"\r\n.\r\n"):
                        text += file.readline()
                    server.heard.append(text)
                    if not at_data:
                        line.recv(1)
                        return
                    say(at_data)
                case "QUIT":
                    say("221 bye")
                    return
                case _:
                    say("250 ok")

    return talk
