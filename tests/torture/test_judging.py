"""The harness's own judgement: a planted loss, double, unmarked sending or fork is named; a clean run is not."""

import hashlib
from random import Random

import pytest
from torture.browser import Browser, Page, Site, Unexpected
from torture.journal import Journal
from torture.judging import AGAIN, Delivery, Facts, Promise, Queued, forks, losses, message_faults, unlearned

from bandeng.engines import merkle
from torture import kills, report

CASE = Promise("case", "记号r000001号", "7K3F9QWX2H")
PHOTO = Promise("file", "记号r000002号", "7K3F9QWX2H")
ACT = Promise("act", "case.dispatched", "7K3F9QWX2H")


def there(*things: Promise) -> Facts:
    facts = Facts(cases={CASE.mark: [CASE.code]})
    for thing in things:
        facts.things[thing.kind, thing.mark, thing.code] += 1
    return facts


def test_what_was_promised_and_is_there_once_is_no_fault():
    assert losses([CASE, PHOTO, ACT], [Promise("case", CASE.mark), PHOTO, ACT], there(PHOTO, ACT)) == []


def test_a_lost_case_photo_or_act_is_named():
    assert "lost: case" in losses([CASE], [], Facts())[0]
    assert "lost: file 记号r000002号" in losses([CASE, PHOTO, ACT], [], there(ACT))[0]
    assert "lost: act case.dispatched" in losses([CASE, PHOTO, ACT], [], there(PHOTO))[0]


def test_a_case_acknowledged_by_another_code_is_named():
    assert "is another" in losses([Promise("case", CASE.mark, "AAAAAAAAAA")], [], there())[0]


def test_what_was_pressed_twice_and_is_there_twice_is_named_even_if_never_acknowledged():
    twice = there(PHOTO, PHOTO)
    assert "there 2 times" in losses([], [PHOTO], twice)[0]
    twice.cases[CASE.mark].append("BBBBBBBBBB")
    assert len(losses([CASE], [Promise("case", CASE.mark), PHOTO], twice)) == 2


def test_what_was_asked_and_cut_off_may_be_there_or_not():
    assert losses([], [PHOTO], there(PHOTO)) == losses([], [PHOTO], there()) == []


def test_what_does_not_open_is_a_fault():
    assert losses([], [], Facts(bad=["file 一.png of X does not open"])) == ["file 一.png of X does not open"]


def test_a_message_is_sent_once_or_again_with_its_mark():
    first, again = Delivery("sms", "a:0", "收到了", True), Delivery("sms", "a:0", f"收到了{AGAIN}", True)
    refused = Delivery("sms", "a:0", "收到了", False)
    rows = [Queued("a:0", "sent"), Queued("b:0", "dead", has_alarm=True)]
    assert message_faults([refused, first, again], rows) == []
    assert "1 of them again without a mark" in message_faults([first, first], rows)[0]
    assert "1 of them again without a mark" in message_faults([again, first], rows)[0]


@pytest.mark.parametrize(
    ("deliveries", "row", "said"),
    [
        ([], Queued("a:0", "sent"), "no provider had it"),
        ([Delivery("sms", "a:0", "", False)], Queued("a:0", "sent"), "no provider had it"),
        ([], Queued("a:0", "dead"), "without an alarm"),
        ([], Queued("a:0", "sending"), "still sending"),
        ([Delivery("sms", "z:9", "", True)], Queued("a:0", "dead", has_alarm=True), "in no outbox"),
    ],
)
def test_a_message_nobody_got_or_nobody_queued_is_named(deliveries, row, said):
    (fault,) = message_faults(deliveries, [row])
    assert said in fault


LEAVES = [hashlib.sha256(bytes([n])).digest() for n in range(21)]


def head(leaves: list[bytes]) -> tuple[int, bytes]:
    frontier = merkle.Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return len(leaves), frontier.root()


def test_heads_of_one_growing_log_are_no_fork():
    assert forks([head(LEAVES[:n]) for n in (1, 2, 3, 7, 7, 8, 13, 16, 20, 21)], LEAVES) == []


def test_a_planted_fork_is_named():
    other = [*LEAVES[:12], LEAVES[0], *LEAVES[13:16]]
    assert "the log was forked" in forks([head(LEAVES[:8]), head(other), head(LEAVES)], LEAVES)[0]
    assert "different roots" in forks([head(LEAVES[:16]), head(other)], LEAVES)[0]


def test_a_log_that_shrank_is_named():
    assert "after one of 16" in forks([head(LEAVES[:16]), head(LEAVES[:8])], LEAVES)[0]
    assert "ends with 20" in forks([head(LEAVES)], LEAVES[:20])[0]


def test_a_kill_with_three_requests_on_their_way_does_not_count(monkeypatch):
    class Nobody:
        web = worker = None

        def one_web_worker(self, rng):
            return None

    clock = iter(range(1000))
    monkeypatch.setattr(kills.time, "monotonic", lambda: next(clock))
    site = Site(port=1, in_flight=3)
    with pytest.raises(kills.TooQuiet):
        kills.Killer(site, Nobody(), None, None).strike(kills.WORKER)


@pytest.mark.parametrize(("store", "own"), [("sqlite", 0), ("postgresql", 25)])
def test_a_quarter_of_the_kills_on_postgresql_are_of_the_database_itself(store, own):
    import random

    plan = kills.plan(100, store, random.Random(1))
    assert len(plan) == 100 and plan == kills.plan(100, store, random.Random(1))
    assert sum(what in {kills.POSTMASTER, kills.BACKEND} for what in plan) == own
    assert set(plan) >= {kills.WEB, kills.WEB_PROCESS, kills.WORKER}


def test_a_page_of_an_error_that_does_not_say_what_to_do_is_a_fault():
    site = Site(port=1)
    site.note("/speak/", Page(503, "", "没有收下。请再交一次，急事请打 tel:12345", b""))
    assert (site.clear_pages, site.unclear) == (1, [])
    site.note("/r/7K3F9QWX2H/SECRETWD", Page(503, "", "Service Unavailable", b""))
    site.note("/speak/", Page(500, "", "没有收下。请再交一次，急事请打 tel:12345", b""))
    assert site.unclear == ["503 at /r/…", "500 at /speak/"]


def test_nobody_waits_for_a_site_for_ever(monkeypatch):
    import threading

    import torture.browser

    monkeypatch.setattr(torture.browser, "PATIENCE", 0.0)
    with pytest.raises(Unexpected, match="no answer"):
        Browser(Site(port=1), threading.Event()).get("/")


def test_the_journal_gives_back_what_was_written(tmp_path):
    journal = Journal(tmp_path / "journal")
    journal.asked(Promise("case", CASE.mark))
    journal.cut(Promise("case", CASE.mark))
    journal.told(CASE)
    journal.close()
    assert [event for event, _promise in journal.events()] == ["asked", "cut", "told"]
    assert list(journal.events())[2][1] == CASE


def test_no_results_are_no_table():
    assert report.table([]) == []


def test_what_a_killed_learning_leaves_is_the_model_of_before_or_the_next_one_whole():
    before = {("office", 3): "aa", ("topic", 3): "bb"}
    assert unlearned(before, before) == unlearned({}, before) == []
    assert unlearned(before, {("office", 4): "cc", ("topic", 3): "bb"}) == []
    assert unlearned(before, {("office", 3): "aa"}) == ["the model of topic is in use no more"]
    assert unlearned(before, {("office", 2): "xx", ("topic", 3): "bb"}) == [
        "an older model of office is in use: 2 after 3"
    ]
    assert unlearned(before, {("office", 3): "torn", ("topic", 3): "bb"}) == ["the model of office in use has changed"]
    assert unlearned(before, before | {("office", 4): "cc"}) == ["two models of office are in use"]


def test_learning_is_killed_in_every_plan():
    for store in ("sqlite", "postgresql"):
        assert kills.LEARNING in kills.plan(10, store, Random(1))
