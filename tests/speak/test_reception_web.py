"""Saying something on the web: three short pages without scripts, kept on the server, sent once."""

import errno
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.speak.reception_people import NOW, WORDS, key_of
from tests.speak.test_reception_intake import PDF

from bandeng.ground.acts import api as acts
from bandeng.ground.core import clock
from bandeng.ground.directory import api as directory
from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as cases
from bandeng.speak.casework.models import Draft

pytestmark = pytest.mark.usefixtures("at_the_counter")

START, REACH, CHECK, RECEIPT = "/speak/", "/speak/reach/", "/speak/check/", "/speak/receipt/"
NAMED = {"who": "shown", "name": "张桂兰", "phone": "13900000001"}


def typed(client, *, words=WORDS, **reach):
    assert client.post(START, {"words": words}).url == REACH
    assert client.post(REACH, {"who": "anonymous", **reach}).url == CHECK
    return key_of(client.get(CHECK).text)


def sent(client, **more):
    return client.post(CHECK, {"key": typed(client, **more)})


def test_three_pages_lead_to_a_receipt(world, client):
    area = world.areas["liushu"]
    response = sent(client, area=str(area.pk), **NAMED)
    assert response.url == RECEIPT
    case = cases.Case.objects.select_related("seal_key").get()
    assert (case.channel, case.identity_mode, case.area, case.registered_by) == ("web", "shown", area, "resident")
    assert case.statement() == WORDS and case.first_receiver_id == world.office("hexi-centre")
    page = client.get(RECEIPT).text
    for part in (cases.labels.PEN["dispatcher"], "河西镇党群服务中心", "0999-5550100", "2026年11月30日", "摔了一跤"):
        assert str(part) in page
    assert case.secret() in page.replace(" ", "")
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("reach", "mode", "has_resident"),
    [
        ({"who": "anonymous"}, "anonymous", False),
        ({**NAMED, "who": "hidden"}, "hidden", True),
        (NAMED, "shown", True),
        ({"who": "hidden", "phone": "13900000001"}, "hidden", True),
    ],
)
def test_the_three_choices_of_who_may_know(world, client, reach, mode, has_resident):
    sent(client, **reach)
    case = cases.Case.objects.get()
    assert (case.identity_mode, case.resident_id is not None) == (mode, has_resident)
    assert residents.Resident.objects.count() == has_resident


def test_where_it_is_about_decides_who_receives_it(world, client):
    sent(client)
    assert cases.Case.objects.get().first_receiver_id == world.office("county-centre")


@pytest.mark.parametrize("words", ["", "  \n ", "\x00\x01", "长" * 20_001])
def test_words_that_are_none_or_too_many(world, client, words):
    response = client.post(START, {"words": words})
    assert response.status_code == 422
    assert "一句话也行" in response.text or ("20001" in response.text and "长" * 20_001 in response.text)
    assert not Draft.objects.exists() and not response.cookies.get("bandeng_draft")


@pytest.mark.parametrize(
    ("reach", "said"),
    [
        ({}, "在三个里选一个"),
        ({"who": "somebody"}, "somebody"),
        ({"who": "anonymous", "phone": "13900000001"}, "清空"),
        ({"who": "anonymous", "name": "张桂兰"}, "清空"),
        ({"who": "hidden"}, "写姓名或者电话"),
        ({"who": "shown", "phone": "电话没有"}, "不像电话号码"),
        ({"who": "anonymous", "area": "nowhere"}, "nowhere"),
        ({"who": "shown", "name": "张" * 41}, "40"),
    ],
)
def test_reach_says_what_to_do_and_keeps_what_was_typed(world, client, reach, said):
    client.post(START, {"words": WORDS})
    response = client.post(REACH, reach)
    assert response.status_code == 422 and said in response.text
    assert reach.get("phone", "") in response.text and reach.get("name", "") in response.text


def test_emoji_and_odd_signs_arrive(world, client):
    sent(client, words="路灯\x00坏了 👩‍🌾")
    assert cases.Case.objects.select_related("seal_key").get().statement() == "路灯坏了 👩‍🌾"


def test_a_double_click_is_one_matter_and_one_receipt(world, client):
    key = typed(client)
    cookies = client.cookies["bandeng_draft"].value
    first = client.post(CHECK, {"key": key})
    again = Client()
    again.cookies["bandeng_draft"] = cookies
    second = again.post(CHECK, {"key": key})
    assert first.url == second.url == RECEIPT
    assert cases.Case.objects.count() == 1
    assert client.get(RECEIPT).status_code == again.get(RECEIPT).status_code == 200


def test_a_key_without_its_cookie_opens_nothing(world, client):
    key = typed(client)
    client.post(CHECK, {"key": key})
    stranger = Client()
    assert stranger.post(CHECK, {"key": key}).status_code == 422
    assert stranger.get(RECEIPT).status_code == 302
    assert cases.Case.objects.count() == 1


def test_what_was_typed_survives_a_closed_browser(world, client):
    client.post(START, {"words": WORDS})
    cookie = client.cookies["bandeng_draft"]
    assert cookie["max-age"] == 7 * 24 * 3600 and cookie["httponly"] and cookie["path"] == "/speak/"
    other = Client()
    other.cookies["bandeng_draft"] = cookie.value
    assert "摔了一跤" in other.get(START).text
    other.post(REACH, {"who": "shown", "name": "张桂兰"})
    assert "张桂兰" in other.get(CHECK).text
    assert "摔了一跤" not in Client().get(START).text


def test_going_back_and_changing_keeps_the_rest(world, client):
    typed(client, **NAMED)
    assert client.post(START, {"words": "改过了"}).url == CHECK
    page = client.get(CHECK).text
    assert "改过了" in page and "张桂兰" in page


def test_a_check_page_of_before_a_change_is_shown_again(world, client):
    typed(client)
    stale = client.post(CHECK, {"key": "00000000-0000-4000-8000-000000000000"})
    assert stale.status_code == 409 and "还没有交" in stale.text and not cases.Case.objects.exists()


def test_what_is_typed_is_kept_while_typing(world, client):
    assert client.post("/speak/draft/", {"words": "写到一半"}).status_code == 204
    assert "写到一半" in client.get(START).text
    assert client.post("/speak/draft/", {"words": "长" * 70_000}).status_code == 413


def test_deleting_leaves_nothing(world, client):
    typed(client)
    response = client.post("/speak/delete/")
    assert not Draft.objects.exists() and response.cookies["bandeng_draft"]["max-age"] == 0
    assert "已经删掉" in client.get(response.url).text


def test_an_expired_draft_says_so_and_what_the_page_holds_is_kept(world, client, monkeypatch):
    key = typed(client)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=8))
    assert client.get(CHECK).url == f"{START}?said=ended"
    gone = client.post(CHECK, {"key": key})
    assert gone.status_code == 422 and "不在这里" in gone.text
    late = client.post(REACH, NAMED)
    assert late.status_code == 422 and "不在这里" in late.text
    assert client.post(START, {"words": WORDS}).url == CHECK
    assert "张桂兰" in client.get(CHECK).text


def test_pages_out_of_turn_lead_to_the_right_one(world, client):
    assert client.get(REACH).url == client.get(CHECK).url == f"{START}?said=ended"
    client.post(START, {"words": WORDS})
    assert client.get(CHECK).url == REACH
    assert client.post(CHECK, {"key": "x"}).url == REACH
    typed(client)
    client.post(CHECK, {"key": key_of(client.get(CHECK).text)})
    assert client.get(CHECK).url == RECEIPT  # the back button after sending


def test_no_cookie_before_the_first_page_is_sent(world, client):
    response = client.get(START)
    assert "bandeng_draft" not in response.cookies and "sessionid" not in response.cookies
    assert "先" in response.text and "/speak/accusation/" in response.text.split("<textarea")[0]


@pytest.mark.parametrize("token", ["x", "../../" * 20, "é" * 43, "a" * 43])
def test_a_made_up_cookie_is_nobodys_draft(world, client, token):
    Client().post(START, {"words": WORDS})
    client.cookies["bandeng_draft"] = token
    assert "摔了一跤" not in client.get(START).text


def test_photos_are_taken_one_by_one(world, client, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    sent(client)
    good, bad = SimpleUploadedFile("灯.pdf", PDF), SimpleUploadedFile("空.jpg", b"")
    assert client.post(RECEIPT, {"files": [good]}).url == f"{RECEIPT}#photos"
    page = client.post(RECEIPT, {"files": [SimpleUploadedFile("二.pdf", PDF), bad]})
    assert page.status_code == 422 and "空.jpg：" in page.text and "二.pdf" in page.text
    assert cases.Case.objects.get().attachments.count() == 2
    assert client.post(RECEIPT, {}).status_code == 422
    assert Client().post(RECEIPT, {"files": [SimpleUploadedFile("三.pdf", PDF)]}).status_code == 302


def test_a_borrowed_telephone_stops_showing_the_matter(world, client):
    sent(client)
    client.post("/speak/leave/")
    assert client.get(RECEIPT).url == "/find/"


def test_a_county_without_a_receiving_office_says_so_and_keeps_the_words(world, client):
    key = typed(client)
    directory.Office.objects.update(is_dispatching=False)
    directory.forget()
    response = client.post(CHECK, {"key": key})
    assert response.status_code == 503 and "现在交不了" in response.text and "摔了一跤" in response.text


def test_the_form_on_paper_asks_the_same(world, client):
    page = client.get("/speak/form/").text
    for question in ("出了什么事", "说的是哪个地方", "谁可以知道", "您的姓名", "您的电话", "不留姓名", "举报干部"):
        assert question in page
    assert 'class="sheet' in page


def test_large_text_holds_on_every_page(world, client):
    client.cookies["text"] = "large"
    sent(client)
    for url in (START, RECEIPT, "/find/", "/speak/accusation/", "/speak/form/"):
        assert 'data-text="large"' in client.get(url).text


def test_the_same_photo_sent_twice_by_one_page_is_there_once(world, client, settings, tmp_path):
    """The line broke before the answer came, and the button was pressed again."""
    settings.FILES_DIR = tmp_path
    sent(client)
    key = key_of(client.get(RECEIPT).text)
    for content in (PDF, PDF, PDF + b"%another"):
        answer = client.post(RECEIPT, {"key": key, "files": [SimpleUploadedFile("灯.pdf", content)]})
        assert answer.url == f"{RECEIPT}#photos"
    case = cases.Case.objects.get()
    assert case.attachments.count() == acts.Act.objects.filter(kind="case.file_added").count() == 2
    client.post(RECEIPT, {"key": key_of(client.get(RECEIPT).text), "files": [SimpleUploadedFile("灯.pdf", PDF)]})
    assert case.attachments.count() == 3  # chosen again on a page loaded anew: that was meant


def test_a_full_disk_is_said_and_the_same_photo_is_taken_when_there_is_room(
    world, client, settings, tmp_path, monkeypatch
):
    settings.FILES_DIR = tmp_path
    sent(client)
    form = {"key": key_of(client.get(RECEIPT).text)}
    client.raise_request_exception = False

    def full(fd):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("bandeng.ground.files.vault.os.fsync", full)
        page = client.post(RECEIPT, {**form, "files": [SimpleUploadedFile("灯.pdf", PDF)]})
    assert page.status_code == 503 and page["Retry-After"]
    assert "可能没有收下" in page.text and "再交一次" in page.text and settings.PUBLIC_PHONE in page.text
    assert not cases.Case.objects.get().attachments.exists() and not [p for p in tmp_path.rglob("*") if p.is_file()]
    assert client.post(RECEIPT, {**form, "files": [SimpleUploadedFile("灯.pdf", PDF)]}).status_code == 302
