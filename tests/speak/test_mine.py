"""The resident's own page: next step and date in every status, who looked, own acts, and nobody else's matter."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image
from tests.speak.test_casework_loop import HOUR, REPLY, dispatched, replied, working
from tests.world import MONDAY

from bandeng.ground.acts import api as acts
from bandeng.ground.clocks import api as clocks
from bandeng.ground.core import api as core
from bandeng.ground.core import clock
from bandeng.ground.files import api as files
from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as cases
from bandeng.speak.casework import receipt_access
from bandeng.speak.casework.rules import Status

PHONE = "0999-5550100"


@pytest.fixture
def at_time(monkeypatch):
    """Set the time of the pages; gives a function to move it."""

    def set_to(when):
        monkeypatch.setattr(clock, "now", lambda: when)

    set_to(MONDAY + 6 * HOUR)
    return set_to


@pytest.fixture
def holding(client, at_time):
    """Give a client that holds a case's receipt."""

    def hold(case):
        from django.http import HttpResponse

        response = receipt_access.remember(HttpResponse(), case)
        client.cookies[receipt_access.COOKIE] = response.cookies[receipt_access.COOKIE].value
        return client

    return hold


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def page(client) -> str:
    response = client.get(reverse("mine"))
    assert response.status_code == 200
    return text_of(response)


def ways(world):
    """Bring a case into each status that a service of today reaches."""

    def disputed():
        case = dispatched(world)
        cases.return_case(case.pk, reason="不在职责清单", by=world.hand("liuyang"), now=MONDAY + 2 * HOUR)
        return case

    def drafted():
        case = working(world)
        cases.draft_reply(case.pk, REPLY, by=world.hand("liuyang"), now=MONDAY + 3 * HOUR)
        return case

    def approved():
        case = drafted()
        cases.approve(case.pk, by=world.hand("zhaojun"), now=MONDAY + 4 * HOUR)
        return case

    def served(kind):
        case = working(world)
        text = cases.ReplyText(
            kind=kind,
            opinion="不归我们管",
            facts="查过了",
            basis="条例第三十一条",
            where_to_go="县法院",
            remedy="可以复查",
        )
        cases.draft_reply(case.pk, text, by=world.hand("liuyang"), now=MONDAY + 3 * HOUR)
        cases.approve(case.pk, by=world.hand("zhaojun"), now=MONDAY + 4 * HOUR)
        cases.serve(case.pk, method="online", by=world.hand("liuyang"), now=MONDAY + 5 * HOUR)
        return case

    def ended(service):
        case = replied(world)
        service(case.pk, by=cases.hand.resident(case.pk), now=MONDAY + 6 * HOUR)
        return case

    return {
        "registered": (world.registered, ["11月30日（星期一）前答复您", "正在看该由哪个单位办"]),
        "dispatched": (lambda: dispatched(world), ["11月30日（星期一）前答复您", "11月24日（星期二）前要接下"]),
        "disputed": (disputed, ["11月30日（星期一）前答复您", "11月25日（星期三）前定下", "不在职责清单"]),
        "working": (lambda: working(world), ["11月30日（星期一）前答复您", "民政局正在办"]),
        "drafted": (drafted, ["11月30日（星期一）前答复您", "另一个人"]),
        "approved": (approved, ["11月30日（星期一）前答复您", "核对过了"]),
        "replied": (
            lambda: replied(world),
            ["有答复了", "12月14日（星期一）前", "不算解决", REPLY.opinion, REPLY.remedy],
        ),
        "confirmed": (lambda: ended(cases.confirm), ["11月23日（星期一），您说这件事就到这儿", REPLY.opinion]),
        "let_rest": (lambda: ended(cases.let_rest), ["11月23日（星期一），您说这件事就到这儿"]),
        "withdrawn": (lambda: ended(cases.withdraw), ["您把这件事撤回了", "不算解决"]),
        "redirected": (lambda: served("redirection"), ["这件事不归我们办", "县法院", "条例第三十一条"]),
        "rejected": (lambda: served("rejection"), ["这件事没有受理", "条例第三十一条", "可以复查"]),
    }


WAYS = (
    "registered dispatched disputed working drafted approved replied confirmed let_rest withdrawn redirected rejected"
)


@pytest.mark.parametrize("way", WAYS.split())
def test_every_status_tells_what_happens_next_and_by_when(world, holding, way):
    make, told = ways(world)[way]
    case = world.fresh(make())
    shown = page(holding(case)).replace("(", "(").replace(")", ")").replace(",", ",").replace(" (", "(")
    for words in told:
        assert words in shown, (words, shown)
    assert "腿断了,想问低保怎么办" in shown
    assert ("另外说一件事" in shown) == (case.status in cases.rules.ENDED)
    if case.status not in cases.rules.ENDED:
        assert PHONE in shown


def test_every_status_is_tried(world):
    tried = {world.fresh(make()).status for make, _told in ways(world).values()}
    assert set(Status) - tried == {"merged", "terminated"}  # no service leads there yet


def test_a_late_answer_is_called_late(world, holding, at_time):
    case = working(world)
    clocks.sweep(now=case.due_at + HOUR)
    at_time(case.due_at + 2 * HOUR)
    shown = page(holding(world.fresh(case)))
    assert "我们超期了" in shown and "上一级" in shown and "已超" in shown or "超期" in shown


def test_silence_is_told_as_silence(world, holding, at_time):
    case = replied(world)
    clocks.sweep(now=case.due_at)
    at_time(case.due_at + HOUR)
    shown = page(holding(world.fresh(case)))
    assert "没有等到您的回话" in shown and "不算解决" in shown


def test_reopened_matters_keep_the_earlier_answers_below(world, holding):
    case = replied(world)
    cases.reopen(case.pk, missing="钱还没到卡上", by=cases.hand.resident(case.pk), now=MONDAY + 6 * HOUR)
    shown = page(holding(case))
    assert shown.index("钱还没到卡上") < shown.index("以前的答复") < shown.index(REPLY.opinion)
    letter = holding(case).get(reverse("mine-answer-of", args=[1]))
    assert REPLY.opinion in letter.content.decode()


def test_nobody_of_the_staff_is_named_but_every_look_is_told(world, holding):
    case = working(world)
    for username in ("liuyang", "liqiang"):
        cases.log_view(case.pk, staff_id=world.staff[username].pk, now=MONDAY)
    cases.open_identity(case.pk, purpose="contact", by=world.hand("liuyang"), now=MONDAY + 3 * HOUR)
    shown = page(holding(case))
    assert "2 名工作人员" in shown and "民政局" in shown.split("谁看过")[1]
    for person in world.staff.values():
        assert person.display_zh not in shown
    assert "张桂兰" not in shown and "13900000001" not in shown


def test_a_name_nobody_gave_and_a_name_nobody_opened_are_told_apart(world, holding):
    assert "没有人打开过" in page(holding(world.registered()))
    assert "没有留姓名" in page(holding(world.registered(identity=residents.Identity())))


def test_an_internal_note_stays_internal(world, holding):
    case = working(world)
    cases.draft_reply(case.pk, REPLY, by=world.hand("liuyang"), now=MONDAY + 3 * HOUR)
    cases.send_back(case.pk, reason="第二段写得不像话", by=world.hand("zhaojun"), now=MONDAY + 4 * HOUR)
    shown = page(holding(case))
    assert "不像话" not in shown and "核对中" not in shown


def test_a_draft_is_not_shown_before_it_is_served(world, holding):
    case = working(world)
    cases.draft_reply(case.pk, REPLY, by=world.hand("liuyang"), now=MONDAY + 3 * HOUR)
    client = holding(case)
    assert REPLY.opinion not in page(client)
    assert client.get(reverse("mine-answer")).status_code == 404


def test_erased_words_are_a_sentence_and_never_an_error(world, holding):
    case = replied(world)
    me = cases.hand.resident(case.pk)
    cases.add_words(case.pk, "还有一句", by=me, now=MONDAY + 6 * HOUR)
    key = case.seal_key
    core.SealKey.objects.filter(pk=key.pk).update(wrapped=None, erased_at=MONDAY)
    client = holding(world.fresh(case))
    shown = page(client)
    assert "已经删除" in shown and REPLY.opinion not in shown
    assert "已经删除" in text_of(client.get(reverse("mine-answer")))


def test_words_are_added_once_and_the_office_is_told(world, holding):
    case = working(world)
    client = holding(case)
    form = client.get(reverse("mine-add"))
    key = re.search(r'name="key" value="([^"]+)"', form.content.decode())[1]
    for _ in range(2):
        assert client.post(reverse("mine-add"), {"key": key, "words": "还有一张住院单"}).url == reverse("mine")
    assert [s.text() for s in case.statements.all()] == ["还有一张住院单"]
    assert "还有一张住院单" in page(client)


def test_a_form_without_words_and_photos_says_so_and_keeps_nothing(world, holding):
    case = working(world)
    response = holding(case).post(reverse("mine-add"), {"key": str(core.new_id()), "words": "  "})
    assert response.status_code == 422 and "写几句" in text_of(response)


def test_photos_are_taken_cleaned_and_shown_to_their_owner_alone(world, holding, settings, tmp_path, client):
    settings.FILES_DIR = tmp_path
    case, other = working(world), world.registered()
    picture = BytesIO()
    Image.new("RGB", (40, 30), "green").save(picture, "JPEG")
    given = [
        SimpleUploadedFile("房子.jpg", picture.getvalue(), "image/jpeg"),
        SimpleUploadedFile("话.mp3", b"ID3" + bytes(200), "audio/mpeg"),
    ]
    mine = holding(case)
    data = {"key": str(core.new_id()), "words": "照片在这里", "photos": given}
    response = mine.post(reverse("mine-add"), data)
    assert response.status_code == 422 and "话.mp3" in text_of(response) and "照片在这里" in response.content.decode()
    attachment = case.attachments.get()
    address = reverse("mine-file", args=[attachment.pk])
    assert mine.get(address).status_code == 404  # not checked yet
    assert "房子.jpg" in page(mine)
    files.StoredFile.objects.filter(pk=attachment.file_id).update(state="refused", path="", refusal="unreadable",
                                                                 cleaned_at=MONDAY)  # fmt: skip
    assert "打不开" in page(mine)
    assert holding(other).get(address).status_code == 404


@pytest.mark.parametrize(
    ("ended", "told", "not_told"),
    [(cases.withdraw, "您已经撤回", "重新打开"), (cases.confirm, "会重新打开", "您已经撤回")],
)
def test_what_ended_says_what_to_do_instead_of_adding(world, holding, ended, told, not_told):
    case = replied(world)
    ended(case.pk, by=cases.hand.resident(case.pk), now=MONDAY + 6 * HOUR)
    page = holding(case).get(reverse("mine-add")).content.decode()
    assert told in page and not_told not in page and "<textarea" not in page


def test_the_same_photo_added_twice_by_one_form_is_there_once(world, holding, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    case, picture = working(world), BytesIO()
    Image.new("RGB", (40, 30), "green").save(picture, "JPEG")
    form, client = {"key": str(core.new_id()), "words": "照片在这里"}, holding(case)
    for _press in range(2):
        photo = SimpleUploadedFile("房子.jpg", picture.getvalue(), "image/jpeg")
        assert client.post(reverse("mine-add"), {**form, "photos": [photo]}).url == reverse("mine")
    assert case.attachments.count() == case.statements.count() == 1


def test_taking_back_asks_first_and_never_counts_as_solved(world, holding):
    case = working(world)
    client = holding(case)
    asked = client.get(reverse("mine-withdraw"))
    assert "不算解决" in text_of(asked) and world.fresh(case).status == "working"
    key = re.search(r'name="key" value="([^"]+)"', asked.content.decode())[1]
    for _ in range(2):
        assert client.post(reverse("mine-withdraw"), {"key": key}).url == reverse("mine")
    assert world.fresh(case).outcome == "withdrawn"
    assert client.get(reverse("mine-withdraw")).url == reverse("mine")
    assert client.post(reverse("mine-withdraw"), {}).status_code == 302


def test_the_letter_says_everything_the_page_says(world, holding):
    letter = text_of(holding(replied(world)).get(reverse("mine-answer")))
    for part in (REPLY.facts, REPLY.basis, REPLY.opinion, REPLY.remedy, "民政局"):
        assert part in letter


PAGES = ["mine", "mine-add", "mine-withdraw", "mine-answer"]


@pytest.mark.parametrize("name", PAGES)
def test_without_a_receipt_one_is_asked_for_it(world, client, at_time, name):
    assert client.get(reverse(name)).url == reverse("receipt-lookup")


def test_an_old_or_forged_cookie_and_a_new_issue_of_the_receipt_open_nothing(world, holding, monkeypatch):
    case = world.registered()
    client = holding(case)
    client.cookies[receipt_access.COOKIE] = client.cookies[receipt_access.COOKIE].value[:-2] + "xx"
    assert client.get(reverse("mine")).url == reverse("receipt-lookup")
    client = holding(case)
    cases.Case.objects.filter(pk=case.pk).update(issue=2)
    assert client.get(reverse("mine")).url == reverse("receipt-lookup")
    cases.Case.objects.filter(pk=case.pk).update(issue=1)
    import time

    later = time.time() + timedelta(hours=1, seconds=5).total_seconds()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert client.get(reverse("mine")).url == reverse("receipt-lookup")


def test_a_receipt_opens_its_own_matter_alone(world, holding):
    mine, other = world.registered(words="我的事在这里"), world.registered(words="别人的事在那里")
    shown = page(holding(mine))
    assert "我的事在这里" in shown and "别人的事在那里" not in shown and other.code[:4] not in shown


def test_nothing_is_kept_by_the_browser_and_leaving_forgets(world, holding):
    client = holding(working(world))
    assert "no-store" in client.get(reverse("mine"))["Cache-Control"]
    assert client.get(reverse("mine-leave")).status_code == 405
    assert client.post(reverse("mine-leave")).url == reverse("mine-left")
    assert client.get(reverse("mine")).url == reverse("receipt-lookup")
    assert "不再记得" in text_of(client.get(reverse("mine-left")))


def test_looking_at_ones_own_page_writes_nothing(world, holding):
    case = working(world)
    client = holding(case)
    before = (acts.Act.objects.count(), world.fresh(case).version)
    page(client)
    assert (acts.Act.objects.count(), world.fresh(case).version) == before


def test_the_page_runs_few_queries(world, holding, django_assert_max_num_queries):
    case = replied(world)
    for n in range(5):
        cases.add_words(case.pk, f"第{n}句", by=cases.hand.resident(case.pk), now=MONDAY + 6 * HOUR)
    client = holding(case)
    page(client)
    with django_assert_max_num_queries(12):
        page(client)
