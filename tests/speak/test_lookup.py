"""Finding matters: who finds what, and as people type it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from tests.speak.lookup_index import fed
from tests.speak.test_casework_loop import HOUR, REPLY, dispatched, replied, working
from tests.world import MONDAY

from bandeng.ground.directory import api as directory
from bandeng.speak.casework import api as cases
from bandeng.speak.lookup import api as lookup
from bandeng.speak.lookup import typed as lookup_typed

URL = "/desk/search/"
STAFF = ("liqiang", "chenfang", "liuyang", "wangmin", "zhengkai", "linna", "fengguang")


def ask(world, who: str, words: str = "", **more) -> lookup.Answer:
    return lookup.find(world.permissions(who), lookup.Asked(words, **more))


def codes(world, who: str, words: str = "", **more) -> list[str]:
    return [found.case.code for found in ask(world, who, words, **more).found]


def marked(pieces) -> list[str]:
    return [piece.text for piece in pieces if piece.is_marked]


def with_initials(world) -> None:
    """Give the world's places and offices the initials that an import gives them."""
    for model in (directory.Area, directory.Office, directory.Topic):
        for row in model.objects.all():
            model.objects.filter(pk=row.pk).update(pinyin=directory.initials(row.label_zh))
    directory.forget()


# ---- who finds what -------------------------------------------------------------------------------------------------


def test_what_was_registered_is_found_by_its_words(world):
    case = world.registered(words="西湖村停水三天,井里也没水了")
    other = world.registered(words="路灯坏了没人修")
    fed()
    assert codes(world, "liqiang", "停水") == [case.code]
    assert codes(world, "liqiang", "路灯") == [other.code]


def test_another_townships_matter_is_not_found_not_counted_and_not_shown(world, sign_in):
    world.registered(words="西湖村停水三天,井里也没水了")
    item = world.registration(
        "水磨村停水了", first_receiver=world.office("shiqiao-affairs"), area=world.areas["shuimo"].pk
    )
    ours = cases.register(item, by=world.hand("wangmin"), now=MONDAY).case
    fed()
    answer = ask(world, "wangmin", "停水")
    assert [found.case.code for found in answer.found] == [ours.code] and answer.count == 1
    page = sign_in("wangmin").post(URL, {"q": "停水 西湖村"}).text
    assert "三天" not in page and "<mark>西湖" not in page


def test_who_lost_sight_of_a_matter_does_not_find_it_though_the_index_is_late(world):
    case = dispatched(world, words="西湖村停水三天")
    fed()
    assert codes(world, "liuyang", "停水") == [case.code]
    cases.redispatch(
        case.pk, to=world.office("transport"), reason="归交通局", by=world.hand("chenfang"), now=MONDAY + HOUR
    )
    answer = ask(world, "liuyang", "停水")
    assert answer.found == () and answer.count == 0
    fed()
    assert codes(world, "liuyang", "停水") == [] and codes(world, "zhengkai", "停水") == [case.code]


def erase(world, case) -> None:
    proposal = cases.propose_erasure(
        case.pk, ground="request", reason="本人要求", by=world.hand("zhoutao"), now=MONDAY + 2 * HOUR
    )
    cases.confirm_erasure(proposal.pk, by=world.hand("auditadmin"), now=MONDAY + 3 * HOUR)


def test_erased_words_are_not_found_at_once_and_leave_the_index_with_their_act(world):
    case = replied(world, words="西湖村停水三天")
    cases.confirm(case.pk, by=cases.hand.resident(case.pk), now=MONDAY + HOUR)
    fed()
    assert codes(world, "liqiang", "停水") == [case.code]
    erase(world, case)
    answer = ask(world, "liqiang", "停水")
    assert answer.found == () and answer.count == 0
    fed()
    assert ask(world, "liqiang", "停水").count == 0
    assert codes(world, "liqiang", statuses=("closed",)) == [case.code], "that there was a matter stays known"


def test_an_accusation_is_found_by_nobody(world, sign_in):
    world.registered(words="西湖村停水三天")
    sign_in("liqiang").post("/desk/accusation/", {"words": "村主任拿了修路款", "key": ""})
    fed()
    for who in STAFF:
        assert ask(world, who, "修路款").count == 0 and "修路款" not in sign_in(who).post(URL, {"q": "村主任"}).text


def test_a_person_is_not_found_by_name_or_number(world):
    world.registered(words="我叫张桂兰,电话13900000001,西湖村停水")
    fed()
    for who in ("张桂兰", "桂兰", "13900000001", "姓名"):
        assert ask(world, "liqiang", who).count == 0


def test_an_answer_is_found_from_the_day_it_was_served(world):
    case = working(world, words="西湖村停水三天")
    text = cases.ReplyText(**{**vars(REPLY), "opinion": "泵站的水泵烧坏了,周五前换好"})
    cases.draft_reply(case.pk, text, by=world.hand("liuyang"), now=MONDAY + HOUR)
    fed()
    assert ask(world, "liqiang", "水泵").count == 0
    cases.approve(case.pk, by=world.hand("zhaojun"), now=MONDAY + 2 * HOUR)
    cases.serve(case.pk, method="phone", by=world.hand("liuyang"), now=MONDAY + 3 * HOUR)
    fed()
    (found,) = ask(world, "liqiang", "水泵").found
    assert marked(found.answered) == ["水泵"] and marked(found.said) == []


def test_an_answer_that_repeats_the_name_is_masked(world):
    text = cases.ReplyText(**{**vars(REPLY), "opinion": "张桂兰您好,水泵换好了,有事打13900000001"})
    case = working(world)
    cases.draft_reply(case.pk, text, by=world.hand("liuyang"), now=MONDAY + HOUR)
    cases.approve(case.pk, by=world.hand("zhaojun"), now=MONDAY + 2 * HOUR)
    cases.serve(case.pk, method="phone", by=world.hand("liuyang"), now=MONDAY + 3 * HOUR)
    fed()
    (found,) = ask(world, "liqiang", "水泵").found
    told = "".join(piece.text for piece in found.answered)
    assert "水泵" in told and "桂兰" not in told and "1390000" not in told
    assert ask(world, "liqiang", "张桂兰").count == 0


def test_what_was_added_later_is_found_too(world):
    case = world.registered(words="西湖村停水三天")
    cases.add_words(case.pk, "井里捞出一台抽水机", by=cases.hand.resident(case.pk), now=MONDAY + HOUR)
    fed()
    assert codes(world, "liqiang", "抽水机") == [case.code]


# ---- as people type it ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ("西湖村停水三天", "停水 西湖村"),
        ("西湖村停水三天", "  停水。"),
        ("12号楼的网络断了", "１２号楼"),
        ("12号楼的网络断了", "網絡斷了"),
        ("WiFi连不上", "ｗｉｆｉ"),
        ("養老保險沒有到賬", "养老保险到账"),
        ("卡里的帐户被冻结", "账户冻结"),
        ("卡里的账户被冻结", "帐户冻结"),
        ("卡裡的帳戶被凍結", "账户"),
        ("供暧不热", "供暖"),
        ("问低保怎么办", "低宝"),
        ("社会救助什么时候发", "社会就住"),
        ("河西镇街上的垃圾", "河系镇 垃极"),
        ("石桥乡的桥断了", "石乔乡"),
    ],
)
def test_it_is_found_as_people_type_it(world, said, typed):
    case = world.registered(words=said)
    for n in range(3):
        world.registered(words=f"别的事情第{n}件,孩子上学")
    fed()
    assert codes(world, "liqiang", typed) == [case.code]


def test_what_was_put_right_is_told_and_marked_as_it_was_said(world, sign_in):
    world.registered(words="卡里的帐户被冻结")
    fed()
    page = sign_in("liqiang").post(URL, {"q": "账户"}).text
    assert "<mark>帐户</mark>" in page
    page = sign_in("liqiang").post(URL, {"q": "帐户"}).text
    assert "<mark>帐户</mark>" in page and "按“账户”查找" in page


def test_who_wants_exactly_what_was_typed_gets_it(world):
    world.registered(words="问低保怎么办")
    fed()
    assert ask(world, "liqiang", "低宝").count == 1
    assert ask(world, "liqiang", "低宝", is_literal=True).count == 0


def test_initials_of_one_place_find_what_is_there_though_no_word_says_so(world):
    with_initials(world)
    here = world.registered(words="停水三天了")
    world.registered(words="停水一天", area=world.areas["hexi"].pk)
    fed()
    answer = ask(world, "liqiang", "lsc停水")
    assert [found.case.code for found in answer.found] == [here.code]
    (meant,) = answer.understood.taken
    assert (meant.kind, meant.code, meant.label, meant.typed) == ("place", "liushu", "河西镇 柳树村", "lsc")


def test_initials_of_an_office_find_what_it_has(world):
    with_initials(world)
    case = dispatched(world, words="停水三天了")
    world.registered(words="停水一天")
    fed()
    assert codes(world, "chenfang", "mzj 停水") == [case.code]


def test_an_office_is_known_by_the_name_everybody_says(world):
    """Registers write the county before each office; nobody types its initials."""
    long = "青禾县民政局"
    directory.Office.objects.filter(code="civil-affairs").update(label_zh=long, short_zh="民政局", pinyin="qhxmzj")
    directory.forget()
    case = dispatched(world, words="停水三天了")
    world.registered(words="停水一天，民政局不管")
    fed()
    assert codes(world, "chenfang", "mzj 停水") == codes(world, "chenfang", "qhxmzj 停水") == [case.code]
    assert lookup_typed.search_kind("office", "mzj") == [directory.offices()[case.holder_id]]
    meant = ask(world, "chenfang", "民政局不管").understood.offers[0]
    assert (meant.kind, meant.label, meant.typed) == ("office", long, "民政局")


def test_a_place_is_named_without_its_ending_too(world):
    world.registered(words="柳树停水三天了")
    fed()
    offers = ask(world, "liqiang", "柳树停水").understood.offers
    assert [(meant.label, meant.typed) for meant in offers] == [("河西镇 柳树村", "柳树")]
    offers = ask(world, "liqiang", "柳树村停水").understood.offers
    assert [meant.typed for meant in offers] == ["柳树村"]


def test_initials_that_fit_several_are_offered(world):
    with_initials(world)
    world.registered(words="停水三天了")
    fed()
    answer = ask(world, "linna", "xj 停水")  # 县纪委监委信访室 alone begins so
    assert [meant.code for meant in answer.understood.taken] == ["discipline"]
    answer = ask(world, "liqiang", "hx 停水")
    assert {meant.code for meant in answer.understood.offers} == {"hexi", "hexi-centre"} and answer.count == 1


def test_letters_that_are_nobodys_initials_stay_letters(world):
    with_initials(world)
    case = world.registered(words="ETC扣了两次钱")
    fed()
    assert codes(world, "liqiang", "etc") == [case.code]


def test_a_place_named_in_full_is_offered_as_a_filter(world, sign_in):
    silent = world.registered(words="停水三天了")
    fed()
    client = sign_in("liqiang")
    page = client.post(URL, {"q": "柳树村停水"}).text
    assert 'value="place:liushu:柳树村"' in page
    page = client.post(URL, {"q": "柳树村停水", "only": "place:liushu:柳树村"}).text
    assert f"/desk/cases/{silent.code}/" in page and 'value="停水"' in page and 'value="liushu"' in page


# ---- filters, order, pages ------------------------------------------------------------------------------------------


def test_filters_narrow_what_is_found(world):
    with_initials(world)
    village = dispatched(world, words="停水甲", topic=world.topics["09.01.01"].pk)
    town = world.registered(words="停水乙", area=world.areas["hexi"].pk, now=MONDAY + timedelta(days=2))
    fed()
    both = {village.code, town.code}
    assert set(codes(world, "chenfang", "停水")) == both
    for more, expected in (
        ({"places": ("hexi",)}, both),
        ({"places": ("liushu",)}, {village.code}),
        ({"places": ("shiqiao",)}, set()),
        ({"topics": ("09",)}, {village.code}),
        ({"topics": ("04",)}, set()),
        ({"offices": ("civil-affairs",)}, {village.code}),
        ({"statuses": ("registered",)}, {town.code}),
        ({"since": date(2026, 11, 24)}, {town.code}),
        ({"until": date(2026, 11, 23)}, {village.code}),
        ({"since": date(2026, 11, 23), "until": date(2026, 11, 25)}, both),
    ):
        assert set(codes(world, "chenfang", "停水", **more)) == expected, more
        assert set(codes(world, "chenfang", **more)) == expected, more


def test_newest_first_is_newest_first(world):
    made = [world.registered(words="停水", now=MONDAY + n * HOUR).code for n in (2, 0, 3, 1)]
    fed()
    assert codes(world, "liqiang", "停水", is_newest_first=True) == [made[2], made[0], made[3], made[1]]


def test_pages_show_every_matter_once_and_count_them(world, sign_in):
    made = {world.registered(words=f"停水第{n}处").code for n in range(45)}
    fed()
    client, seen = sign_in("liqiang"), []
    for n in (1, 2, 3):
        page = client.post(URL, {"q": "停水", "page": str(n)}).text
        seen += [code for code in made if f"/desk/cases/{code}/" in page]
        assert "您看得到的有 45 件" in page and f"第 {n} 页" in page
    assert sorted(seen) == sorted(made)
    assert client.post(URL, {"q": "停水", "page": "99999"}).status_code == 200


def test_a_number_goes_straight_to_its_case_in_scope_alone(world, sign_in):
    case = world.registered()
    fed()
    typed = f" {case.code[:4].lower()} {case.code[4:]}"
    assert sign_in("liqiang").post(URL, {"q": typed}).url == reverse("case", args=[case.code])
    assert "没有找到" in sign_in("wangmin").post(URL, {"q": typed}).text


@pytest.mark.parametrize(
    "data",
    [
        {"q": "x" * 101},
        {"place": "没有这个地方"},
        {"since": "前天"},
        {"since": "2026-11-24", "until": "2026-11-23"},
        {"status": "lost"},
        {"order": "worst"},
    ],
)
def test_what_cannot_be_asked_is_said(world, sign_in, data):
    page = sign_in("liqiang").post(URL, data)
    assert page.status_code == 422 and "errorlist" in page.text


@pytest.mark.parametrize("q", ["", " ", "。", "\x00", "的", "\ud800", "AND OR NOT", '"', "停水" * 50, "😀", "a:b^2~"])
def test_nothing_typed_is_an_error(world, sign_in, q):
    world.registered(words="西湖村停水三天")
    fed()
    assert sign_in("liqiang").post(URL, {"q": q.encode(errors="replace").decode()}).status_code == 200
    assert ask(world, "liqiang", q).count <= 1


def test_no_word_stands_in_an_address(world, sign_in):
    world.registered(words="西湖村停水三天")
    fed()
    client = sign_in("liqiang")
    assert "西湖村" not in client.get(f"{URL}?q=西湖村").text, "what is pasted into an address is not looked for"
    page = client.post(URL, {"q": "西湖村"}).text
    assert "?q=" not in page and 'method="get"' not in page


def test_the_box_is_on_every_page_of_the_desk_for_who_may_search(world, sign_in):
    for who, may in (("liuyang", True), ("zhaojun", False)):
        for address in ("/desk/queue/", "/desk/account/"):
            page = sign_in(who).get(address).text
            assert ('role="search"' in page) == may, (who, address)


def test_a_page_runs_few_queries_whatever_is_found(world, sign_in, django_assert_max_num_queries):
    for n in range(20):
        world.registered(words=f"停水第{n}处")
    fed()
    client = sign_in("liqiang")
    client.post(URL, {"q": "停水"})
    with django_assert_max_num_queries(14):
        client.post(URL, {"q": "停水"})
