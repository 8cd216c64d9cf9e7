"""Who may do what in which status: every act by every hand in every status, through the real services."""

import io
import tomllib
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db import transaction
from PIL import Image
from tests.speak.test_casework_loop import REPLY
from tests.world import MONDAY, ZHANG, build

from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.ground.directory.permissions import Grant
from bandeng.speak.casework import api as cases

EXPECTED = tomllib.loads((Path(__file__).parents[1] / "expectations" / "pens.toml").read_text())
OFFICES = {"R": "county-centre", "D": "hexi-centre", "H": "civil-affairs", "E": "shiqiao-affairs"}
HOUR = timedelta(hours=1)
LATER = MONDAY + 8 * HOUR
REFUSAL = replace(REPLY, kind="redirection", result="answered", where_to_go="县法院立案庭")


@pytest.fixture(scope="module")
def county(_migrated_template, django_db_blocker):
    """Build the world once for the module and take everything back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        directory.forget()
        yield build()
        transaction.set_rollback(True)
    directory.forget()


@pytest.fixture(scope="module")
def hands(county):
    """One hand for every role at each of the four offices; roles without anything on cases at two, to save time."""
    made = {}
    for role in directory.Role.objects.all():
        has_any = any(code.startswith(("case.", "identity.")) for code in role.permissions)
        for letter, code in OFFICES.items() if has_any else [(x, OFFICES[x]) for x in "DH"]:
            grant = Grant(role.code, county.office(code), frozenset(role.permissions), False)
            made[f"{role.code}@{letter}"] = cases.hand.staff(directory.Permissions(core.new_id(), (grant,)))
    return made


@cache
def picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (2, 2)).save(buffer, "PNG")
    return buffer.getvalue()


def acts(county, case, name: str, by):
    """Everything that can be tried on a case, by one hand."""
    more = {"by": by, "now": LATER}
    other = county.office("transport")
    at = next((iter(by.permissions.office_ids)), other) if by.permissions else other
    return {
        "dispatch": lambda: cases.dispatch(case, to=other, **more),
        "redispatch": lambda: cases.redispatch(case, to=other, reason="是修路的事", **more),
        "accept": lambda: cases.accept(case, **more),
        "return": lambda: cases.return_case(case, reason="不归我", **more),
        "settle_return": lambda: cases.settle_return(case, to=other, reason="归你", **more),
        "draft": lambda: cases.draft_reply(case, REPLY, **more),
        "draft_refusal": lambda: cases.draft_reply(case, REFUSAL, **more),
        "send_back": lambda: cases.send_back(case, reason="再写", **more),
        "approve": lambda: cases.approve(case, **more),
        "serve": lambda: cases.serve(case, method="phone", **more),
        "answer": lambda: cases.answer(case, REPLY, method="phone", **more),
        "reply_on_the_spot": lambda: cases.reply_on_the_spot(case, REPLY, **more),
        "confirm": lambda: cases.confirm(case, **more),
        "let_rest": lambda: cases.let_rest(case, **more),
        "withdraw": lambda: cases.withdraw(case, **more),
        "reopen": lambda: cases.reopen(case, missing="还没好", **more),
        "add_words": lambda: cases.add_words(case, "又坏了", **more),
        "correct_words": lambda: cases.correct_words(case, "是左腿", **more),
        "note_trip": lambda: cases.note_trip(case, office=at, **more),
        "attach": lambda: cases.attach(case, io.BytesIO(picture()), "a.png", **more),
        "open_identity": lambda: cases.open_identity(case, purpose="contact", **more),
        "print_receipt": lambda: cases.print_receipt(case, **more),
        "replace_receipt": lambda: cases.replace_receipt(case, **more),
    }[name]


ACTS = (
    "dispatch redispatch accept return settle_return draft draft_refusal send_back approve serve answer "
    "reply_on_the_spot confirm let_rest withdraw reopen add_words correct_words note_trip attach open_identity "
    "print_receipt replace_receipt"
)
# How a case comes to be in a status: who does what, in order.
WAYS = {
    "registered": "",
    "registered_on_the_spot": "",
    "dispatched": "to:D",
    "disputed": "to:D return:H",
    "working": "to:D accept:H",
    "working_enquiry": "to:D accept:H",
    "drafted": "to:D accept:H draft:H",
    "drafted_refusal": "refuse:D",
    "approved": "to:D accept:H draft:H approve:H",
    "approved_refusal": "refuse:D approve:D",
    "replied": "to:D accept:H draft:H approve:H serve:H",
    "closed": "to:D accept:H draft:H approve:H serve:H confirm:",
    "redirected": "refuse:D approve:D serve:D",
    "rejected": "reject:D approve:D serve:D",
}
PROCEDURES = {"registered_on_the_spot": "on_the_spot", "working_enquiry": "enquiry"}


def brought_to(county, hands, status: str) -> cases.Case:
    item = county.registration(
        first_receiver=county.office("county-centre"), identity=ZHANG, procedure=PROCEDURES.get(status, "general")
    )
    case = cases.register(item, by=hands["receptionist@R"], now=MONDAY).case
    rejection = replace(REFUSAL, kind="rejection")
    step = {
        "to": lambda at: cases.dispatch(
            case.pk, to=county.office(OFFICES["H"]), by=hands[f"dispatcher@{at}"], now=MONDAY + HOUR
        ),
        "accept": lambda at: cases.accept(case.pk, by=hands[f"handler@{at}"], now=MONDAY + 2 * HOUR),
        "return": lambda at: cases.return_case(
            case.pk, reason="不归我", by=hands[f"handler@{at}"], now=MONDAY + 2 * HOUR
        ),
        "draft": lambda at: cases.draft_reply(case.pk, REPLY, by=hands[f"handler@{at}"], now=MONDAY + 3 * HOUR),
        "refuse": lambda at: cases.draft_reply(case.pk, REFUSAL, by=hands[f"dispatcher@{at}"], now=MONDAY + 3 * HOUR),
        "reject": lambda at: cases.draft_reply(case.pk, rejection, by=hands[f"dispatcher@{at}"], now=MONDAY + 3 * HOUR),
        "approve": lambda at: cases.approve(case.pk, by=hands[f"approver@{at}"], now=MONDAY + 4 * HOUR),
        "serve": lambda at: cases.serve(case.pk, method="phone", by=hands[f"handler@{at}"], now=MONDAY + 5 * HOUR),
        "confirm": lambda at: cases.confirm(case.pk, by=cases.hand.resident(case.pk), now=MONDAY + 6 * HOUR),
    }
    for part in WAYS[status].split():
        name, at = part.split(":")
        step[name](at)
    return county.fresh(case)


def everything() -> dict:
    """Take stock of every table of ours: rows of what a refused act could change, counts of the rest."""
    stock = {}
    for config in apps.get_app_configs():
        if config.name.startswith("bandeng."):
            for model in config.get_models():
                whole = config.label in {"casework", "clocks"}
                stock[model._meta.label] = (
                    list(model.objects.order_by("pk").values()) if whole else model.objects.count()
                )
    return stock


def test_every_status_that_the_services_reach_is_in_the_table():
    built = {str(s) for s in cases.rules.Status} - {"merged", "terminated"}  # no service leads there yet
    assert {name.split("_")[0] for name in EXPECTED} == built and EXPECTED.keys() == WAYS.keys()


@pytest.mark.parametrize("status", WAYS)
def test_nobody_but_who_is_named_may(county, hands, status):
    with transaction.atomic():
        case = brought_to(county, hands, status)
        assert case.status == status.removesuffix("_on_the_spot").removesuffix("_enquiry").removesuffix("_refusal")
        other = county.registered()
        tried = {
            **hands,
            "resident": cases.hand.resident(case.pk),
            "another resident": cases.hand.resident(other.pk),
            "the web": cases.ON_THE_WEB,
            "the clock": cases.CLOCK,
            "the import": cases.IMPORT,
        }
        before = everything()
        allowed: dict[str, set] = {}
        for name in ACTS.split():
            for who, by in tried.items():
                with transaction.atomic():
                    try:
                        acts(county, case.pk, name, by)()
                    except (cases.NoPen, cases.CannotMove):
                        continue  # and not rolled back: a trace would be found below
                    allowed.setdefault(name, set()).add(who)
                    transaction.set_rollback(True)
        after = everything()
        transaction.set_rollback(True)
    assert allowed == {name: set(who.split()) for name, who in EXPECTED[status].items()}
    assert after == before, "a refused act left something behind"


def test_only_the_counter_of_an_office_registers_there(county, hands):
    for who, by in hands.items():
        with transaction.atomic():
            try:
                cases.register(county.registration(first_receiver=county.office("county-centre")), by=by, now=MONDAY)
                assert who == "receptionist@R"
            except cases.NoPen:
                assert who != "receptionist@R"
            transaction.set_rollback(True)
