"""A real server on loopback, as behind a proxy with TLS, and what no client library would send to it."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest
from tests.config.test_cli import SOURCE, command

SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """Start the site in a home of its own; it is ended by its process id."""
    home, port = tmp_path_factory.mktemp("site"), free_port()
    environment = {
        "BANDENG_HOME": str(home), "BANDENG_HTTPS": "1", "BANDENG_HOSTS": "bandeng.example",
        "BANDENG_BASE_URL": "https://bandeng.example", "BANDENG_LOG_ORIGIN": "bandeng.example/log",
    }  # fmt: skip
    made = command("migrate", **environment)
    assert made.returncode == 0, made.stderr
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("BANDENG_", "DJANGO_"))}
    log = (home / "log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "bandeng.config.cli", "serve", "--port", str(port)],
        env={**kept, "PYTHONPATH": str(SOURCE), **environment},
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        wait_for(port, server)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
        log.close()


def wait_for(port: int, server: subprocess.Popen) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("The server did not start.")


def said(port: int, request: bytes) -> bytes:
    """Send bytes as they are and read what comes until the server closes or falls silent."""
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.settimeout(5)
        answer = b""
        try:
            connection.sendall(request)
            while piece := connection.recv(65536):
                answer += piece
        except OSError:  # cut off, which is an answer too
            pass
    return answer


def get(path: bytes, *more: bytes, host: bytes = b"bandeng.example", proto: bytes = b"https") -> bytes:
    lines = [
        b"GET " + path + b" HTTP/1.1",
        b"Host: " + host,
        b"X-Forwarded-Proto: " + proto,
        b"Connection: close",
        *more,
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def status(answer: bytes) -> int:
    """Give the status, or 0 where the connection was cut."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def headers(answer: bytes) -> dict[str, str]:
    lines = answer.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
    return {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}


PATHS = [
    b"/static/../../../../etc/passwd",
    b"/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    b"/static/..%2f..%2fkeys/session.key",
    b"/static//etc/passwd",
    b"/static/%00",
    b"/static/%c0%ae%c0%ae/etc/passwd",
    b"/static/..\\..\\keys",
    b"/static/.gathered/x",
    b"/proof/tile/../../keys",
    b"/proof/tile/0/%2e%2e/%2e%2e",
    b"/proof/tile/..%2f..%2fetc%2fpasswd",
    b"/proof/tile/0/x999",
    b"//evil.example/",
    b"//evil.example/%2e%2e",
    b"/%2f%2fevil.example",
    b"/\\evil.example",
    b"/%",
    b"/%zz",
    b"/%ff%fe",
    b"/desk/cases/%00/",
    b"/desk/cases/%ed%a0%80/",
    b"/r/A/%0d%0aSet-Cookie:%20a=b",
    b"/speak/%0d%0aX:y",
    b"/.git/config",
    b"/.env",
    b"/keys/",
    b"/var/",
    b"/admin/",
    b"/" + b"a/" * 2000,
    b"/?" + b"a=1&" * 5000,
    b"/?" + b"a" * 60_000,
    b"http://evil.example/",
    b"https://evil.example@bandeng.example/",
    b"*",
    b"/proof\xff",
]


@pytest.mark.parametrize("path", PATHS, ids=range(len(PATHS)))
def test_no_path_leads_out_of_the_site(port, path):
    answer = said(port, get(path))
    assert status(answer) < 500 and b"root:" not in answer and b"PRIVATE" not in answer
    to = headers(answer).get("location", "")
    assert not to.startswith(("//", "http://", "https://evil", "/\\")), to
    assert "set-cookie" not in headers(answer) or "a=b" not in headers(answer)["set-cookie"]


REQUESTS = {
    "a foreign host": get(b"/", host=b"evil.example"),
    "two hosts": get(b"/", b"Host: evil.example"),
    "no host": b"GET / HTTP/1.1\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n",
    "a host told by the client": get(b"/", b"X-Forwarded-Host: evil.example"),
    "another method in a header": get(b"/desk/sign-out/", b"X-HTTP-Method-Override: POST"),
    "a huge header": get(b"/", b"X-A: " + b"a" * 200_000),
    "many headers": get(b"/", *[b"X-%d: a" % n for n in range(500)]),
    "a huge cookie": get(b"/", b"Cookie: sessionid=" + b"a" * 60_000),
    "cookies that are none": get(b"/mine/", b"Cookie: \xff\xfe=\x01; __Host-bandeng_receipt=\xed\xa0\x80; ;;=;"),
    "two lengths": get(b"/", b"Content-Length: 1", b"Content-Length: 2"),
    "a length and chunks": get(b"/", b"Content-Length: 5", b"Transfer-Encoding: chunked") + b"0\r\n\r\nGET /x",
    "a length below nothing": get(b"/", b"Content-Length: -1"),
    "a folded header": get(b"/", b"X-A: b", b" c: d"),
    "a method of its own": b"JUMP / HTTP/1.1\r\nHost: bandeng.example\r\nConnection: close\r\n\r\n",
    "TRACE": b"TRACE / HTTP/1.1\r\nHost: bandeng.example\r\nCookie: a=secret\r\nConnection: close\r\n\r\n",
    "another protocol": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 100,
    "a form of nothing known": b"POST /speak/ HTTP/1.1\r\nHost: bandeng.example\r\nX-Forwarded-Proto: https\r\n"
    b"Content-Type: multipart/form-data\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc",
    "an encoding of nothing known": b"POST /speak/ HTTP/1.1\r\nHost: bandeng.example\r\nX-Forwarded-Proto: https\r\n"
    b"Content-Type: application/x-www-form-urlencoded; charset=utf-7\r\nContent-Length: 3\r\n"
    b"Connection: close\r\n\r\na=b",
}  # fmt: skip


@pytest.mark.parametrize("what", REQUESTS)
def test_no_request_breaks_the_server_or_is_believed(port, what):
    answer = said(port, REQUESTS[what])
    assert status(answer) < 500 and b"evil.example" not in answer and b"a=secret" not in answer
    if what == "a foreign host":
        assert status(answer) == 400 and "content-security-policy" in headers(answer)
    assert status(said(port, get(b"/"))) == 200  # and it goes on


def test_cookies_under_tls_are_of_this_host_alone(port):
    answer = headers(said(port, get(b"/speak/")))
    assert answer["set-cookie"].startswith("__Host-csrftoken=")
    assert {"secure", "httponly", "path=/", "samesite=lax"} <= {
        part.strip().lower() for part in answer["set-cookie"].split(";")
    }
    assert "domain" not in answer["set-cookie"].lower()
    assert "max-age=31536000" in answer["strict-transport-security"]


def test_style_sheets_carry_the_headers_too_and_are_for_our_pages_alone(port):
    page = said(port, get(b"/")).decode()
    sheet = page.partition('href="/static/')[2].partition('"')[0]
    answer = headers(said(port, get(f"/static/{sheet}".encode())))
    assert "immutable" in answer["cache-control"] and "access-control-allow-origin" not in answer
    assert answer["content-security-policy"].startswith("default-src 'none'")
    assert (answer["x-content-type-options"], answer["cross-origin-resource-policy"]) == ("nosniff", "same-origin")
