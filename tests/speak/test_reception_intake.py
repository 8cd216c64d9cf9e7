"""Taking in at the counter: one field is enough, nothing typed is lost, a double click is one matter."""

import re
import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.speak.lookup_index import fed
from tests.speak.reception_people import NOW, WORDS, key_of, without_keys
from tests.speak.test_casework_loop import replied

from bandeng.ground.acts import api as acts
from bandeng.ground.core import clock
from bandeng.speak.casework import api as cases
from bandeng.speak.reception.staff.common import keyed

pytestmark = pytest.mark.usefixtures("at_the_counter")

INTAKE = "/desk/intake/"
FORM = {"words": WORDS, "channel": "counter", "procedure": "general"}
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def only_case():
    return cases.Case.objects.select_related("seal_key").get()


def test_words_alone_are_enough_and_lead_to_the_receipt(world, sign_in):
    client = sign_in("liqiang")
    response = client.post(INTAKE, FORM)
    case = only_case()
    assert response.url == reverse("read-back", args=[case.code])
    assert case.statement() == WORDS and case.identity_mode == "anonymous" and case.channel == "counter"
    assert case.first_receiver_id == world.office("hexi-centre")
    page = client.get(response.url)
    assert "想请人来修" in page.text and page["Cache-Control"].count("no-store")
    onward = client.post(response.url, {"words": ""})
    assert onward.url == reverse("receipt", args=[case.code])
    receipt = client.get(onward.url).text
    for part in (case.code[:4], "河西镇党群服务中心", "0999-5550100", "2026年11月30日", "<svg"):
        assert part in receipt


def test_everything_given_arrives_where_it_belongs(world, sign_in):
    more = {
        "place": "柳树村",
        "topic": "低保",
        "name": "张桂兰",
        "phone": "１３９ 0000 0001",
        "address": "3组",
        "id_number": "110101195001010028",
        "is_name_hidden": "on",
        "channel": "phone",
        "procedure": "enquiry",
    }
    assert sign_in("liqiang").post(INTAKE, {**FORM, **more}).status_code == 302
    case = only_case()
    assert (case.area, case.topic) == (world.areas["liushu"], world.topics["09.01.01"])
    assert (case.identity_mode, case.channel, case.procedure) == ("hidden", "phone", "enquiry")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("words", "", "一句也行"),
        ("words", " \x00\x07\n ", "一句也行"),
        ("words", "长" * 20_001, "20001"),
        ("place", "不存在的地方", "没有找到"),
        ("topic", "不存在的事", "没有找到"),
        ("phone", "没有", "电话号码"),
        ("id_number", "123", "18 位"),
        ("channel", "pigeon", "pigeon"),
        ("name", "张" * 41, "40"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(world, sign_in, field, value, said):
    typed = {**FORM, "name": "张桂兰", "words": "路灯坏了", "place": "柳树村", field: value}
    response = sign_in("liqiang").post(INTAKE, typed)
    assert response.status_code == 422
    assert said in response.text
    for name, text in typed.items():
        if name != field and name in ("name", "words", "place"):
            assert text in response.text
    assert not cases.Case.objects.exists()


def test_odd_signs_are_kept_or_dropped_as_a_reader_would_expect(world, sign_in):
    sign_in("liqiang").post(INTAKE, {**FORM, "words": "路灯\x00坏了 👩‍🌾 \u202e反着\r\n第二行\t完"})
    assert only_case().statement() == "路灯坏了 👩‍🌾 反着\n第二行\t完"


def test_twice_the_same_key_is_one_matter_and_one_receipt(world, sign_in):
    client = sign_in("liqiang")
    key = key_of(client.get(INTAKE).text)
    first, second = (client.post(INTAKE, {**FORM, "key": key}) for _ in range(2))
    assert first.url == second.url and cases.Case.objects.count() == 1


def test_somebody_elses_key_is_not_ones_own(world, sign_in):
    key = str(uuid.uuid4())
    sign_in("liqiang").post(INTAKE, {**FORM, "key": key})
    sign_in("linna").post(INTAKE, {**FORM, "key": key})
    assert cases.Case.objects.count() == 2


def test_accounts_made_in_the_same_moment_have_keys_of_their_own():
    """The first half of a version 7 id is the time it was made: a whole import of staff may share it."""
    first, second = uuid.uuid4(), uuid.uuid4()
    second = uuid.UUID(hex=first.hex[:16] + second.hex[16:])
    key = uuid.uuid4()
    made = {keyed("intake", SimpleNamespace(user=SimpleNamespace(pk=pk)), key) for pk in (first, second)}
    assert len(made) == 2


def test_answered_on_the_spot_both_acts_and_one_receipt(world, sign_in):
    client = sign_in("liqiang")
    sent = {**FORM, "answer": "明天上午电工来修。", "key": str(uuid.uuid4())}
    to = [client.post(INTAKE, sent).url for _ in range(2)]
    assert to[0] == to[1]
    case = only_case()
    assert (case.status, case.procedure) == ("replied", "on_the_spot")
    kinds = [line.act.kind for line in cases.history(case)]
    assert kinds == ["case.registered", "case.replied_on_the_spot"]
    receipt = client.get(reverse("receipt", args=[case.code])).text
    assert "明天上午电工来修" in receipt and "登记并答复了" in receipt


def test_on_the_spot_without_an_answer_yet_is_due_today(world, sign_in):
    sign_in("liqiang").post(INTAKE, {**FORM, "is_on_the_spot": "on"})
    case = only_case()
    assert case.status == "registered" and case.due_on == NOW.date() and case.holder_id == case.first_receiver_id


@pytest.mark.parametrize("username", ["liuyang", "chenfang", "zhaojun", "wujing", None])
def test_who_does_not_register_gets_no_form(world, client, sign_in, username):
    if username:
        sign_in(username)
    case = world.registered()
    for url in (INTAKE, reverse("desk-accusation"), reverse("receipt-again", args=[case.code])):
        assert client.get(url).status_code in {302, 403}
        assert client.post(url, FORM).status_code in {302, 403}
    assert cases.Case.objects.count() == 1


def test_another_townships_matter_does_not_exist_here(world, sign_in):
    case = world.registered()
    client = sign_in("wangmin")
    for name in ("read-back", "receipt", "receipt-again", "again-matter"):
        url = reverse(name, args=[case.code])
        assert client.get(url).status_code == 404
        if name != "receipt":
            assert client.post(url, {"words": "x"}).status_code == 404


def test_what_is_typed_is_kept_and_comes_back_until_it_is_sent(world, sign_in):
    client = sign_in("liqiang")
    key = key_of(client.get(INTAKE).text)
    half = {**FORM, "words": "说到一半", "key": key}
    assert client.post(reverse("intake-draft"), half).status_code == 204
    page = client.get(INTAKE).text
    assert "说到一半" in page and key_of(page) == key
    client.post(INTAKE, half)
    client.post(reverse("intake-draft"), half)  # a copy that was still under way
    assert "说到一半" not in client.get(INTAKE).text


def test_the_form_remembers_how_the_last_one_came(world, sign_in):
    client = sign_in("liqiang")
    client.post(INTAKE, {**FORM, "channel": "phone"})
    assert re.search(r'value="phone" selected', client.get(INTAKE).text)


def test_a_correction_stands_beside_the_words_and_is_kept_once(world, sign_in):
    client = sign_in("liqiang")
    url = client.post(INTAKE, FORM).url
    key = key_of(client.get(url).text)
    for _ in range(2):
        assert client.post(url, {"words": "是三个月,不是两个月", "key": key}).status_code == 302
    case = only_case()
    assert case.statement() == WORDS
    assert [s.text() for s in case.statements.all()] == ["是三个月,不是两个月"]
    for paper in ("slip", "a4"):
        sheet = client.get(reverse("receipt", args=[case.code]) + f"?paper={paper}").text
        assert "坏了两个月" in sheet and "是三个月" in sheet


def test_a_bad_file_is_named_and_the_good_one_and_the_words_are_kept(world, sign_in, settings, tmp_path):
    settings.FILES_DIR = tmp_path
    client = sign_in("liqiang")
    url = client.post(INTAKE, FORM).url
    good, bad = SimpleUploadedFile("证明.pdf", PDF), SimpleUploadedFile("录像.mp4", b"\0\0\0\x18ftypmp42" + b"0" * 64)
    page = client.post(url, {"words": "是三个月", "files": [good, bad]})
    assert page.status_code == 422
    assert "录像.mp4：" in page.text and "证明.pdf" in page.text and "是三个月" in page.text
    case = only_case()
    assert case.attachments.count() == 1 and case.statements.count() == 1
    too_long = client.post(url, {"words": "长" * 20_001, "files": [SimpleUploadedFile("二.pdf", PDF)]})
    assert too_long.status_code == 422 and case.attachments.count() == 2


def test_a_receipt_is_shown_to_the_session_that_made_it_for_half_an_hour(world, sign_in, monkeypatch):
    client = sign_in("liqiang")
    client.post(INTAKE, FORM)
    case = only_case()
    url = reverse("receipt", args=[case.code])
    assert case.secret()[:4] in client.get(url).text
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=29))
    assert client.get(url).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=31))
    client = sign_in("liqiang")
    assert client.get(url).url == reverse("receipt-again", args=[case.code])


def test_printing_again_is_asked_and_kept_on_record(world, sign_in):
    case = world.registered()
    client = sign_in("liqiang")
    url = reverse("receipt-again", args=[case.code])
    assert case.secret() not in client.get(url).text.replace(" ", "")
    to = client.post(url).url
    assert case.secret() in client.get(to).text.replace(" ", "")
    assert [line.act.kind for line in cases.history(case)][-1] == "case.receipt_printed"


def test_a_slip_that_went_astray_opens_nothing_any_more(world, sign_in, client):
    case = world.registered()
    resident, clerk = client, sign_in("liqiang")
    resident.get(reverse("receipt-link", args=[case.code, case.secret()]))
    mine = reverse("mine")
    assert resident.get(mine).status_code == 200
    to = clerk.post(reverse("receipt-again", args=[case.code]), {"is_astray": "on"}).url
    case.refresh_from_db()
    assert case.issue == 2 and case.secret() in clerk.get(to).text.replace(" ", "")
    assert resident.get(mine).status_code == 302
    assert [line.act.kind for line in cases.history(case)][-1] == "case.receipt_replaced"
    assert [one for one in cases.altered() if one] == []


def test_a_dispatcher_of_the_same_office_cannot_print_the_secret(world, sign_in):
    case = world.registered()
    client = sign_in("chenfang")
    assert client.get(reverse("receipt", args=[case.code])).status_code == 403


def test_the_thirtieth_visit_looks_like_the_first(world, sign_in):
    client = sign_in("liqiang")
    more = {"name": "张桂兰", "phone": "13900000001", "place": "柳树村", "topic": "低保"}
    client.post(INTAKE, {**FORM, **more})  # the way of coming in is remembered from here on
    form_first = without_keys(client.get(INTAKE).text)
    pages = []
    for visit in range(30):
        url = client.post(INTAKE, {**FORM, **more}).url
        code = url.split("/")[3]
        shown = without_keys(client.get(url).text)
        receipt = without_keys(client.get(reverse("receipt", args=[code])).text)
        if visit in (0, 29):
            pages.append((code, shown, receipt))
    assert without_keys(client.get(INTAKE).text) == form_first
    (code1, read1, receipt1), (code2, read2, receipt2) = pages
    spaced = [" ".join(c[i : i + 4] for i in (0, 4, 8)) for c in (code1, code2)]
    assert read1.replace(code1, "").replace(spaced[0], "") == read2.replace(code2, "").replace(spaced[1], "")
    for name in ("张桂兰", "13900000001"):
        assert name not in receipt1 and name not in receipt2
    strip = re.compile(r"<svg[^>]*class=\"qr\".*?</svg>|[2-9A-Z]{4}(?: [2-9A-Z]{2,4}){1,2}|[2-9A-Z]{10}", re.S)
    assert strip.sub("", receipt1) == strip.sub("", receipt2)


def test_the_same_matter_again_is_found_by_its_receipt_and_counts_as_a_trip(world, sign_in):
    case = world.registered()
    client = sign_in("liqiang")
    found = client.post(reverse("again"), {"q": f" {case.code.lower()[:4]} {case.code[4:]}"})
    assert found.url == reverse("again-matter", args=[case.code])
    key = key_of(client.get(found.url).text)
    for _ in range(2):
        assert client.post(found.url, {"key": key}).url == reverse("case", args=[case.code])
    assert case.trips.count() == 1


def test_matters_are_found_by_what_they_are_about_never_by_whose_they_are(world, sign_in):
    world.registered(words="张桂兰问低保,电话 13900000001")
    fed()
    client = sign_in("liqiang")
    assert "是哪一件" in client.post(reverse("again"), {"q": "低保"}).text
    for who in ("张桂兰", "13900000001", "139"):
        assert "没有找到" in client.post(reverse("again"), {"q": who}).text
    assert client.post(reverse("again"), {"q": ""}).status_code == 422


def test_trips_are_not_noted_on_what_is_out_of_scope(world, sign_in):
    case = replied(world)
    assert sign_in("wangmin").post(reverse("again-matter", args=[case.code]), {}).status_code == 404
    assert not case.trips.exists()


def test_pages_run_few_queries(world, sign_in, django_assert_max_num_queries):
    client = sign_in("liqiang")
    client.get(INTAKE)
    with django_assert_max_num_queries(8):
        client.get(INTAKE)
    url = client.post(INTAKE, FORM).url
    with django_assert_max_num_queries(22):
        client.get(url.replace("read-back", "receipt"))


def test_every_act_of_the_counter_is_in_the_log(world, sign_in):
    client = sign_in("liqiang")
    url = client.post(INTAKE, FORM).url
    client.post(url, {"words": "更正"})
    assert [a.kind for a in acts.history("case", only_case().pk)] == ["case.registered", "case.corrected"]
