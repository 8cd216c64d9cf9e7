"""Every address with every kind of visitor: default deny, and what is not in one's scope does not exist."""

import io
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, resolve, reverse
from PIL import Image

from bandeng.config import worker
from bandeng.ground.core import api as core
from bandeng.ground.core import clock
from bandeng.ground.directory import api as directory
from bandeng.ground.files import api as files
from bandeng.ground.ledger import api as ledger
from bandeng.speak.casework import api as cases
from bandeng.speak.casework import services
from bandeng.speak.matters import api as matters
from tests.fixtures_signing_in import sign_in_as
from tests.speak.test_casework_loop import HOUR, replied
from tests.world import MONDAY, build

TABLE = tomllib.loads((Path(__file__).parent / "expectations" / "urls.toml").read_text())
PLACES = {
    "received": "hexi-centre",
    "holder": "civil-affairs",
    "other office": "transport",
    "other township": "shiqiao-affairs",
}
SCOPES = {"anywhere": set(PLACES), "case": {"received", "holder"}, "received": {"received"}}
NOW = MONDAY + 6 * HOUR
WITH_CODE = {"approver", "system_admin", "security_admin", "audit_admin"}
NOTHING = {"csrfmiddlewaretoken": "x"}  # what every form sends
OF_A_MATTER = [
    n for n in TABLE if n.startswith("matter") and n not in {"matters", "matter-new", "matter-proposal", "matter-use"}
]
NO_CASES = {"auditor", "system_admin", "security_admin", "audit_admin"}


@contextmanager
def taken_back():
    """Take back what was done inside; blocks that want to be outermost count as such, as in Django's own TestCase."""
    block = transaction.atomic()
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True)


@dataclass(frozen=True)
class Visitor:
    """Somebody before the screen. `kind`: nobody, outside, expired, without code, staff, holder of a receipt."""

    name: str
    kind: str
    client: Client
    role: str = ""
    place: str = ""


@dataclass
class Site:
    visitors: list[Visitor]
    arguments: dict[str, list]
    case: cases.Case
    other: cases.Case


def patterns(resolver=None):
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from patterns(pattern)


URLS = {pattern.name: pattern for pattern in patterns()}


def hired(world, name: str, role: str, place: str):
    person = directory.Staff(username=name, display_zh="试用", post_zh="科员", is_password_temporary=False)
    person.set_unusable_password()
    person.save()
    directory.Posting.objects.create(
        staff=person,
        role=directory.Role.objects.get(code=role),
        office=world.offices[PLACES[place]],
        from_on=date(2020, 1, 1),
    )
    return person


def staff_visitors(world):
    for role in directory.Role.objects.order_by("code"):
        for place in PLACES:
            person = hired(world, f"{role.code}-{place}".replace(" ", "-"), role.code, place)
            client = sign_in_as(Client(), person, has_code=role.is_totp_required)
            yield Visitor(f"{role.code}@{place}", "staff", client, role.code, place)
    for role in ("approver", "security_admin"):
        person = hired(world, f"{role}-without-code", role, "holder")
        yield Visitor(f"{role} without code", "without code", sign_in_as(Client(), person, has_code=False), role)


def with_receipt_of(case: cases.Case) -> Client:
    client, response = Client(), HttpResponse()
    cases.remember(response, case)
    client.cookies.update(response.cookies)
    return client


def attachment_of(case: cases.Case):
    out = io.BytesIO()
    Image.new("RGB", (6, 4)).save(out, "PNG")
    out.seek(0)
    attachment = cases.attach(case.pk, out, "a.png", by=cases.hand.resident(case.pk), now=NOW)
    files.clean_pending(now=NOW)
    return attachment


def matter_of(world, case: cases.Case):
    """Make a matter of a case and write its core."""
    made = matters.make([case.pk], title="柳树村的低保", by=world.hand("chenfang"), now=NOW)
    matters.write_text(made.pk, "core", "十二月起按月发放。", seen=0, by=world.hand("liuyang"), now=NOW)
    return made


def proposed_with(case: cases.Case, other: cases.Case):
    """Propose that another case joins the matter of the first."""
    link = matters.Link(case.pk, other.pk, words=("低保",), days=1)
    matters.propose([matters.Group((case.pk, other.pk), (link,))], now=NOW)
    return matters.Proposal.objects.get(state="open")


def proposal_for(world, case: cases.Case):
    person = hired(world, "proposes", "supervisor", "received")
    hand = cases.hand.staff(directory.permissions_of(person, NOW))
    return services.propose_erasure(case.pk, ground="request", reason="本人来电要求", by=hand, now=NOW)


@pytest.fixture(scope="module")
def site(_migrated_template, django_db_blocker):
    """Build world, cases and visitors once; every request below is taken back by itself."""
    patch = pytest.MonkeyPatch()
    with django_db_blocker.unblock(), taken_back():
        directory.forget()
        world = build()
        patch.setattr(clock, "now", lambda: MONDAY - 9 * HOUR)
        gone = sign_in_as(Client(), world.staff["liuyang"], has_code=False)
        patch.setattr(clock, "now", lambda: NOW)
        case, other = replied(world), replied(world)
        cases.confirm(other.pk, by=cases.hand.resident(other.pk), now=NOW)
        other = world.fresh(other)
        attachment, code = attachment_of(case), case.code
        matter = matter_of(world, case).pk
        ledger.sequence(now=NOW)
        core.Lease.objects.claim(worker.HEARTBEAT, "a worker", now=NOW, seconds=worker.HEARTBEAT_SECONDS)
        visitors = [
            Visitor("nobody", "nobody", Client()),
            Visitor("from elsewhere", "outside", Client(REMOTE_ADDR="203.0.113.7")),
            Visitor("through a proxy here", "outside", Client(headers={"X-Forwarded-For": "127.0.0.1"})),
            Visitor("session over", "expired", gone),
            Visitor("resident", "resident", with_receipt_of(case)),
            Visitor("another resident", "another resident", with_receipt_of(other)),
            *staff_visitors(world),
        ]
        arguments = {
            "receipt-link": [code, "NOTTHESECRET"], "read-back": [code], "receipt": [code], "receipt-again": [code],
            "again-matter": [code], "case": [code], "case-identity": [code], "case-trip": [code],
            "case-file": [code, attachment.pk], "case-draft": [code, "draft"], "case-act": [code, "accept"],
            "likes": [code], **{f"like-{page}": [code, code] for page in ("answer", "use", "deny")},
            **{f"writing-{page}": [code, "draft"] for page in ("words", "plainer", "preview")},
            "mine-file": [attachment.pk], "mine-answer-of": [1], "erasure": [other.code],
            "erasure-decide": [proposal_for(world, other).pk], "proof-tile": ["0/999"], "proof-key": ["log"],
            "proof-file": ["nothing"], "matter-use": [matter, code],
            "matter-proposal": [proposed_with(case, other).pk], **{name: [matter] for name in OF_A_MATTER},
        }  # fmt: skip
        yield Site(visitors, arguments, case, other)
    patch.undo()
    directory.forget()


def told(response) -> str:
    """Write a response as the table does: its status, and where it leads to."""
    if response.status_code != 302:
        return str(response.status_code)
    return f"302 {resolve(urlsplit(response['Location']).path).url_name}"


def due(row: dict, visitor: Visitor, method: str) -> str:
    """Say by the table's rules what a visitor gets."""
    allowed = row[method]
    if visitor.kind == "staff" and visitor.role in WITH_CODE:
        allowed = row.get(f"with_code_{method}", allowed)
    if row["access"] == "inside":
        return "404" if visitor.kind == "outside" else allowed
    if row["access"] == "public":
        if "resident" in visitor.kind:
            return row.get(f"resident_{method}", allowed)
        has_given_code = visitor.kind == "staff" and visitor.role in WITH_CODE and f"with_code_{method}" in row
        is_signed_in = visitor.kind in {"staff", "without code"} and not has_given_code
        return row.get(f"signed_in_{method}", allowed) if is_signed_in else allowed
    if row["access"] == "with_receipt":
        if visitor.kind == "another resident":
            return row.get(f"other_{method}", allowed)
        return allowed if visitor.kind == "resident" else "302 receipt-lookup"
    if visitor.kind == "without code":
        return "302 totp"
    if visitor.kind != "staff":
        return "302 sign-in"
    if row["access"] == "signed_in":
        return row.get(f"without_cases_{method}", allowed) if visitor.role in NO_CASES else allowed
    if visitor.role not in row["who"].split():
        return "403"
    if allowed == "405" or visitor.place in SCOPES[row["scope"]]:
        return row.get(f"received_{method}", allowed) if visitor.place == "received" else allowed
    return "404"


def concerned(row: dict, visitors: list[Visitor]) -> list[Visitor]:
    """Leave out visitors whom a page cannot tell apart: places where no case is in play, roles on public pages."""
    if row["access"] in {"public", "with_receipt", "inside"}:
        return [v for v in visitors if v.kind != "staff" or v.name in {"handler@holder", "security_admin@holder"}]
    if row.get("scope", "anywhere") == "anywhere":
        return [v for v in visitors if v.kind != "staff" or v.place == "holder"]
    return visitors


def test_every_address_is_in_the_table_and_nothing_else():
    assert sorted(URLS) == sorted(TABLE)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_view_says_who_may_open_it(name):
    assert getattr(URLS[name].callback, "access", None) == TABLE[name]["access"]


@pytest.mark.parametrize("name", sorted(URLS))
def test_who_gets_what(site, name):
    row = TABLE[name]
    url = reverse(name, args=site.arguments.get(name, []))
    wrong = []
    for visitor in concerned(row, site.visitors):
        cookies = visitor.client.cookies.copy()
        for method in ("get", "post"):
            expected = due(row, visitor, method)
            with taken_back():
                got = told(visitor.client.get(url) if method == "get" else visitor.client.post(url, NOTHING))
            visitor.client.cookies = cookies.copy()
            if got != expected:
                wrong.append(f"{visitor.name} {method}: {got}, not {expected}")
    assert wrong == []


def test_a_receipt_shows_its_own_matter_alone(site):
    resident = {v.kind: v.client for v in site.visitors if "resident" in v.kind}
    for kind, own, foreign in (("resident", site.case, site.other), ("another resident", site.other, site.case)):
        page = resident[kind].get(reverse("mine")).content.decode()
        assert core.show_code(own.code) in page and core.show_code(foreign.code) not in page


def test_a_step_is_taken_by_the_pen_alone(site):
    """The page of a step is open to whoever sees the case; taking it is not."""
    url = reverse("case-act", args=[site.case.code, "serve"])
    for visitor in [v for v in site.visitors if v.kind == "staff" and v.place == "holder"]:
        with taken_back():
            got = told(visitor.client.post(url, {"version": site.case.version, "method": "phone"}))
        pen = visitor.role in {"handler", "approver"}
        assert got == ("409" if pen else "403"), (visitor.name, got)
