"""The pages of judging, without scripts: one form, a second where it is not solved, thanks; figures and the sheet."""

import csv
import re
from io import StringIO

import pytest
from django.http import HttpResponse
from django.urls import reverse
from tests.judge.evaluation_people import HOUR, IN_NOVEMBER, ON_NEW_YEAR, answered, judge, judged
from tests.speak.test_casework_loop import working

from bandeng.ground.core import api as core
from bandeng.ground.core import clock
from bandeng.judge.evaluation.models import Judgement
from bandeng.speak.casework import api as cases
from bandeng.speak.casework import receipt_access


@pytest.fixture
def at_time(monkeypatch):
    def set_to(when):
        monkeypatch.setattr(clock, "now", lambda: when)

    set_to(IN_NOVEMBER + 24 * HOUR)
    return set_to


@pytest.fixture
def holding(client, at_time):
    def hold(case):
        response = receipt_access.remember(HttpResponse(), case)
        client.cookies[receipt_access.COOKIE] = response.cookies[receipt_access.COOKIE].value
        return client

    return hold


def form(is_solved, **more):
    given = {"key": str(core.new_id()), "result": "fair", "manner": "good", "was_asked": "no", "words": ""}
    return {**given, "is_solved": is_solved, **more}


JUDGE, THANKS, MINE = "/mine/judge/", "/mine/judge/thanks/", "/mine/"


def test_the_page_says_before_who_sees_what(world, holding):
    page = holding(answered(world)).get(JUDGE).content.decode()
    assert page.index("办这件事的人永远看不到") < page.index('<form class="form"')
    assert "2027年1月1日" in page and "少于 5 人" in page and "绝不算解决" in page


def test_solved_in_one_step(world, holding):
    case = answered(world)
    client = holding(case)
    assert client.post(JUDGE, form("yes")).url == THANKS
    assert "谁看得到什么" in client.get(THANKS).content.decode()
    assert world.fresh(case).outcome == "confirmed"


@pytest.mark.parametrize("is_solved", ["partly", "no"])
def test_not_solved_is_asked_what_now_and_nothing_is_kept_before(world, holding, is_solved):
    case = answered(world)
    client = holding(case)
    sent = form(is_solved, words="冲我嚷")
    second = client.post(JUDGE, sent)
    assert second.status_code == 200 and not Judgement.objects.exists()
    carried = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', second.content.decode()))
    carried.pop("csrfmiddlewaretoken", None)
    assert sent.items() <= carried.items()
    empty = client.post(JUDGE, carried)
    assert empty.status_code == 422
    silent = client.post(JUDGE, {**carried, "then": "go_on", "missing": " "})
    assert silent.status_code == 422 and "还缺什么" in silent.content.decode()
    done = client.post(JUDGE, {**carried, "then": "go_on", "missing": "钱还没到卡上"})
    thanks = client.get(done.url).content.decode()
    due = world.fresh(case).due_on
    assert done.url.startswith(THANKS)
    assert re.search(rf"重新打开了。{due.year}年{due.month}月{due.day}日（星期.）前给您新的答复", thanks)
    row = Judgement.objects.select_related("seal_key").get()
    assert (row.is_solved, row.result, row.was_asked_for_good_mark, row.own_words()) == (
        is_solved,
        "fair",
        False,
        "冲我嚷",
    )
    assert "钱还没到卡上" in client.get(MINE).content.decode() and world.fresh(case).status == "dispatched"


def test_not_solved_may_rest(world, holding):
    case = answered(world)
    client = holding(case)
    client.post(JUDGE, form("no", then_asked="1", then="rest", missing=""))
    assert world.fresh(case).outcome == "answered" and Judgement.objects.get().is_solved == "no"


def test_a_form_without_the_one_question_that_counts_comes_back_as_typed(world, holding):
    sent = form("", words="写了半天")
    response = holding(answered(world)).post(JUDGE, sent)
    assert response.status_code == 422 and "写了半天" in response.content.decode()
    assert "请选一下解决没有" in response.content.decode()


def test_judged_already_is_said_without_the_marks(world, holding):
    case = answered(world)
    judge(case, "no", at=IN_NOVEMBER + HOUR, words="冲我嚷")
    page = holding(case).get(JUDGE).content.decode()
    assert "这份答复已经评过了" in page and "县督查室" in page and "冲我嚷" not in page
    assert (
        'value="no" required id="id_is_solved_2"' in page
        or "checked" not in page.split("is_solved")[1].split("result")[0]
    )


def test_nothing_to_judge_leads_back_to_the_matter(world, holding):
    client = holding(working(world))
    for address in (JUDGE, THANKS):
        assert client.get(address).url == MINE
    assert client.post(JUDGE, form("yes")).url == MINE and not Judgement.objects.exists()


def test_a_matter_that_moved_on_while_the_page_was_open(world, holding):
    case = answered(world)
    client = holding(case)
    cases.withdraw(case.pk, by=cases.hand.resident(case.pk), now=IN_NOVEMBER + HOUR)
    assert client.post(JUDGE, form("yes")).url == MINE and not Judgement.objects.exists()


def test_once_the_month_is_out_only_what_is_missing_is_asked(world, holding, at_time):
    case = answered(world)
    judge(case, "yes")
    at_time(ON_NEW_YEAR)
    client = holding(case)
    page = client.get(JUDGE).content.decode()
    assert "is_solved" not in page and "结果已经公布" in page
    assert client.post(JUDGE, {"missing": ""}).status_code == 422
    assert client.post(JUDGE, {"missing": "又坏了"}).url == MINE
    assert world.fresh(case).status == "dispatched" and Judgement.objects.get().is_solved == "yes"


@pytest.mark.parametrize("address", [JUDGE, THANKS])
def test_without_a_receipt_one_is_asked_for_it(world, client, at_time, address):
    assert client.get(address).url == reverse("receipt-lookup")


def test_results_say_what_will_be_there_before_anything_is(world, client, at_time):
    assert "一个月" in client.get(reverse("results")).content.decode()
    answered(world)
    assert "2027年1月1日" in client.get(reverse("results")).content.decode()


def test_the_sheet_holds_the_same_figures(world, client, at_time):
    judged(world, ["yes"] * 4 + ["partly", "no"] + [None] * 2)
    at_time(ON_NEW_YEAR)
    response = client.get(reverse("results-csv"))
    text = response.content.decode("utf-8-sig")
    (row,) = csv.DictReader(StringIO(text))
    assert (row["from"], row["to"], row["answered"], row["judged"]) == ("2026-11-01", "2026-11-30", "8", "6")
    assert (row["solved"], row["partly"], row["not_solved"], row["did_not_judge"]) == ("4", "1", "1", "2")
    assert row["solved_share"] == "0.667" and response["Content-Disposition"].endswith('"results.csv"')


def test_offices_stand_by_their_code_whatever_they_are_worth(world, client, at_time):
    from bandeng.judge.evaluation import selectors

    judged(world, ["no"] * 6, office="county-centre")
    judged(world, ["yes"] * 6)
    (period,) = selectors.out(ON_NEW_YEAR)
    codes = [row.office.code for row in selectors.table(period) if row.level == "office"]
    assert codes == sorted(codes) == ["civil-affairs", "county-centre"]
