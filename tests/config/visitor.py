"""Somebody before a browser, talking to a real server over a real socket: cookies, tokens of forms, redirects."""

import http.client
import re
import ssl
import uuid
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
KEY = re.compile(r'name="key"[^>]*value="([^"]+)"')
SECRET_WORDS = re.compile(r'<p class="code">([^<]+)</p>')
WORDS = "村口的路灯坏了半个月，晚上走路摔了人，请来修一修。"


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes
    path: str

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Visitor:
    """Requests to one host and port; `context` for TLS."""

    port: int
    context: ssl.SSLContext | None = None
    cookies: dict[str, str] = field(default_factory=dict)
    last: Answer | None = None

    @property
    def base(self) -> str:
        return f"{'https' if self.context else 'http'}://localhost:{self.port}"

    def line(self) -> http.client.HTTPConnection:
        if self.context:
            return http.client.HTTPSConnection("localhost", self.port, timeout=60, context=self.context)
        return http.client.HTTPConnection("localhost", self.port, timeout=60)

    def ask(self, method: str, path: str, body: bytes | None = None, follow: bool = True, **headers: str) -> Answer:
        """Send one request, follow where it leads, and keep what comes last."""
        line = self.line()
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "Origin": self.base, **headers}
        line.request(method, path, body, {name.replace("_", "-"): value for name, value in sent.items()})
        response = line.getresponse()
        for header in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(header).items():
                self.cookies[name] = morsel.value
        self.last = Answer(response.status, response.headers, response.read(), path)
        line.close()
        if follow and response.status in {301, 302}:
            to = urlsplit(urljoin(self.base + path, response.headers["Location"]))
            return self.ask("GET", to.path + (f"?{to.query}" if to.query else ""))
        return self.last

    def get(self, path: str, **more) -> Answer:
        return self.ask("GET", path, **more)

    def post(self, path: str, fields: dict[str, str], file: tuple[str, bytes] | None = None, **more) -> Answer:
        """Send a form with the token (and key) that stand on the page last seen."""
        page = self.last.text if self.last else ""
        given = {"csrfmiddlewaretoken": TOKEN.search(page)[1]} if TOKEN.search(page) else {}
        given |= {"key": KEY.search(page)[1]} if KEY.search(page) else {}
        given |= fields
        if file is None:
            kind, body = "application/x-www-form-urlencoded", urlencode(given).encode()
        else:
            kind, body = _multipart(given, *file)
        return self.ask("POST", path, body, Content_Type=kind, **more)

    def speak(self, words: str = WORDS) -> tuple[str, str]:
        """Say something on the web's three pages; give code and secret of the receipt."""
        self.get("/speak/")
        self.post("/speak/", {"words": words})
        self.post("/speak/reach/", {"who": "hidden", "name": "张桂兰", "phone": "13800001234", "area": ""})
        page = self.post("/speak/check/", {})
        assert len(SECRET_WORDS.findall(page.text)) >= 2, f"no receipt: {page.status} {page.path}\n{page.text}"
        code, secret = SECRET_WORDS.findall(page.text)[:2]
        return code.replace(" ", ""), secret.replace(" ", "")

    def sign_in(self, username: str, password: str) -> Answer:
        self.get("/desk/sign-in/")
        return self.post("/desk/sign-in/", {"username": username, "password": password})


def _multipart(fields: dict[str, str], name: str, content: bytes) -> tuple[str, bytes]:
    edge = uuid.uuid4().hex
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in fields.items()
    ]
    parts += [
        f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n".encode(),
        content,
        f"\r\n--{edge}--\r\n".encode(),
    ]
    return f"multipart/form-data; boundary={edge}", b"".join(parts)
