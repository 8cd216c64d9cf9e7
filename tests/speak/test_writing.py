"""Help beside a draft: plainer words, what is missing, the page as the resident sees it; nothing is kept of it."""

import pytest
from django.urls import reverse
from tests.speak.test_casework_loop import HOUR, working
from tests.world import MONDAY

from bandeng.ground.core import clock
from bandeng.speak.casework import api as cases
from bandeng.speak.writing import api as writing

BAD = "经研究决定，给予你户低保待遇，请你予以理解和支持。"


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY + 6 * HOUR)


def url(case, page, name="draft"):
    return reverse(f"writing-{page}", args=[case.code, name])


def test_a_draft_is_read_whole_and_each_finding_names_its_part(world):
    case = working(world)
    found = writing.check(case, {"opinion": "十二月起发放。", "facts": BAD}, message="想问低保怎么办")
    assert found.words and all(note.part == "facts" for note in found.words if note.said in BAD)
    assert all(note.said in BAD + "十二月起发放。" for note in found.words)


def test_what_the_law_asks_for_stands_first(world):
    case = working(world)
    needed = writing.check(case, {"kind": "rejection", "result": "not_supported"}, message=None).needed
    assert set(needed) == {"facts", "basis", "opinion", "where_to_go", "remedy"}


def test_beside_the_form_nothing_is_kept(world, sign_in):
    case = working(world)
    client = sign_in("liuyang")
    beside = client.post(url(case, "words"), {"opinion": BAD}, headers={"X-Requested-With": "beside"})
    assert beside.status_code == 200 and "<html" not in beside.text and "给予" in beside.text
    assert not cases.Draft.objects.exists()


def test_without_scripts_the_words_have_a_page_and_the_draft_is_kept_on_the_way(world, sign_in):
    case = working(world)
    client = sign_in("liuyang")
    page = client.post(url(case, "words"), {"opinion": BAD, "kind": "answer", "result": "supported"})
    assert page.status_code == 200 and "给予" in page.text
    assert BAD in client.get(reverse("case-act", args=[case.code, "draft"])).text


def test_where_a_passage_came_from_outlives_a_look_at_the_words_and_at_the_preview(world, sign_in):
    case = working(world)
    client = sign_in("liuyang")
    for page in ("words", "preview"):
        client.post(url(case, page), {"opinion": BAD, "source": "其中一段取自 ABCD 的答复。"})
        assert "其中一段取自 ABCD" in client.get(reverse("case-act", args=[case.code, "draft"])).text


def test_one_press_writes_the_plainer_words(world, sign_in):
    case = working(world)
    client = sign_in("liuyang")
    client.post(url(case, "words"), {"opinion": BAD})
    client.post(url(case, "plainer"), {"part": "opinion", "said": "给予你户低保待遇", "better": "您家可以领低保"})
    page = client.get(reverse("case-act", args=[case.code, "draft"])).text
    assert "您家可以领低保" in page and "给予你户" not in page


def test_the_preview_shows_what_the_resident_reads_and_asks_two_questions(world, sign_in):
    case = working(world)
    page = sign_in("liuyang").post(url(case, "preview"), {"opinion": "十二月起发放。", "result": "supported"}).text
    assert page.count("十二月起发放。") == 2 and page.count("假如我是群众") == 2
    assert "办理意见" not in page  # the resident's own headings, not the form's


def test_another_offices_draft_is_no_page(world, sign_in):
    case = working(world)
    for page in ("words", "plainer", "preview"):
        assert sign_in("wangmin").post(url(case, page), {"opinion": BAD}).status_code == 404


@pytest.mark.parametrize("page", ["words", "preview"])
def test_a_draft_too_long_to_keep_comes_back_whole_with_what_to_do(world, sign_in, page):
    case = working(world)
    client = sign_in("liuyang")
    client.post(url(case, page), {"opinion": "先写的", "kind": "answer"})
    typed = {
        "opinion": "长" * 70_000,
        "facts": "去看过，<b>灯</b>不亮",
        "source": "其中一段取自 ABCD 的答复。",
        "version": "1",
    }
    answer = client.post(url(case, page), typed)
    assert answer.status_code == 413 and answer["Content-Type"].startswith("text/html")
    assert "长" * 70_000 in answer.text and "去看过，&lt;b&gt;灯&lt;/b&gt;不亮" in answer.text
    assert "太长，存不下" in answer.text and "其中一段取自 ABCD" in answer.text
    assert answer.text.count('class="error"') == 0  # what is missing is asked when it is sent, not now
    kept = cases.load_draft(world.hand("liuyang").key, cases.draft_name(case, "draft"), now=MONDAY + 6 * HOUR)
    assert kept["opinion"] == "先写的"
    shorter = client.post(url(case, page), typed | {"opinion": "短了"})
    assert shorter.status_code == 200


def test_plainer_words_that_do_not_fit_leave_the_draft_as_it_was(world, sign_in):
    case = working(world)
    client = sign_in("liuyang")
    client.post(url(case, "words"), {"opinion": BAD})
    answer = client.post(
        url(case, "plainer"), {"part": "opinion", "said": "给予", "better": "长" * 70_000}, follow=True
    )
    assert answer.status_code == 200 and BAD in answer.text and "太长" in answer.text
