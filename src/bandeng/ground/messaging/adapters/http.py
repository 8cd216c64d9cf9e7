"""One POST over HTTP(S): no redirects, no proxies from the environment, bounded in time."""

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from .envelope import NotDelivered


def _connection(url: str, timeout: float) -> tuple[http.client.HTTPConnection, str]:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if parts.scheme == "https" and parts.hostname:
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(parts.hostname, parts.port, timeout=timeout, context=context), target
    if parts.scheme == "http" and parts.hostname:
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout), target
    raise NotDelivered("bad_url", is_down=True)


@contextlib.contextmanager
def _cut_off_after(connection: http.client.HTTPConnection, seconds: float) -> Iterator[None]:
    """End an exchange that drips: a socket's timeout begins anew with every byte."""

    def cut() -> None:
        if connection.sock is not None:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        connection.close()


def post(url: str, body: bytes, headers: Mapping[str, str], *, timeout: float) -> None:
    """Send `body`; return once the answer is 2xx, else raise NotDelivered."""
    connection, target = _connection(url, timeout)
    with _cut_off_after(connection, 2 * timeout):
        try:
            connection.connect()
        except TimeoutError:
            raise NotDelivered("connect_timeout", is_down=True) from None
        except ssl.SSLError:
            raise NotDelivered("tls", is_down=True) from None
        except OSError:
            raise NotDelivered("refused", is_down=True) from None
        try:
            connection.request("POST", target, body, {**headers, "Connection": "close"})
            answer = connection.getresponse()
            status = answer.status  # enough: what else the other side says is of no use, and may be long
        except TimeoutError:
            raise NotDelivered("no_answer", is_unsure=True, is_down=True) from None
        except (OSError, http.client.HTTPException):
            raise NotDelivered("broken_answer", is_unsure=True, is_down=True) from None
    if not 200 <= status < 300:
        is_broken = status >= 500  # it may have failed after taking the message, or a gateway before it gave up waiting
        raise NotDelivered(f"http_{status}", is_unsure=is_broken, is_down=is_broken or status in {401, 403, 404, 429})
