"""What lists and search see of words: without numbers, and without what their speaker gave of themselves."""

import pytest
from tests.speak.lookup_index import fed
from tests.speak.test_casework_loop import HOUR, dispatched, replied
from tests.world import MONDAY

from bandeng.config import worker
from bandeng.ground.core import api as core
from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as cases
from bandeng.speak.casework.models import Case, Statement
from bandeng.speak.lookup import api as lookup

ID_NUMBER = "11010519491231002X"
GIVEN = residents.Identity(
    name="欧阳明月", phone="8000123", id_number="110105194912310021", address="河西镇柳树村3组12号"
)
NAMES = ["王芳", "欧阳芳", "阿依古丽·买买提", "古丽•阿不都", "𠮷野", "王*花", "李[明]", "Li (Wang)", "赵.四", "洛桑"]
SAID = (
    "我是欧阳明月,欧阳女士找过你们。住河西镇 柳树村3组12号,电话800-0123,"
    "证号 110105 19491231 0021,卡6200 0000 0000 0005。"
)
LEFT = "我是〔姓名〕,〔姓名〕找过你们。住〔住址〕,电话〔电话〕,证号 〔身份证号〕,卡〔卡号〕。"


def masked_of(case) -> list[str]:
    return [row.words_masked for row in Statement.objects.filter(case=case).order_by("said_at", "id")]


def test_words_are_masked_with_what_their_speaker_gave(world):
    case = world.registered(words=SAID, identity=GIVEN)
    assert world.fresh(case).words_masked == LEFT


def test_what_is_said_later_is_masked_with_the_identity_given_at_first(world):
    case = replied(world, identity=GIVEN)
    me = cases.hand.resident(case.pk)
    cases.correct_words(case.pk, SAID, by=me, now=MONDAY + 7 * HOUR)
    cases.add_words(case.pk, SAID, by=me, now=MONDAY + 8 * HOUR)
    cases.reopen(case.pk, missing=SAID, by=me, now=MONDAY + 9 * HOUR)
    assert masked_of(case) == [LEFT] * 3


def test_without_identity_numbers_and_names_after_a_cue_go_all_the_same(world):
    case = world.registered(words=f"电话13912345678,证{ID_NUMBER}", identity=residents.Identity())
    cases.add_words(case.pk, "我叫欧阳明月,座机(0571)8000 1234", by=cases.hand.resident(case.pk), now=MONDAY + HOUR)
    assert world.fresh(case).words_masked == "电话〔电话〕,证〔身份证号〕"
    assert masked_of(case) == ["我叫〔姓名〕,座机〔电话〕"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_any_form_goes_wherever_it_stands(world, name):
    case = world.registered(words=f"{name}说路灯坏了,是{name}。", identity=residents.Identity(name=name))
    assert world.fresh(case).words_masked == "〔姓名〕说路灯坏了,是〔姓名〕。"


def test_lists_and_search_see_the_masked_words(world, sign_in):
    case = dispatched(world, words=SAID, identity=GIVEN)
    client = sign_in("liuyang")
    listed = client.get("/desk/queue/").content.decode()
    assert (
        case.code in listed.replace(" ", "") and "〔姓名〕" in listed and "欧阳" not in listed and "0123" not in listed
    )
    fed()
    for who in ("欧阳明月", "欧阳", "0123"):
        assert not lookup.find(world.permissions("liuyang"), lookup.Asked(who)).found
    (found,) = lookup.find(world.permissions("liuyang"), lookup.Asked("找过你们")).found
    assert found.case.pk == case.pk and "欧阳" not in "".join(piece.text for piece in found.said)


def test_what_older_rules_masked_is_masked_anew_by_the_worker(world):
    case = world.registered(words=SAID, identity=GIVEN)
    cases.add_words(case.pk, SAID, by=cases.hand.resident(case.pk), now=MONDAY + HOUR)
    for model in (Case, Statement):
        model.objects.update(words_masked=SAID, masked_with=0)
    (task,) = [task for task in worker.tasks() if task.name == "casework.masks"]
    assert [task.run(MONDAY) for _ in range(3)] == [1, 1, 0]
    assert world.fresh(case).words_masked == LEFT and masked_of(case) == [LEFT]
    assert {*Case.objects.values_list("masked_with", flat=True)} == {core.MASKING_VERSION}


def test_erased_words_stay_erased_when_masked_anew(world):
    case = world.registered(words=SAID, identity=GIVEN)
    Case.objects.update(words=b"", words_masked="", masked_with=0)
    assert cases.remask() == 1 and world.fresh(case).words_masked == ""
