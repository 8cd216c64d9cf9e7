"""A populated county for the tests that look at every page: a case in each state, and whoever may look at them."""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.test import Client
from playwright.sync_api import Browser, BrowserContext
from tests.fixtures_signing_in import sign_in_as
from tests.judge.evaluation_people import judged
from tests.speak.lookup_index import fed
from tests.speak.test_casework_loop import HOUR, REPLY, dispatched, replied, working
from tests.test_urls import (
    NOW,
    OF_A_MATTER,
    WITH_CODE,
    Site,
    Visitor,
    attachment_of,
    hired,
    proposal_for,
    proposed_with,
    with_receipt_of,
)
from tests.world import MONDAY, World

from bandeng.ground.directory import api as directory
from bandeng.ground.ledger import api as ledger
from bandeng.speak.casework import api as cases
from bandeng.speak.matters import api as matters

DAY = timedelta(days=1)
# Where a role is at home: with reception or with the office that has the matter.
HOMES = {"receptionist": "received", "dispatcher": "received"}
REFUSAL = replace(REPLY, kind="redirection", result="answered", where_to_go="县法院立案庭，0999-5550199，周一到周五。")
REASON = "这件事按职责清单第十二项由交通部门办，请转交。"


@dataclass
class County(Site):
    """A site as test_urls has it, with a case in each state that looks different at the desk."""

    states: dict[str, cases.Case]


def approved(world: World) -> cases.Case:
    case = working(world)
    cases.draft_reply(case.pk, REPLY, by=world.hand("liuyang"), now=MONDAY + 3 * HOUR)
    cases.approve(case.pk, by=world.hand("zhaojun"), now=MONDAY + 4 * HOUR)
    return case


def drafted(world: World) -> cases.Case:
    case = working(world)
    cases.draft_reply(case.pk, REPLY, by=world.hand("liuyang"), now=MONDAY + 3 * HOUR)
    return case


def sent_back(world: World) -> cases.Case:
    case = drafted(world)
    cases.send_back(case.pk, reason="写得太官腔，请先说给不给办。", by=world.hand("zhaojun"), now=MONDAY + 4 * HOUR)
    return case


def disputed(world: World) -> cases.Case:
    case = dispatched(world)
    cases.return_case(case.pk, reason=REASON, by=world.hand("liuyang"), now=MONDAY + 2 * HOUR)
    return case


def refused(world: World) -> cases.Case:
    """Give a matter that reception itself answered by naming who decides it."""
    case = world.registered()
    cases.draft_reply(case.pk, REFUSAL, by=world.hand("chenfang"), now=MONDAY + HOUR)
    cases.approve(case.pk, by=world.hand("hejun"), now=MONDAY + 2 * HOUR)
    cases.serve(case.pk, method="in_person", by=world.hand("hejun"), now=MONDAY + 2 * HOUR)
    return case


def withdrawn(world: World) -> cases.Case:
    case = dispatched(world)
    cases.withdraw(case.pk, by=cases.hand.resident(case.pk), now=MONDAY + 2 * HOUR)
    return case


def long_history(world: World) -> cases.Case:
    """Give a matter that was opened again twice: answers, words added, trips noted, names looked at, a draft mended."""
    case = dispatched(world, words="低保停了三个月，没有人告诉我为什么。" * 12)
    me, handler, approver = cases.hand.resident(case.pk), world.hand("liuyang"), world.hand("zhaojun")
    for turn in range(2):
        now = MONDAY + 2 * HOUR + turn * HOUR
        cases.accept(case.pk, by=handler, now=now)
        cases.open_identity(case.pk, purpose="contact", by=handler, now=now)
        cases.add_words(case.pk, f"第{turn + 1}次补充：存折上还是没有钱。", by=me, now=now)
        for _trip in range(3):
            cases.note_trip(case.pk, office=world.office("hexi-centre"), by=world.hand("liqiang"), now=now)
        cases.draft_reply(case.pk, REPLY, by=handler, now=now)
        cases.send_back(case.pk, reason="请写明哪一天到账。", by=approver, now=now)
        cases.draft_reply(case.pk, REPLY, by=handler, now=now)
        cases.approve(case.pk, by=approver, now=now)
        cases.serve(case.pk, method="phone", by=handler, now=now)
        cases.reopen(case.pk, missing="钱还没到卡上。", by=me, now=now)
    cases.accept(case.pk, by=handler, now=now)
    return case


STATES = {
    "registered": World.registered,
    "dispatched": dispatched,
    "disputed": disputed,
    "working": working,
    "sent-back": sent_back,
    "drafted": drafted,
    "approved": approved,
    "redirected": refused,
    "withdrawn": withdrawn,
    "long": long_history,
}


def street_lamp(world: World, states: dict[str, cases.Case]) -> matters.Matter:
    """Make a matter of cases in several states, with a note, a core in two versions, and somebody who spoke twice."""
    named = [states[name].pk for name in ("dispatched", "working", "sent-back", "approved")]
    dispatcher, handler = world.hand("chenfang"), world.hand("liuyang")
    made = matters.make(named, title="柳树村口到小学的路灯不亮", by=dispatcher, now=NOW)
    matters.split(made.pk, named[:1], by=dispatcher, now=NOW)
    note = "两次到现场：9盏灯有7盏不亮，控制箱进水跳闸，灯杆完好。\n仓库有备件，缺一个箱体。"
    matters.write_text(made.pk, "note", note, seen=0, by=handler, now=NOW)
    for number, core in enumerate(("路灯月底前修好。", "路灯是控制箱进水跳闸，换箱体，12月1日前全部点亮。")):
        matters.write_text(made.pk, "core", core, seen=number, by=handler, now=NOW)
    return made


def populated(world: World) -> County:
    """Fill the world through the services, and give everybody who may look at it; it is Monday, 15:30."""
    ledger.sequence(now=MONDAY - DAY)
    case, other = replied(world), replied(world)
    cases.confirm(other.pk, by=cases.hand.resident(other.pk), now=NOW)
    states = {name: world.fresh(make(world)) for name, make in STATES.items()}
    attachment = attachment_of(case)
    judged(world, ["yes"] * 6 + ["partly"] * 2 + ["no"] * 3 + [None], topic="09.01.01")
    ledger.sequence(now=NOW)
    arguments = {
        "receipt-link": [case.code, "NOTTHESECRET"], "mine-file": [attachment.pk], "mine-answer-of": [1],
        "case-file": [case.code, attachment.pk], "case-draft": [case.code, "draft"], "case-act": [case.code, "accept"],
        "erasure": [other.code], "erasure-decide": [proposal_for(world, other).pk], "proof-tile": ["0/999"],
        "proof-key": ["log"], "proof-file": ["nothing"],
    }  # fmt: skip
    matter = street_lamp(world, states).pk
    arguments |= {name: [matter] for name in OF_A_MATTER}
    arguments |= {"matter-use": [matter, case.code], "matter-proposal": [proposed_with(states["working"], other).pk]}
    arguments |= {
        name: [case.code]
        for name in (
            "read-back",
            "receipt",
            "receipt-again",
            "again-matter",
            "case",
            "case-identity",
            "case-trip",
            "likes",
        )
    }
    fed(NOW)
    arguments |= {f"like-{page}": [case.code, case.code] for page in ("answer", "use", "deny")}
    arguments |= {f"writing-{page}": [case.code, "draft"] for page in ("words", "plainer", "preview")}
    visitors = [
        Visitor("nobody", "nobody", Client()),
        Visitor("resident", "resident", with_receipt_of(case)),
        Visitor("another resident", "another resident", with_receipt_of(other)),
        *(at_home(world, role) for role in directory.Role.objects.order_by("code")),
    ]
    return County(visitors, arguments, case, world.fresh(other), states)


def at_home(world: World, role: directory.Role) -> Visitor:
    """Hire somebody of a role where such people sit, signed in."""
    place = HOMES.get(role.code, "holder")
    person = hired(world, f"{role.code}-at-home", role.code, place)
    client = sign_in_as(Client(), person, has_code=role.code in WITH_CODE)
    return Visitor(f"{role.code}@{place}", "staff", client, role.code, place)


def context_of(browser: Browser, site: str, visitor: Visitor, **more: object) -> BrowserContext:
    """Open a browser that holds a visitor's cookies."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **more)
    cookies = [{"name": name, "value": morsel.value, "url": site} for name, morsel in visitor.client.cookies.items()]
    context.add_cookies(cookies)
    return context
