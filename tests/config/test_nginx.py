"""deploy/nginx.conf, really run: nginx with TLS before `bandeng serve`, on loopback and high ports."""

import io
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from tests.config import processes
from tests.config.visitor import WORDS, Visitor

from bandeng.faces.desk.demo import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
pytestmark = pytest.mark.skipif(not (NGINX and shutil.which("openssl")), reason="nginx or openssl is not installed")
CLERK = "linxiaoyan"
HEADERS = (
    "Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options",
    "Referrer-Policy", "X-Request-Id", "Server",
)  # fmt: skip


@dataclass
class Site:
    port: int
    plain: int
    context: ssl.SSLContext
    folder: Path
    stop_web: object

    def visitor(self) -> Visitor:
        return Visitor(self.port, self.context)

    def logs(self) -> str:
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))


def certificate(folder: Path) -> ssl.SSLContext:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", "privkey.pem", "-out", "fullchain.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return ssl.create_default_context(cafile=folder / "fullchain.pem")


def configuration(folder: Path, *, port: int, plain: int, web: int) -> str:
    """Give the shipped file with nothing changed but name, ports and places."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    for ours, here in (
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("listen 80", f"listen 127.0.0.1:{plain}"),
        ("127.0.0.1:8000", f"127.0.0.1:{web}"),
        ("/etc/ssl/bandeng", str(folder)),
        ("/var/log/nginx", str(folder)),
        ("/run/bandeng-bodies", str(folder / "bodies")),
        ("/srv/bandeng/app/deploy/pages", str(ROOT / "deploy" / "pages")),
        ("bandeng.example.gov.cn", "localhost"),
    ):
        assert ours in text, ours
        text = text.replace(ours, here)
    text = re.sub(r"\n *listen \[::\][^\n]*", "", text)
    user = "user root;" if os.getuid() == 0 else ""
    return f"""{user} pid {folder}/nginx.pid; error_log {folder}/main.error.log crit; worker_processes 1;
events {{ worker_connections 512; }}
http {{ include /etc/nginx/mime.types; gzip on; access_log off;
proxy_temp_path {folder}/proxied; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
{text} }}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nginx")
    home, (port, plain, web) = folder / "home", (processes.free_port() for _ in range(3))
    env = processes.environment(home, BANDENG_LOG_ORIGIN="demo.bandeng.example/log", BANDENG_HTTPS="1")
    env |= {"BANDENG_BASE_URL": f"https://localhost:{port}", "BANDENG_HOSTS": "localhost"}
    processes.bandeng("demo", "--home", str(home), "--cases", "5", env=env)
    context = certificate(folder)
    (folder / "nginx.conf").write_text(configuration(folder, port=port, plain=plain, web=web))
    command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "start.error.log")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    with ExitStack() as stack, ExitStack() as web_alone:
        web_alone.enter_context(processes.serving(web, log=folder / "web.log", env=env, workers=2))
        start = [*command, "-g", "daemon off;"]
        stack.enter_context(processes.running(start, log=folder / "out.log", port=port))
        yield Site(port, plain, context, folder, web_alone.close)


@pytest.fixture(scope="module")
def receipt(site) -> tuple[str, str]:
    return site.visitor().speak()


def picture(megabytes: int) -> bytes:
    """Make a PNG of noise, which cannot be packed, so that its size is that of its pixels."""
    side = int((megabytes * 1024 * 1024 / 3) ** 0.5)
    out = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(out, "PNG", compress_level=0)
    return out.getvalue()


def test_each_header_comes_once_and_pages_are_not_packed(site):
    answer = site.visitor().get("/", Accept_Encoding="gzip")
    assert answer.status == 200 and "Content-Encoding" not in answer.headers
    assert {name: len(answer.headers.get_all(name) or []) for name in HEADERS} == dict.fromkeys(HEADERS, 1)
    assert answer.headers["Server"] == "nginx"


def test_static_files_come_packed_and_to_stay(site):
    visitor = site.visitor()
    sheet = re.search(r'href="(/static/[^"]+\.css)"', visitor.get("/").text)[1]
    answer = visitor.get(sheet, Accept_Encoding="gzip")
    assert (answer.status, answer.headers["Content-Encoding"]) == (200, "gzip")
    assert "immutable" in answer.headers["Cache-Control"]


def test_without_tls_one_is_led_to_it_and_other_names_get_no_answer(site):
    answer = Visitor(site.plain).get("/speak/", follow=False)
    assert (answer.status, answer.headers["Location"]) == (301, "https://localhost/speak/")
    any_name = ssl._create_unverified_context()
    line = socket.create_connection(("127.0.0.1", site.port))
    with pytest.raises(ssl.SSLError), line, any_name.wrap_socket(line, server_hostname="other.example"):
        pass


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_tls_is_refused(site):
    old = ssl._create_unverified_context()
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    line = socket.create_connection(("127.0.0.1", site.port))
    with pytest.raises((ssl.SSLError, ConnectionError)), line, old.wrap_socket(line, server_hostname="localhost"):
        pass


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "//metrics", "/%6detrics", "/./readyz", "/x/../metrics"])
def test_what_is_for_those_who_keep_it_running_is_not_passed_through(site, path):
    assert site.visitor().get(path).status == 404


def test_health_is(site):
    assert site.visitor().get("/healthz").text == "ok\n"


def test_a_receipts_address_opens_the_matter(site, receipt):
    code, secret = receipt
    visitor = site.visitor()
    answer = visitor.get(f"/r/{code}/{secret}")
    assert (answer.status, answer.path) == (200, "/mine/")
    assert "Secure" in visitor.ask("GET", f"/r/{code}/{secret}", follow=False).headers["Set-Cookie"]


def test_a_photo_of_19_megabytes_is_taken_and_one_of_25_told_why_not(site, receipt):
    code, secret = receipt
    visitor = site.visitor()
    visitor.get(f"/r/{code}/{secret}")
    visitor.get("/speak/receipt/")
    taken = visitor.post("/speak/receipt/", {}, ("灯.png", picture(19)))
    assert (taken.status, taken.path) == (200, "/speak/receipt/") and "灯.png" in taken.text
    refused = visitor.post("/speak/receipt/", {}, ("大.png", picture(25)))
    assert refused.status == 422 and "20 MB" in refused.text and "大.png" in refused.text


@pytest.mark.parametrize(("path", "size"), [("/speak/receipt/", 230 * 1024**2), ("/speak/", 4 * 1024**2)])
def test_what_is_far_too_large_is_refused_by_nginx_in_plain_words(site, path, size):
    line = site.visitor().line()
    line.putrequest("POST", path)
    line.putheader("Content-Length", str(size))
    line.endheaders()
    answer = line.getresponse()
    page = answer.read().decode()
    assert answer.status == 413 and "文件太大了" in page and "20 MB" in page
    assert {name: len(answer.headers.get_all(name) or []) for name in HEADERS[:3]} == dict.fromkeys(HEADERS[:3], 1)
    line.close()


def test_a_clerk_signs_in(site):
    answer = site.visitor().sign_in(CLERK, PASSWORD)
    assert (answer.status, answer.path) == (200, "/desk/queue/")


def test_whoever_is_too_fast_is_told_to_wait_and_a_dead_site_says_so_and_no_log_tells_anything(site, receipt):
    """Last in the file: afterwards nobody answers here any more."""
    code, secret = receipt
    visitor = site.visitor()
    visitor.sign_in(CLERK, PASSWORD)
    for path in ("/r/{}/{}", "//r/{}/{}", "/%72/{}/{}?a=b", "/r/{}/x/{}", "/R/{}/{}", "/find/?r={}&s={}"):
        visitor.get(path.format(code, secret), follow=False)
    visitor.get("/desk/search/?q=%E5%BC%A0%E6%A1%82%E5%85%B0", follow=False)
    visitor.get("/%E5%BC%A0%E6%A1%82%E5%85%B0%0a13800001234", follow=False)
    fast = [visitor.get(f"/r/{code}/{secret}", follow=False) for _ in range(400)]
    slow_down = next(answer for answer in fast if answer.status == 429 and "点得太快" in answer.text)
    assert len(slow_down.headers.get_all("Content-Security-Policy")) == 1
    site.stop_web()
    gone = Visitor(site.port, site.context)
    for _ in range(20):
        if (answer := gone.get(f"/r/{code}/{secret}", follow=False)).status == 502:
            break
    assert answer.status == 502 and "网站暂时打不开" in answer.text
    logs = site.logs()
    lines = [json.loads(line) for line in (site.folder / "bandeng.log").read_text().splitlines()]
    assert {"/r/", "/desk/", "/speak/", "-"} <= {line["part"] for line in lines}
    numbers = {line["request"] for line in lines if line["request"]}
    web = [json.loads(line) for line in (site.folder / "web.log").read_text().splitlines() if line.startswith("{")]
    assert {line["request"] for line in web if line["logger"] == "bandeng.requests"} >= numbers and len(numbers) > 30
    for told in (code, secret, PASSWORD, "13800001234", "%E5%BC%A0", "张桂兰", "\\u5f20", "\\xE5\\xBC\\xA0", WORDS[:5]):
        assert told not in logs, told
