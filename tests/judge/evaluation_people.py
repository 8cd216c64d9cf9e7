"""What the tests of judging share: answers by the dozen, and opinions with canaries in them."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

from tests.speak.test_casework_loop import REPLY
from tests.world import SHANGHAI

from bandeng.judge.evaluation import api as evaluation
from bandeng.speak.casework import api as cases

# November's answers come out on 1 January.
IN_NOVEMBER = datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI)
ON_NEW_YEAR = datetime(2027, 1, 1, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)
WORDS = "金丝雀说窗口的人冲我嚷"
MISSING = "钱还没到卡上"

_keys = count()


def answered(world, *, at=IN_NOVEMBER, office="civil-affairs", topic=None, words="腿断了,想问低保怎么办"):
    """Give a case that was answered, by the office's handler and approver, all at one moment."""
    handler, approver = {"civil-affairs": ("liuyang", "zhaojun"), "county-centre": ("fengguang", "qianli")}[office]
    case = world.registered(now=at, words=words, procedure="general")
    topic_key = world.topics[topic].pk if topic else None
    cases.dispatch(case.pk, to=world.office(office), topic=topic_key, by=world.hand("chenfang", at), now=at)
    cases.accept(case.pk, by=world.hand(handler, at), now=at)
    cases.draft_reply(case.pk, REPLY, by=world.hand(handler, at), now=at)
    cases.approve(case.pk, by=world.hand(approver, at), now=at)
    cases.serve(case.pk, method="in_person", by=world.hand(handler, at), now=at)
    return world.fresh(case)


def judge(case, is_solved="yes", *, at=None, key=None, then="rest", missing="", **more):
    """Judge as the resident with the receipt; `at` is a day later unless said."""
    opinion = replace(evaluation.Opinion(is_solved), **more)
    return evaluation.judge(
        case.pk,
        opinion,
        by=cases.hand.resident(case.pk),
        now=at or IN_NOVEMBER + 24 * HOUR,
        idempotency_key=key or f"judge:{next(_keys)}",
        then=then,
        missing=missing,
    )


def judged(world, opinions, **more):
    """Give cases that were answered and judged, one for each of `opinions` (None: silent)."""
    made = []
    for is_solved in opinions:
        case = answered(world, **more)
        if is_solved:
            judge(case, is_solved, at=more.get("at", IN_NOVEMBER) + 24 * HOUR)
        made.append(case)
    return made
