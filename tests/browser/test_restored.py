"""The county's machine is gone and another one took its place: the square picture on an old receipt still opens.

All of it by the commands that an administrator types, as processes; the old home is taken away before the new one runs.
"""

import json
import shutil
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect
from tests.browser.test_canaries import free_port, stop, wait_for
from tests.config.backup_site import PASSPHRASE, ROOT, Site

HOLDS, UNCHANGED = "回执是真的", "没有人改动过"
WORDS = "村口的桥塌了一半,孩子上学要绕五里路"
REGISTER = (
    "import io\nfrom tests.world import build\nfrom tests.ground.hostile import jpeg\n"
    "from bandeng.ground.core import clock\nfrom bandeng.speak.casework import receipts\n"
    "world, now = build(), clock.now()\n"
    "case = world.registered(now=now, words=sys.argv[1])\n"
    "cases.attach(case.pk, io.BytesIO(jpeg()), '桥.jpg', by=cases.hand.resident(case.pk), now=now)\n"
    "print(json.dumps([receipts.url(case), case.code, case.secret()]))"
)
RECEIPT = (
    "from bandeng.ground.core import clock\nfrom bandeng.speak.casework import receipts\n"
    "from bandeng.faces.proof import files\n"
    "case = cases.Case.objects.get(code=sys.argv[1])\n"
    "print(json.dumps([receipts.receipt_for(case, now=clock.now()).document,\n"
    "                  *(files.public_key_pem(name).decode() for name in ('log', 'receipts'))]))"
)
MORE = (
    "from bandeng.ground.core import clock\nnow = clock.now()\n"
    "case = cases.Case.objects.get(code=sys.argv[1])\n"
    "for n in range(40):\n"
    "    cases.add_words(case.pk, f'又想起一件 {n}', by=cases.hand.resident(case.pk), now=now)\n"
    "print(1)"
)


class Addressed(Site):
    """An installation whose receipts bear its address in the county's network."""

    port = 0

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | {"BANDENG_BASE_URL": f"http://127.0.0.1:{self.port}"}


def typed(site: Site, *words: object) -> str:
    done = site.bandeng(*words)
    assert done.returncode == 0, (words, done.stderr, done.stdout)
    return done.stdout


def installed(home, port) -> Addressed:
    site = Addressed(home, home / "keys", f"sqlite:///{home / 'bandeng.sqlite3'}")
    site.port = port
    return site


@pytest.fixture
def restored(tmp_path):
    """Give what a resident kept from the old machine, and the new machine at the same address."""
    port = free_port()
    old, new = installed(tmp_path / "old", port), installed(tmp_path / "new", port)
    old.home.mkdir()
    typed(old, "migrate")
    url, code, secret = old.ask(REGISTER, WORDS)
    typed(old, "worker", "--once")
    document, *keys = old.ask(RECEIPT, code)
    assert "\nlog-size 0\n" not in document
    old.ask(MORE, code)  # the log grows since the receipt was printed
    typed(old, "worker", "--once")
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n")
    bundle = ("--passphrase-file", tmp_path / "passphrase")
    typed(old, "keys", "export", "--to", tmp_path / "county.keys", *bundle)
    typed(old, "backup", "--to", tmp_path / "backup")
    (tmp_path / "checkpoint").write_text(head_of(old, tmp_path / "log-before"))
    shutil.rmtree(old.home)
    typed(new, "keys", "import", "--from", tmp_path / "county.keys", "--home", new.home, *bundle)
    typed(new, "restore", "--from", tmp_path / "backup", "--home", new.home)
    typed(new, "worker", "--once")
    for name, pem in zip(("log", "receipts"), keys, strict=True):
        (tmp_path / f"{name}-key.pem").write_text(pem)
    with (tmp_path / "log.txt").open("wb") as out:
        server = subprocess.Popen(
            [sys.executable, "-m", "bandeng.config.cli", "serve", "--port", str(port)],
            env=new.environment, stdout=out, stderr=subprocess.STDOUT, cwd=ROOT,
        )  # fmt: skip
        try:
            wait_for(f"http://127.0.0.1:{port}/")
            yield new, url, code, secret, document
        finally:
            stop(server)


def head_of(site: Site, folder) -> str:
    typed(site, "export", "log", "--to", folder)
    return (folder / "checkpoint").read_text()


def test_an_old_receipt_opens_after_a_restore_elsewhere(restored, context, tmp_path, look):
    new, url, code, secret, document = restored
    site, page = url.partition("/r/")[0], context.new_page()
    page.goto(url)
    expect(page).to_have_url(f"{site}/mine/")
    expect(page.locator("main")).to_contain_text(WORDS)
    look(page, "restored-mine")
    photo = page.get_by_role("link", name="桥.jpg").get_attribute("href")
    answer = page.request.get(f"{site}{photo}")
    assert answer.status == 200 and answer.headers["content-type"] == "image/jpeg"
    assert answer.body()[:2] == b"\xff\xd8" and len(answer.body()) > 500
    proves(page, site, document, code, secret, look)
    by_hand(new, page, site, code, tmp_path)


def proves(page: Page, site: str, document: str, code: str, secret: str, look) -> None:
    """The proof page knows the old receipt, by its text and by code and secret."""
    page.goto(f"{site}/proof/")
    page.get_by_text("我有回执的电子文字").click()
    page.get_by_label("回执的文字").fill(document)
    page.get_by_role("button", name="核对这段文字").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(HOLDS)
    look(page, "restored-receipt-holds")
    page.goto(f"{site}/proof/")
    page.get_by_label("回执上的号码").fill(code)
    page.get_by_label("回执上的密码").fill(secret)
    page.get_by_role("button", name="核对", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(UNCHANGED)


def by_hand(new: Site, page: Page, site: str, code: str, folder) -> None:
    """An outsider with keys and a head saved before the fire comes to the same."""
    (folder / "proof.txt").write_bytes(page.request.get(f"{site}/proof/{code}.txt").body())
    key = ("--key", folder / "log-key.pem")
    receipts = ("--receipts-key", folder / "receipts-key.pem")
    told = json.loads(typed(new, "verify", "--receipt", folder / "proof.txt", *key, *receipts, "--json"))
    assert told["is_proven"] and told["receipt_signature_checked"] and len(told["entries"]) > 40
    (folder / "after").write_text(head_of(new, folder / "log-after"))
    heads = ("--heads", folder / "checkpoint", folder / "after", "--log", folder / "log-after")
    assert json.loads(typed(new, "verify", *heads, *key, "--json"))["comparison"] in {"same", "grown"}
