"""Text that wants to be more than text: in pages, on paper, in sheets, messages, logs."""

import csv
import io
import logging
import re
import uuid
from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode
from tests.attack.test_sessions import PASSWORD
from tests.fixtures_signing_in import sign_in_as
from tests.ground import hostile
from tests.source import modules, short
from tests.test_urls import OF_A_MATTER, TABLE
from tests.world import MONDAY

from bandeng.ground.acts import api as acts
from bandeng.ground.core import clock
from bandeng.ground.core import logging as core_logging
from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases
from bandeng.speak.casework.importing.guards import guard, guard_row
from bandeng.speak.casework.services.telling import resident_text
from bandeng.speak.matters import api as matters
from bandeng.speak.reception.slips import PAPERS

MARK = "XSSMARK"
# Out of an attribute, of an element, of a script; as a link; as a template's code; as a formula.
ATTACKS = (
    f"\"'><svg onload={MARK}()>",
    f"</textarea></script></title><script>{MARK}()</script>",
    f"javascript:{MARK}()",
    f"{{{{ 7|add:{MARK} }}}}{{% debug %}}",
    f"=cmd|' /C {MARK}'!A0",
    f"<img src=x onerror={MARK}()><a href=javascript:{MARK}()>&lt;{MARK}&gt;<!--",
)
ALL = " ".join(ATTACKS)
# Attributes that show their text to people and do nothing else with it.
HARMLESS = {"value", "title", "alt", "aria-label", "placeholder", "label", "content", "data-label"}


class Walk(HTMLParser):
    """Finds elements and attributes that came from what somebody typed."""

    def __init__(self, page: str):
        super().__init__()
        self.wrong: list[str] = []
        self.texts = 0
        self._inside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if MARK.lower() in name or (MARK in (value or "") and name not in HARMLESS) or name.startswith("on"):
                self.wrong.append(f"<{tag} {name}={value}>")
        self._inside.append(tag)

    def handle_endtag(self, tag):
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass

    def handle_data(self, data):
        if MARK in data:
            self.texts += 1
            if self._inside and self._inside[-1] in {"script", "style"}:
                self.wrong.append(f"in {self._inside[-1]}: {data[:60]}")

    def handle_comment(self, data):
        if MARK in data:
            self.wrong.append(f"<!-- {data[:60]}")


@pytest.fixture
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def staff(world, monday):
    """Give `staff("liuyang")`, a client of its own for each."""
    made: dict[str, Client] = {}

    def of(username: str) -> Client:
        if username not in made:
            has_code = world.permissions(username).must_use_totp
            made[username] = sign_in_as(Client(), world.staff[username], has_code=has_code)
        return made[username]

    return of


def key() -> str:
    return str(uuid.uuid4())


def photo() -> SimpleUploadedFile:
    upload = SimpleUploadedFile("x", hostile.jpeg())
    upload._name = f"{ATTACKS[0]}.jpg"
    return upload


def step(client: Client, case: cases.Case, name: str, **more) -> None:
    case.refresh_from_db()
    response = client.post(reverse("case-act", args=[case.code, name]), {"version": case.version, **more})
    assert response.status_code == 302, (name, response.status_code)


REPLY = {"kind": "answer", "result": "answered"} | dict.fromkeys(cases.Reply.PARTS, ALL)


def live_through(staff, resident: Client) -> cases.Case:
    """Take one matter through every form that a person types into, with an attack in every field."""
    taken_in = {"words": ALL, "name": ATTACKS[0][:40], "phone": "13900000001", "address": ALL[:120]}
    taken_in |= {"channel": "counter", "procedure": "general", "key": key()}
    response = staff("liqiang").post(reverse("intake"), taken_in)
    assert response.status_code == 302
    case = cases.Case.objects.get()
    read = {"words": ALL, "key": key(), "files": photo()}
    assert staff("liqiang").post(reverse("read-back", args=[case.code]), read).status_code == 302
    to = str(next(o.pk for o in directory.offices().values() if o.code == "civil-affairs"))
    step(staff("chenfang"), case, "dispatch", to=to)
    step(staff("liuyang"), case, "return", reason=ALL)
    step(staff("chenfang"), case, "settle_return", to=to, reason=ALL)
    step(staff("liuyang"), case, "accept")
    step(staff("liuyang"), case, "draft", **REPLY)
    step(staff("zhaojun"), case, "send_back", reason=ALL)
    step(staff("liuyang"), case, "draft", **REPLY)
    step(staff("zhaojun"), case, "approve")
    sent = {"code": case.code, "secret": case.secret()}
    assert resident.post(reverse("receipt-lookup"), sent).status_code == 302
    added = {"key": key(), "words": ALL, "photos": photo()}
    assert resident.post(reverse("mine-add"), added).status_code == 302
    step(staff("liuyang"), case, "serve", method="phone")
    return case


def judged(resident: Client) -> None:
    first = {"key": key(), "is_solved": "no", "result": "poor", "manner": "poor", "was_asked": "-", "words": ALL[:400]}
    more = {"then_asked": "1", "then": "go_on", "missing": ALL}
    assert resident.post(reverse("judge"), {**first, **more}).status_code == 302


def in_a_matter(world, case: cases.Case) -> dict[str, list]:
    """Put the case into a matter with an attack in every text, and propose another; give the arguments of its pages."""
    now, dispatcher, handler = clock.now(), world.hand("chenfang"), world.hand("liuyang")
    other, third = world.registered(words=ALL), world.registered(words=ALL)
    matter = matters.make([case.pk, other.pk], title=ATTACKS[0][:60], by=dispatcher, now=now)
    for kind in ("note", "core"):
        matters.write_text(matter.pk, kind, ALL, seen=0, by=handler, now=now)
    link = matters.Link(case.pk, third.pk, words=(ATTACKS[1][:20],))
    matters.propose([matters.Group((case.pk, third.pk), (link,))], now=now)
    proposal = matters.Proposal.objects.get(state="open")
    return {
        **{name: [matter.pk] for name in OF_A_MATTER},
        "matter-proposal": [proposal.pk],
        "likes": [case.code],
        "like-answer": [case.code, case.code],
    }


def pages(case: cases.Case, more: dict[str, list], *, with_queries: bool) -> list[str]:
    """List every address that draws a page, with the variants that print and that show what was typed into them."""
    found = []
    attachment = case.attachments.first().pk
    arguments = {"read-back": [case.code], "receipt": [case.code], "receipt-again": [case.code], "case": [case.code],
                 "again-matter": [case.code], "erasure": [case.code], "mine-answer-of": [1], "proof-key": ["log"],
                 "case-file": [case.code, attachment], "mine-file": [attachment], "case-act": [case.code, "draft"],
                 "proof-tile": ["0/0"], "case-draft": [case.code, "draft"], "proof-file": [case.code],
                 "receipt-link": ["X", "Y"],
                 "erasure-decide": [uuid.uuid4()], **more}  # fmt: skip
    for name, row in TABLE.items():
        if row["get"] != "405" and not name.startswith("debug"):
            found.append(reverse(name, args=arguments.get(name, [])))
    for name in ("receipt", "speak-receipt"):
        found += [f"{reverse(name, args=arguments.get(name, []))}?paper={paper}" for paper in PAPERS]
    if not with_queries:
        return found
    typed = dict.fromkeys(("q", "next", "code", "said", "period", "after", "tab", "errors"), ALL[:100])
    return found + [f"{url}?{urlencode(typed)}" for url in found if "?" not in url]


AFTERWARDS = ("resident", "liuyang", "zhoutao")  # what was judged changes their pages
QUERYING = ("nobody", "liqiang", "secadmin")


def test_no_text_becomes_part_of_a_page_for_anybody(world, staff):
    for office in world.offices.values():
        type(office).objects.filter(pk=office.pk).update(label_zh=f"{office.label_zh}{ATTACKS[0]}"[:80])
    person = world.staff["liuyang"]
    type(person).objects.filter(pk=person.pk).update(display_zh=ATTACKS[0][:40], post_zh=ATTACKS[0][:60])
    directory.forget()
    resident, kept = Client(), Client()
    case = live_through(staff, resident)
    kept.post(reverse("speak-start"), {"words": ALL})
    kept.post(reverse("speak-reach"), {"who": "shown", "name": ATTACKS[0][:40], "area": ""})
    staff("liqiang").post(reverse("intake-draft"), {"words": ALL, "name": ATTACKS[0]})
    staff("liuyang").post(reverse("case-draft", args=[case.code, "draft"]), {"opinion": ALL, "facts": ATTACKS[1]})
    names = ("liqiang", "chenfang", "liuyang", "zhaojun", "zhoutao", "secadmin", "auditadmin")
    readers = {name: staff(name) for name in names}
    readers |= {"resident": resident, "typing": kept, "nobody": Client()}
    of_matter = in_a_matter(world, case)
    wrong, shown = [], 0
    for turn, who in [*(("answered", name) for name in readers), *(("judged", name) for name in AFTERWARDS)]:
        if (turn, who) == ("judged", AFTERWARDS[0]):
            judged(resident)
        for url in pages(case, of_matter, with_queries=who in QUERYING):
            response = readers[who].get(url)
            if response.headers.get("Content-Type", "").startswith("text/html"):
                walk = Walk(response.content.decode())
                wrong += [(turn, who, url.partition("?")[0], what) for what in walk.wrong]
                shown += walk.texts
    identity = staff("liuyang").post(reverse("case-identity", args=[case.code]))
    wrong += Walk(identity.content.decode()).wrong
    assert wrong == []
    assert shown > 300  # it was to be seen, again and again


FORMS = (
    "speak-start", "speak-reach", "receipt-lookup", "proof", "sign-in", "intake", "read-back", "erasure",
    "account-password",
)  # fmt: skip
FIELDS = (
    "words", "code", "secret", "username", "name", "phone", "place", "topic", "key", "who", "area", "text", "ground",
    "reason", "old", "new", "again", "channel", "procedure", "id_number", "address", "next",
)  # fmt: skip


def test_wrong_forms_give_back_what_was_typed_as_text_alone(world, staff):
    """Every field wrong: the page that comes back shows it, and obeys none of it."""
    case, wrong, shown = world.registered(), [], 0
    for name in FORMS:
        url = reverse(name, args=[case.code] if name in {"read-back", "erasure"} else [])
        for client in (Client(), staff("liqiang"), staff("zhoutao")):
            for attack in ATTACKS[:3]:
                response = client.post(url, dict.fromkeys(FIELDS, attack))
                if response.headers.get("Content-Type", "").startswith("text/html"):
                    walk = Walk(response.content.decode())
                    wrong += walk.wrong
                    shown += walk.texts
    assert wrong == [] and shown > 5


# ---- sheets

FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", " =1", "\ufeff=1", "\u200b=1", "=HYPERLINK(1)",
]  # fmt: skip


@pytest.mark.parametrize("cell", FORMULAS)
def test_no_cell_of_a_sheet_begins_as_a_formula(cell):
    out = io.StringIO()
    csv.writer(out).writerow(guard_row([cell, 5, -3]))
    back = next(csv.reader(io.StringIO(out.getvalue(), newline="")))
    assert back[0].startswith("'") and back[1:] == ["5", "-3"]
    assert guard("路灯=不亮") == "路灯=不亮"


def test_every_sheet_that_is_written_is_guarded():
    """Found in the code itself: whoever writes a sheet elsewhere must guard it, and be named here."""
    texts = {short(path): path.read_text() for path, _tree in modules().values()}
    writers = {name for name, text in texts.items() if re.search(r"csv\.writer\(|DictWriter\(|openpyxl", text)}
    assert writers == {"judge/evaluation/results.py", "config/cli/evaluate/findings.py"}
    for name in writers:
        assert "writer.writerow(guard_row(" in texts[name]


# ---- messages and logs


def test_a_short_message_holds_no_word_that_a_resident_or_clerk_typed(world, monday):
    case = world.registered(words=ALL)
    for template in (
        "registered",
        "deemed_accepted",
        "overdue",
        "replied",
        "redirected",
        "rejected",
        "date_recomputed",
    ):
        text = resident_text(template, case)
        assert MARK not in text and "\n" not in text and "\r" not in text


LINES = "liuyang\n2026-11-23 09:30 INFO staff.signed_in zhaojun\r\x1b[2J\x1b]0;owned\x07\u2028\u202etxt"


def test_nobody_writes_lines_or_colours_into_the_log(world, monday):
    """Through the real handler: user names, paths and hosts that hold line breaks and terminal sequences."""
    out, handler = io.StringIO(), logging.StreamHandler()
    handler.setStream(out)
    handler.addFilter(core_logging.Masking())
    handler.setFormatter(core_logging.WithoutWords("{asctime} {levelname} {name} {message}", style="{"))
    root = logging.getLogger()
    root.handlers.insert(0, handler)  # first: a trace is drawn once, by whoever comes first
    try:
        client = Client()
        person = world.staff["liuyang"]
        directory.set_password(person, PASSWORD, by=acts.Actor(person.actor_key), now=MONDAY)
        for _n in range(6):
            client.post(reverse("sign-in"), {"username": LINES[:40], "password": "wrong"})
        client.get("/nowhere%0a2026-11-23%20CRITICAL%1b[31m/")
        client.get("/", HTTP_HOST="evil\x1b[31m.example")
        client.get("/speak/", headers={"User-Agent": LINES, "Referer": LINES})
        logging.getLogger("django.request").warning("Not Found: %s", LINES)
        logging.getLogger("bandeng").error(LINES)
    finally:
        root.removeHandler(handler)
    text = out.getvalue()
    assert "no such address" in text and "nowhere" not in text and text.count("liuyang") == 2
    assert not set(text) & {"\x1b", "\r", "\x07", "\u2028", "\u202e"}
    for line in text.splitlines():
        is_ours = re.match(r"\d{4}-\d\d-\d\d [\d:,]+ (INFO|WARNING|ERROR) [\w.]+ ", line)
        assert is_ours or re.match(r"  |[\w.]+$", line), line  # or of an error's trace, which holds no message
        assert "signed_in zhaojun" not in line or "\\n2026" in line, line
