"""Residents and staff at their browsers. Each presses a button until the site answers, and notes what it was told."""

import io
import queue
import re
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from .browser import Browser, Page, Site, Unexpected
from .county import PASSWORD, totp_secret
from .journal import Journal
from .judging import ACT, CASE, FILE, JUDGEMENT, WORDS, Promise
from .linking import Linking
from .providers import NOBODY

MARK = re.compile(r"记号[a-z]\d+号")
CODE = re.compile(r'class="code">\s*([0-9A-Z]{4}(?: [0-9A-Z]{1,4}){1,2})\s*<')


def colour_of(mark: str) -> tuple[int, int, int]:
    """Give the colour of the picture that bears a mark."""
    n = zlib.crc32(mark.encode())
    return n & 255, n >> 8 & 255, n >> 16 & 255


def picture(mark: str) -> bytes:
    """Draw a small PNG in that colour."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour_of(mark)).save(out, "PNG")
    return out.getvalue()


@dataclass
class Matter:
    """One matter as its resident knows it."""

    code: str
    browser: Browser
    secret: str = ""


@dataclass
class World:
    """What all clients share."""

    site: Site
    journal: Journal
    teams: list[dict[str, str]]
    finish: threading.Event = field(default_factory=threading.Event)  # come to the end of the step in hand
    stop: threading.Event = field(default_factory=threading.Event)  # drop everything
    to_handle: list[queue.SimpleQueue] = field(default_factory=list)
    to_judge: queue.SimpleQueue = field(default_factory=queue.SimpleQueue)
    receipts: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def client(self, run: Callable[[], None], name: str) -> threading.Thread:
        """Start a client; what it cannot make sense of is a failure of the run."""

        def guarded() -> None:
            try:
                while not self.finish.is_set():
                    run()
            except Unexpected as what:
                if str(what) != "stopped":
                    self.failures.append(f"{name}: {what}")
            except Exception as error:
                self.failures.append(f"{name}: {type(error).__name__}: {error}")

        thread = threading.Thread(target=guarded, name=name, daemon=True)
        thread.start()
        return thread


class Person:
    """Somebody with a name for marks and a random mind of their own."""

    def __init__(self, world: World, letter: str, number: int, seed: int):
        self.world, self.letter, self.number = world, letter, number
        self.rng, self.count = Random(f"{seed}-{letter}-{number}"), 0

    def browser(self) -> Browser:
        return Browser(self.world.site, self.world.stop)

    def mark(self) -> str:
        self.count += 1
        return f"记号{self.letter}{self.number}{self.count:05}号"

    def do(self, promise: Promise, send: Callable[[Callable[[], None]], Page]) -> Page:
        """Note what is asked, send it until it is answered, and note each attempt that was cut."""
        self.world.journal.asked(promise)
        return send(lambda: self.world.journal.cut(promise))

    def attach(self, browser: Browser, path: str, name: str, code: str, page: Page, fields: dict[str, str]) -> Page:
        """Add a photo by a page's form."""
        promise = Promise(FILE, self.mark(), code)
        files = {name: (f"{promise.mark}.png", picture(promise.mark))}
        fields = {"csrfmiddlewaretoken": page.hidden("csrfmiddlewaretoken"), **fields}
        answer = self.do(promise, lambda cut: browser.post(path, fields, files=files, cut=cut))
        _must(answer, 302, f"photo at {path}")
        self.world.journal.told(promise)
        return answer


def _must(page: Page, status: int, what: str) -> None:
    if page.status != status:
        title = re.search(r"<h1[^>]*>(.*?)</h1>", page.text, re.DOTALL)
        raise Unexpected(f"{what}: {page.status}, wanted {status} ({title[1].strip() if title else ''})")


class Resident(Person):
    """Says something on the web, adds a photo and words, and judges what was answered."""

    def live(self) -> None:
        if self.world.to_judge.qsize() and self.rng.random() < 0.7:
            self.judge(self.world.to_judge.get())
            return
        matter, town = self.speak()
        if self.rng.random() < 0.6 and not self.world.finish.is_set():
            self.photo(matter)
        if self.rng.random() < 0.4 and not self.world.finish.is_set():
            self.add(matter)
        if not self.world.finish.is_set():
            self.receipt(matter)
        self.world.to_handle[town].put(matter)

    def speak(self) -> tuple[Matter, int]:
        """Go through the three pages to the receipt."""
        me, promise = self.browser(), Promise(CASE, self.mark())
        town = self.rng.randrange(len(self.world.teams))
        areas = self.world.teams[town]["areas"].split(",")
        page = me.get("/speak/")
        token = page.hidden("csrfmiddlewaretoken")
        _must(
            me.post("/speak/", {"csrfmiddlewaretoken": token, "words": f"村口的水管坏了，{promise.mark}。"}),
            302,
            "words",
        )
        me.get("/speak/reach/")
        phone = NOBODY if self.rng.random() < 0.02 else f"139000001{self.rng.randrange(100):02}"
        who = {"who": "shown", "name": "周水生", "phone": phone}
        reach = {"csrfmiddlewaretoken": token, "area": self.rng.choice(areas), **who}
        _must(me.post("/speak/reach/", reach), 302, "reach")
        page = me.get("/speak/check/")
        form = {"csrfmiddlewaretoken": page.hidden("csrfmiddlewaretoken"), "key": page.hidden("key")}
        answer = self.do(promise, lambda cut: me.post("/speak/check/", form, cut=cut))
        _must(answer, 302, "send")
        page = me.get("/speak/receipt/")
        _must(page, 200, "receipt")
        code, secret = (re.sub(r"[\s-]", "", found) for found in CODE.findall(page.text)[:2])
        self.world.journal.told(Promise(CASE, promise.mark, code))
        return Matter(code, me, secret), town

    def photo(self, matter: Matter) -> None:
        page = matter.browser.get("/speak/receipt/")
        fields = {"key": page.hidden("key")} if 'name="key"' in page.text else {}
        self.attach(matter.browser, "/speak/receipt/", "files", matter.code, page, fields)

    def add(self, matter: Matter) -> None:
        """Add words, and half the time a photo with them."""
        page = matter.browser.get("/mine/add/")
        promise = Promise(WORDS, self.mark(), matter.code)
        form = {"csrfmiddlewaretoken": page.hidden("csrfmiddlewaretoken"), "key": page.hidden("key")}
        form["words"] = f"昨天又漏了，{promise.mark}"
        answer = self.do(promise, lambda cut: matter.browser.post("/mine/add/", form, cut=cut))
        _must(answer, 302, "add words")
        self.world.journal.told(promise)
        if self.rng.random() < 0.5:
            page = matter.browser.get("/mine/add/")
            self.attach(matter.browser, "/mine/add/", "photos", matter.code, page, {"key": page.hidden("key")})

    def receipt(self, matter: Matter) -> None:
        """Take the signed receipt home."""
        page = matter.browser.get(f"/proof/{matter.code}.txt")
        _must(page, 200, "proof file")
        self.world.receipts.append(page.text)

    def judge(self, matter: Matter) -> None:
        page = matter.browser.get("/mine/judge/")
        _must(page, 200, "judge")
        promise = Promise(JUDGEMENT, "judged", matter.code)
        form = {"csrfmiddlewaretoken": page.hidden("csrfmiddlewaretoken"), "key": page.hidden("key"),
                "is_solved": "yes", "result": "good", "manner": "good", "was_asked": "no", "words": ""}  # fmt: skip
        answer = self.do(promise, lambda cut: matter.browser.post("/mine/judge/", form, cut=cut))
        _must(answer, 302, "judge")
        if not answer.location.startswith("/mine/judge/thanks/"):
            raise Unexpected(f"judging led to {answer.location}")
        self.world.journal.told(promise)


class Team(Person):
    """The four people of an office who lead a case from the counter to the answer."""

    STEPS = (
        ("dispatcher", "dispatch", "case.dispatched"),
        ("handler", "accept", "case.accepted"),
        ("handler", "draft", "case.reply_drafted"),
        ("approver", "approve", "case.reply_approved"),
        ("handler", "serve", "case.replied"),
    )

    def __init__(self, world: World, number: int, seed: int):
        super().__init__(world, "t", number, seed)
        self.team = world.teams[number]
        self.desks = {role: self.browser() for role in ("receptionist", "dispatcher", "handler", "approver")}
        self.linking = Linking(self)

    def sign_in(self) -> None:
        """Sign all four in, with a code where their role asks for one."""
        from django_otp.oath import TOTP

        for role, desk in self.desks.items():
            token = desk.get("/desk/sign-in/").hidden("csrfmiddlewaretoken")
            form = {"csrfmiddlewaretoken": token, "username": self.team[role], "password": PASSWORD, "next": ""}
            answer = desk.post("/desk/sign-in/", form)
            _must(answer, 302, f"sign in as {role}")
            if "totp" in answer.location:
                token = desk.get("/desk/totp/").hidden("csrfmiddlewaretoken")
                code = f"{TOTP(totp_secret(self.team[role])).token():06}"
                _must(desk.post("/desk/totp/", {"csrfmiddlewaretoken": token, "code": code}), 302, "code")

    def live(self) -> None:
        inbox = self.world.to_handle[self.number]
        matter = inbox.get() if inbox.qsize() and self.rng.random() < 0.8 else self.take_in()
        for role, edge, kind in self.STEPS:
            if self.world.finish.is_set():
                return
            self.step(self.desks[role], matter.code, edge, kind)
        if not self.world.finish.is_set():
            self.linking.add(matter.code)
        if matter.browser is not self.desks["receptionist"]:
            self.world.to_judge.put(matter)

    def take_in(self) -> Matter:
        """Write down what somebody at the counter says; read it back, with a paper they brought."""
        desk, promise = self.desks["receptionist"], Promise(CASE, self.mark())
        page = desk.get("/desk/intake/")
        _must(page, 200, "intake")
        form = {"csrfmiddlewaretoken": page.hidden("csrfmiddlewaretoken"), "key": page.hidden("key"),
                "words": f"路灯不亮，{promise.mark}。", "channel": "counter", "procedure": "general",
                "office": self.team["office"], "name": "周水生",
                "phone": f"139000002{self.rng.randrange(100):02}"}  # fmt: skip
        answer = self.do(promise, lambda cut: desk.post("/desk/intake/", form, cut=cut))
        _must(answer, 302, "take in")
        code = answer.location.split("/")[3]
        page = desk.get(answer.location)
        _must(page, 200, "read back")
        self.world.journal.told(Promise(CASE, promise.mark, code))
        fields = {"key": page.hidden("key"), "words": ""}
        answer = self.attach(desk, f"/desk/intake/{code}/read-back/", "files", code, page, fields)
        _must(desk.get(answer.location), 200, "receipt at the counter")
        return Matter(code, desk)

    def step(self, desk: Browser, code: str, edge: str, kind: str) -> None:
        """Do one act on a case. A page gone stale is loaded anew and pressed again, unless the act is done by then."""
        promise, was_cut = Promise(ACT, kind, code), threading.Event()
        self.world.journal.asked(promise)

        def cut() -> None:
            was_cut.set()
            self.world.journal.cut(promise)

        for _attempt in range(12):
            page = desk.get(f"/desk/cases/{code}/")
            _must(page, 200, f"case before {edge}")
            if f"/desk/cases/{code}/{edge}/" not in page.text:
                if not was_cut.is_set():
                    raise Unexpected(f"{edge} of {code} is not offered")
                self.world.journal.told(promise)  # an attempt that was cut had come through
                return
            form = {"csrfmiddlewaretoken": page.hidden("csrfmiddlewaretoken"), **self._fields(desk, code, edge, page)}
            answer = desk.post(f"/desk/cases/{code}/{edge}/", form, cut=cut)
            if answer.status == 302:
                if "sign-in" in answer.location:
                    raise Unexpected("a signed-in session is gone")
                self.world.journal.told(promise)
                return
            if answer.status != 409:
                _must(answer, 302, edge)
            time.sleep(0.05)
        raise Unexpected(f"{edge} of {code} stayed stale")

    def _fields(self, desk: Browser, code: str, edge: str, page: Page) -> dict[str, str]:
        if edge == "draft":
            page = desk.get(f"/desk/cases/{code}/draft/")
            typed = {"version": page.hidden("version"), "kind": "answer", "result": "answered",
                     "facts": "昨天上午去看过，水管接头裂了。", "basis": "《城市供水条例》第二十七条",
                     "opinion": "是的，本周五以前由供水所换好。",
                     "where_to_go": "", "remedy": "可以打 12345。"}  # fmt: skip
            if self.rng.random() < 0.3:
                self.linking.look_over(code, {"csrfmiddlewaretoken": page.hidden("csrfmiddlewaretoken"), **typed})
            return typed
        more = {"dispatch": {"to": self.team["office"]}, "serve": {"method": "in_person"}}
        return {"version": page.hidden("version"), **more.get(edge, {})}
