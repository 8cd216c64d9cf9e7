"""Cases about one broken street lamp, for the tests of matters."""

from datetime import date

from tests.speak.test_casework_loop import HOUR
from tests.world import MONDAY, ZHANG, World

from bandeng.ground.directory import api as directory
from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as cases
from bandeng.speak.matters import api as matters

LI = residents.Identity(name="李大山", phone="13900000002")
WANG = residents.Identity(name="王秀英", phone="13900000003")
LAMP = "柳树村东头的路灯坏了半个月,夜里看不见路。"


def spoken(world: World, *, identity=ZHANG, words: str = LAMP, to: str = "civil-affairs", **more) -> cases.Case:
    """Give a case that was registered at 河西镇 and is worked on by an office."""
    case = world.registered(identity=identity, words=words, **more)
    cases.dispatch(case.pk, to=world.office(to), by=world.hand("chenfang"), now=MONDAY + HOUR)
    handler = {"civil-affairs": "liuyang", "transport": "zhengkai", "shiqiao-affairs": "wangmin"}[to]
    cases.accept(case.pk, by=world.hand(handler), now=MONDAY + 2 * HOUR)
    return world.fresh(case)


def elsewhere(world: World, *, identity=WANG, **more) -> cases.Case:
    """Give a case of 石桥乡 that nobody of 河西镇 or 民政局 sees."""
    registration = world.registration(
        words="石桥这边路灯也不亮。",
        identity=identity,
        first_receiver=world.office("shiqiao-affairs"),
        area=world.areas["shuimo"].pk,
        **more,
    )
    return cases.register(registration, by=world.hand("wangmin"), now=MONDAY).case


def at_discipline(world: World) -> cases.Case:
    """Give a case that the discipline body's own counter took in; 河西镇 dispatches it and sees it."""
    counter = directory.Role.objects.get(code="receptionist")
    office = world.offices["discipline"]
    directory.Posting.objects.create(
        staff=world.staff["liqiang"], role=counter, office=office, from_on=date(2020, 1, 1)
    )
    return world.registered(identity=WANG, words=LAMP, first_receiver=office.pk)


def all_of(proposal_key) -> list:
    """Give the cases that a proposal names, as somebody is shown them who sees all."""
    return list(matters.ProposedCase.objects.filter(proposal=proposal_key).values_list("case", flat=True))
