"""No mark and no word of a judgement reaches those it concerns, by any address; the receipt shows none again either.

The strongest form: change every mark, and no page of anybody changes by one letter.
"""

import json
import re
import uuid
from base64 import b64decode
from contextlib import suppress
from difflib import ndiff

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver, reverse
from tests.judge.evaluation_people import HOUR, IN_NOVEMBER, MISSING, ON_NEW_YEAR, WORDS, answered, judge, judged
from tests.speak.lookup_index import fed

from bandeng.faces.proof import files as proof_files
from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.core import clock
from bandeng.ground.ledger import api as ledger
from bandeng.judge.evaluation.models import Judgement
from bandeng.speak.casework import api as cases
from bandeng.speak.casework import receipt_access

STAFF = ["liqiang", "chenfang", "liuyang", "zhaojun", "sunli", "zhoutao", "wujing", "fengguang"]
ACTS = ["draft", "accept", "approve", "confirm", "let_rest", "reopen", "no-such"]
WORDS_LOOKED_FOR = ("金丝雀说", "poor", "没解决")
CANARIES = ("窗口的人冲", "冲我嚷")


@pytest.fixture(autouse=True)
def evening(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: IN_NOVEMBER + 30 * HOUR)


def addresses(case, only="/") -> list[str]:
    """List every address of the site that begins so, for one case."""
    known = {"code": [case.code], "name": ACTS, "secret": ["x"], "path": ["0/000"], "number": ["1"]}
    found: list[str] = []

    def walk(patterns, before):
        for pattern in patterns:
            route = before + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, route)
                continue
            made = [route]
            for name in re.findall(r"<\w+:(\w+)>", route):
                values = known.get(name, [str(uuid.UUID(int=7))])
                made = [re.sub(rf"<\w+:{name}>", value, r, count=1) for r in made for value in values]
            found.extend("/" + r for r in made)

    walk(get_resolver().url_patterns, "")
    # /metrics counts the very requests that look at it, /readyz the keys made meanwhile; both know no case.
    left_out = ("sign-out", "/debug/", "-key.pem", "/metrics", "/readyz")
    return [a for a in found if a.startswith(only) and not any(part in a for part in left_out)]


def settled(html: str) -> str:
    """Take out what is made anew for every page."""
    html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", html)
    html = re.sub(r'name="(key|nonce)" value="[^"]+"', "", html)
    html = re.sub(r'data-key="[0-9a-f-]{36}"', "", html)
    html = re.sub(r'<span class="count">\d+</span>', "", html)  # notices not read yet
    return re.sub(r'nonce="[^"]+"', "", html)


def seen_by(client: Client, case, more=(), only="/desk/") -> dict[str, str]:
    """Open every address, and search for the words; give what came back."""
    pages = {}
    for address in [*addresses(case, only), *more]:
        response = client.get(address)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        pages[address] = f"{response.status_code} {settled(body.decode(errors='replace'))}"
    for word in WORDS_LOOKED_FOR if more else ():
        response = client.post(reverse("case-search"), {"q": word})
        pages[f"search {word}"] = f"{response.status_code} {settled(response.content.decode())}"
    return pages


def differing(one: dict[str, str], other: dict[str, str]) -> dict[str, list[str]]:
    """Give the lines that differ, by address."""
    found = {}
    for address in one.keys() | other.keys():
        lines = ndiff(one.get(address, "").splitlines(), other.get(address, "").splitlines())
        if changed := [line[:400] for line in lines if line[:2] in ("- ", "+ ")]:
            found[address] = changed
    return found


def searches(case) -> list[str]:
    return [reverse("case", args=[case.code]), "/desk/queue/?tab=scope", "/desk/queue/?tab=answered"]


def receipt_holder(client: Client, case) -> Client:
    response = receipt_access.remember(HttpResponse(), case)
    client.cookies[receipt_access.COOKIE] = response.cookies[receipt_access.COOKIE].value
    return client


def with_marks(world):
    """Give cases that ended, go on and rest, all with marks and words; four, so that nothing of them is out."""
    ended, opened, rests = answered(world), answered(world), answered(world, office="county-centre")
    marks = {"result": "poor", "manner": "poor", "was_asked_for_good_mark": True, "words": WORDS}
    judge(ended, "no", **marks)
    judge(opened, "no", then="go_on", missing=MISSING, **marks)
    judge(rests, "yes", **marks)
    fed()
    return ended, opened


@pytest.mark.parametrize("username", STAFF)
def test_pages_of_staff_do_not_change_with_the_marks(world, sign_in, username):
    ended, opened = with_marks(world)
    client = sign_in(username)
    before = [seen_by(client, case, searches(case)) for case in (ended, opened)]
    for page in (page for pages in before for page in pages.values()):
        assert not any(canary in page for canary in CANARIES)
    Judgement.objects.update(is_solved="partly", result="good", manner="good", was_asked_for_good_mark=False)
    for case, pages in zip((ended, opened), before, strict=True):
        assert differing(pages, seen_by(client, case, searches(case))) == {}


def test_the_canaries_would_be_found(world, sign_in):
    case = answered(world, words="金丝雀在这里")
    pages = seen_by(sign_in("liuyang"), case, searches(case))
    assert sum("金丝雀" in page for page in pages.values()) >= 4
    assert sum(page.startswith("200") for page in pages.values()) >= 10


def test_what_is_missing_is_all_that_a_reopened_case_shows(world, sign_in):
    _ended, opened = with_marks(world)
    page = sign_in("liuyang").get(reverse("case", args=[opened.code])).content.decode()
    assert MISSING in page and "评" not in re.sub(r"<[^>]+>", "", page.split('id="main"')[1])


@pytest.mark.parametrize("username", ["liuyang", "zhaojun", "sunli", "chenfang", "liqiang"])
def test_whether_it_was_called_solved_cannot_be_read_off_an_ended_case(world, sign_in, username):
    pages = []
    for is_solved in Judgement.SOLVED:
        case = answered(world)
        judge(case, is_solved)
        shown = seen_by(sign_in(username), case)
        names = (case.code, core.show_code(case.code), core.show_code(case.code).replace(" ", "-"), str(case.pk))
        for name in names:
            shown = {a.replace(name, "CASE"): p.replace(name, "CASE") for a, p in shown.items()}
        # The list grows with each case; what is compared is the case's own pages.
        pages.append({a: p for a, p in shown.items() if a.startswith("/desk/cases/")})
    assert differing(pages[0], pages[1]) == differing(pages[0], pages[2]) == {} and len(pages[0]) > 5


def test_who_holds_the_receipt_reads_no_mark_either(world, client):
    ended, opened = with_marks(world)
    for case in (ended, opened):
        holder = receipt_holder(client, case)
        before = seen_by(holder, case, only="/")
        assert not any(canary in page for page in before.values() for canary in CANARIES)
        Judgement.objects.filter(case_key=case.pk).update(is_solved="partly", result="good", manner="good")
        assert differing(before, seen_by(holder, case, only="/")) == {}


def test_only_supervision_reads_the_words_and_only_of_enough_people(world, sign_in, monkeypatch):
    address = reverse("evaluation-words")
    for n in range(5):
        judge(answered(world), "no", words=f"第{n}人:13912345678 打来电话")
    monkeypatch.setattr(clock, "now", lambda: ON_NEW_YEAR)
    for username in set(STAFF) - {"zhoutao"}:
        response = sign_in(username).post(address, {"period": "2026-11"})
        assert response.status_code in (403, 404), username
    shown = sign_in("zhoutao").post(address, {"period": "2026-11"})
    texts = re.findall(r"第(\d)人", shown.content.decode())
    assert sorted(texts) == list("01234") and "13912345678" not in shown.content.decode()
    assert sign_in("zhoutao").get(address).status_code == 405
    Judgement.objects.filter(pk=Judgement.objects.first().pk).update(words=None, seal_key=None)
    assert sign_in("zhoutao").post(address, {"period": "2026-11"}).status_code == 404


def test_each_reading_of_the_words_is_on_record(world, sign_in, monkeypatch):
    for _ in range(5):
        judge(answered(world), "no", words=WORDS)
    monkeypatch.setattr(clock, "now", lambda: ON_NEW_YEAR)
    client = sign_in("zhoutao")
    assert "2026-11" in client.get(reverse("evaluation")).content.decode()
    client.post(reverse("evaluation-words"), {"period": "2026-11"})
    act = acts.Act.objects.get(kind="evaluation.words_read")
    assert act.actor_key == world.staff["zhoutao"].actor_key and act.payload == {"period": "2026-11"}
    assert act.office_key == world.office("supervision")


def test_marks_come_out_as_figures_of_enough_people_alone(world, sign_in, client, monkeypatch):
    judged(world, ["yes"] * 3 + ["no"] * 4)
    judged(world, ["no"] * 2, office="county-centre")
    monkeypatch.setattr(clock, "now", lambda: ON_NEW_YEAR)
    public = client.get(reverse("results")).content.decode()
    assert "评判的 9 个人里，3 个说解决了" in public
    desk = sign_in("zhoutao").get(reverse("evaluation")).content.decode()
    assert "少于 5 人" in desk and "不公布*" in desk
    cells = re.findall(r'data-label="没解决">(\d+)', desk)
    assert cells == ["6"]  # the county alone: the other office would give the small one away
    assert sign_in("zhoutao").get(f"{reverse('evaluation')}?period=2026-12").status_code == 404


def test_no_relation_leads_from_a_case_to_a_judgement():
    fields = [f.related_model for f in cases.Case._meta.get_fields() if f.related_model]
    assert Judgement not in fields
    with suppress(AttributeError):
        assert all(f.related_model is not cases.Case for f in Judgement._meta.get_fields())


def contents(case) -> list[dict]:
    """Decode what a case's proof file tells of each act."""
    lines = proof_files.proof_file(case, now=ON_NEW_YEAR).splitlines()
    return [json.loads(b64decode(line.split()[2])) for line in lines if line.startswith("content ")]


def test_the_proof_file_does_not_tell_solved_from_let_rest(world):
    ends = {}
    for is_solved in Judgement.SOLVED:
        case = answered(world)
        judge(case, is_solved)
        while ledger.sequence(now=ON_NEW_YEAR):
            pass
        *_before, last = contents(world.fresh(case))
        outcome = last["payload"].pop("outcome")
        assert re.fullmatch("[0-9a-f]{32}", outcome)
        for name in ("id", "subject_key", "at"):
            last.pop(name)
        assert last["payload"]["case"].pop("code") == case.code
        ends[is_solved] = (last, world.fresh(case).outcome, outcome)
    acts_alike = [end[0] for end in ends.values()]
    assert acts_alike[0] == acts_alike[1] == acts_alike[2] and acts_alike[0]["kind"] == "case.ended"
    assert [end[1] for end in ends.values()] == ["confirmed", "answered", "answered"]
    assert len({end[2] for end in ends.values()}) == 3  # not even two that ended alike can be told to be so


def test_acts_of_before_keep_their_kind_and_are_verified(world, sign_in):
    case = answered(world)
    with transaction.atomic():
        for kind in ("case.confirmed", "case.let_rest"):
            acts.emit(
                acts.Draft(kind, "case", case.pk, acts.Actor("resident"), payload={"edge": kind}), now=IN_NOVEMBER
            )
    assert all(found is None for found in acts.verify())
    assert [act.kind for act in acts.history("case", case.pk)][-2:] == ["case.confirmed", "case.let_rest"]
    page = sign_in("liuyang").get(reverse("case", args=[case.code])).content.decode()
    assert page.count("群众了结") == 2
