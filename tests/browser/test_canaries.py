"""One real run: web and worker as processes, a browser with a profile on the disk; then all of it is searched."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack

import pytest
from playwright.sync_api import Page, Playwright, expect
from tests.browser.conftest import CHROMIUM, QUIET
from tests.canary import birds, sinks
from tests.canary.journey import BIRDS, ON_WEB, TABLE, says
from tests.config.backup_site import ROOT, Site
from tests.ground.loopback import answering, http, listening

PASSWORD = "板凳上坐三个人-2026"
SETUP = (
    "from tests.world import build; from bandeng.ground.directory import api as directory\n"
    "world = build()\n"
    f"person = world.staff['liqiang']; person.set_password({PASSWORD!r}); person.save(); print(1)"
)
STORED = """async () => JSON.stringify({
  local: {...localStorage}, session: {...sessionStorage}, cookies: document.cookie, address: location.href,
  databases: (await indexedDB.databases()).map(d => d.name), caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length, title: document.title,
})"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def running(tmp_path):
    """Start an installation's two processes; give its address, home, what they wrote and what the gateway heard."""
    home, port, log = tmp_path / "home", free_port(), tmp_path / "log.txt"
    home.mkdir()
    place = Site(home, home / "keys", f"sqlite:///{home / 'bandeng.sqlite3'}")
    with ExitStack() as stack:
        gateway = stack.enter_context(listening(answering(http("200 OK"))))
        out = stack.enter_context(log.open("wb"))
        more = {"BANDENG_SMS_URL": f"http://127.0.0.1:{gateway.port}/", "BANDENG_BASE_URL": f"http://127.0.0.1:{port}"}
        environment = place.environment | more
        assert place.bandeng("migrate").returncode == 0
        place.ask(SETUP)
        started = [
            subprocess.Popen(
                [sys.executable, "-m", "bandeng.config.cli", *words],
                env=environment, stdout=out, stderr=subprocess.STDOUT, cwd=ROOT,
            )
            for words in (["serve", "--port", str(port)], ["worker"])
        ]  # fmt: skip
        for process in started:
            stack.callback(stop, process)
        wait_for(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}", home, log, gateway


def stop(process: subprocess.Popen) -> None:
    if process.poll() is None:
        os.kill(process.pid, signal.SIGTERM)
        process.wait(20)


def wait_for(address: str) -> None:
    for _ in range(150):
        try:
            urllib.request.urlopen(address, timeout=2)  # noqa: S310 - our own server
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail("the site did not start")


def send(page: Page) -> None:
    """Press Enter and wait for the answer."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def speak(page: Page, site: str) -> None:
    page.goto(f"{site}/speak/")
    page.get_by_label("出了什么事").fill(says("web-draft"))
    page.wait_for_timeout(2500)  # kept while typing
    page.get_by_label("出了什么事").fill(says("web-words"))
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("说的是哪个地方").select_option(label="柳树村")
    page.get_by_label("姓名电话只给接待的人看").check()
    page.get_by_label("您的姓名").fill(ON_WEB.name)
    page.get_by_label("您的电话").fill(ON_WEB.phone)
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("button", name="没错，交上去").click()
    expect(page).to_have_url(f"{site}/speak/receipt/")
    page.goto(f"{site}/mine/")
    expect(page.get_by_text(BIRDS["web-words"].words).first).to_be_visible()
    page.goto(f"{site}/mine/add/")
    page.locator("textarea").fill(says("added"))
    page.locator("main button[type=submit], main form button").last.click()
    expect(page).to_have_url(f"{site}/mine/")


def wrong_ways(page: Page, site: str) -> None:
    page.goto(f"{site}/find/")
    page.locator("input[name=code]").fill(BIRDS["lookup"].phone)
    page.locator("input[name=secret]").fill(BIRDS["lookup"].words)
    send(page)
    page.goto(f"{site}/speak/accusation/")
    page.goto(f"{site}/desk/sign-in/")
    page.locator("input[name=username]").fill(BIRDS["password"].phone)
    page.locator("input[name=password]").fill(BIRDS["password"].words)
    send(page)
    expect(page.get_by_text("用户名和密码对不上").first).to_be_visible()


def at_the_desk(page: Page, site: str) -> None:
    page.locator("input[name=username]").fill("liqiang")
    page.locator("input[name=password]").fill(PASSWORD)
    send(page)
    page.wait_for_url("**/desk/queue/")
    page.goto(f"{site}/desk/intake/")
    page.get_by_label("群众怎么说").fill(says("counter-draft"))
    expect(page.locator("[data-draft-status]")).to_contain_text("已保存", timeout=10_000)
    page.goto(f"{site}/desk/search/")
    page.locator("#q").fill(BIRDS["search"].words)
    send(page)
    page.goto(f"{site}/desk/again/")
    page.locator("main input[name=q]").fill(BIRDS["search"].phone)
    send(page)
    page.goto(f"{site}/desk/queue/?tab=scope")


def test_nothing_typed_stays_in_browser_log_database_or_message(running, playwright: Playwright, tmp_path):
    site, home, log, gateway = running
    profile, stored, addresses = tmp_path / "profile", [], []
    context = playwright.chromium.launch_persistent_context(
        str(profile), executable_path=str(CHROMIUM), args=[*QUIET.split()], locale="zh-CN"
    )
    page = context.pages[0]
    page.on("request", lambda request: addresses.append(request.url))
    for walk in (speak, wrong_ways, at_the_desk):
        walk(page, site)
        stored.append(page.evaluate(STORED))
    stored += [f"{cookie}" for cookie in context.cookies()]
    for _ in range(100):  # the message goes out within seconds
        if gateway.heard:
            break
        page.wait_for_timeout(500)
    context.close()
    found = {"storage": "\n".join(stored).encode(), "addresses": "\n".join(addresses).encode()}
    found |= {"log": log.read_bytes()} | sinks.directory("home", home) | sinks.directory("profile", profile)
    leaks = [f"{sink}: {hit.kind} {hit.around!r}" for sink, heap in found.items() for hit in birds.find(heap)
             if not is_allowed(sink, hit)]  # fmt: skip
    assert leaks == [], "\n".join(leaks)
    assert b"".join(gateway.heard).count(ON_WEB.phone.encode()) == 1 and len(found) > 20
    assert [hit.kind for heap in gateway.heard for hit in birds.find(heap)] == ["number"]


BROWSERS_OWN = {"profile:Default/Sessions/": "tab", "profile:Default/Web Data": "autofill"}


def is_allowed(sink: str, hit: birds.Found) -> bool:
    """Masked words in the database, and what the table says of the browser's own stores."""
    for name, word in BROWSERS_OWN.items():
        if sink.startswith(name):
            return any(
                is_of(place, hit) for place, may in TABLE["place"].items() if word in may.get(hit.kind, "").split()
            )
    if sink.startswith("home:search/"):  # terms of masked words; whose they are is not told
        return hit.kind == "words"
    if not sink.startswith("home:bandeng.sqlite3") or hit.number is None:
        return False
    return "masked" in TABLE["place"][list(BIRDS)[hit.number]].get(hit.kind, "").split()


def is_of(place: str, hit: birds.Found) -> bool:
    """Tell whether what was found is what was typed at this place, by the numbers and words of its own."""
    bird = BIRDS[place]
    texts = {"number": (bird.phone, bird.id_number, bird.card), "words": (bird.words,), "name": (bird.name,)}
    return any(form in hit.around for text in texts.get(hit.kind, ()) for form in birds.encodings(text))


def test_a_profile_that_keeps_something_is_found_out(playwright: Playwright, tmp_path):
    """The search can find: a page that may be kept, with the words in its address, storage and cache."""

    def serve(line, server):
        head = line.recv(65536)
        server.heard.append(head)
        body = (
            f"<title>{BIRDS['error'].words}</title><script>localStorage.x = '{BIRDS['error'].phone}'</script>".encode()
        )
        told = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nCache-Control: max-age=9999\r\n"
        line.sendall(told + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    profile = tmp_path / "profile"
    with listening(serve) as server:
        context = playwright.chromium.launch_persistent_context(
            str(profile), executable_path=str(CHROMIUM), args=[*QUIET.split()]
        )
        context.pages[0].goto(f"http://127.0.0.1:{server.port}/?q={BIRDS['error'].phone}")
        context.pages[0].wait_for_timeout(1500)
        context.close()
    told = {sink for sink, heap in sinks.directory("profile", profile).items() if birds.find(heap)}
    assert any("History" in sink for sink in told) and any("Local Storage" in sink for sink in told), told
