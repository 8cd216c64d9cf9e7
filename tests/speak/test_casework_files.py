"""Photos and papers: for those who may see the case, once they have been cleaned."""

import io

import pytest
from django.urls import reverse
from PIL import Image
from tests.speak.test_casework_desk import monday  # noqa: F401
from tests.speak.test_casework_loop import working
from tests.world import MONDAY

from bandeng.ground.files import api as files
from bandeng.speak.casework import api as cases


def photo() -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "#1f5c4d").save(out, "JPEG")
    out.seek(0)
    return out


def test_a_photo_is_served_when_clean_and_only_within_scope(world, sign_in):
    case = working(world)
    attachment = cases.attach(case.pk, photo(), "张桂兰的腿.jpg", by=cases.hand.resident(case.pk), now=MONDAY)
    url = reverse("case-file", args=[case.code, attachment.pk])
    client = sign_in("liuyang")
    assert client.get(url).status_code == 404
    assert "正在检查" in client.get(reverse("case", args=[case.code])).content.decode()
    files.clean_pending(now=MONDAY)
    response = client.get(url)
    assert response.status_code == 200 and response["Content-Type"] in {"image/jpeg", "image/png"}
    assert "张桂兰" not in response["Content-Disposition"]
    assert sign_in("zhengkai").get(url).status_code == 404


def test_what_is_no_photo_is_refused_with_advice_and_leaves_nothing(world):
    case = working(world)
    with pytest.raises(files.CannotReceive):
        cases.attach(
            case.pk, io.BytesIO(b"MZ\x90\x00" + b"x" * 200), "路.jpg", by=cases.hand.resident(case.pk), now=MONDAY
        )
    assert case.attachments.count() == 0


def test_only_the_resident_and_offices_with_the_case_may_add(world):
    case = working(world)
    with pytest.raises(cases.NoPen):
        cases.attach(case.pk, photo(), "a.jpg", by=world.hand("zhengkai"), now=MONDAY)
    with pytest.raises(cases.NoPen):
        cases.attach(case.pk, photo(), "a.jpg", by=cases.hand.resident(world.registered().pk), now=MONDAY)
