"""The loop in services: said, given an owner and a date, answered, judged, reopened; each way to an end."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from tests.world import MONDAY, SHANGHAI, ZHANG

from bandeng.ground.acts import api as acts
from bandeng.ground.clocks import api as clocks
from bandeng.ground.messaging import api as messaging
from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as cases

HOUR = timedelta(hours=1)
REPLY = cases.ReplyText(
    facts="11月24日两人到柳树村3组家中核实,情况属实。",
    basis="《社会救助暂行办法》第九条",
    opinion="符合低保条件,从12月起按月发放。",
    remedy="不同意可以在30日内向县民政局的上一级申请复查。",
    result="supported",
)


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def dispatched(world, **more):
    case = world.registered(**more)
    cases.dispatch(case.pk, to=world.office("civil-affairs"), by=world.hand("chenfang"), now=MONDAY + HOUR)
    return world.fresh(case)


def working(world, **more):
    case = dispatched(world, **more)
    cases.accept(case.pk, by=world.hand("liuyang"), now=MONDAY + 2 * HOUR)
    return world.fresh(case)


def replied(world, **more):
    case = working(world, **more)
    cases.draft_reply(case.pk, REPLY, by=world.hand("liuyang"), now=MONDAY + 3 * HOUR)
    cases.approve(case.pk, by=world.hand("zhaojun"), now=MONDAY + 4 * HOUR)
    cases.serve(case.pk, method="in_person", by=world.hand("liuyang"), now=MONDAY + 5 * HOUR)
    return world.fresh(case)


def running(case) -> dict:
    return {clock.parameter: clock for clock in cases.running_clocks(case)}


def test_registered_words_are_sealed_masked_dated_and_owned(world):
    case = world.registered(words="我是张桂兰,电话13900000001,腿断了想问低保")
    case = world.fresh(case)
    assert case.status == "registered" and case.holder_id == world.office("hexi-centre")
    assert case.statement() == "我是张桂兰,电话13900000001,腿断了想问低保"
    assert "张桂兰" not in case.words_masked and "13900000001" not in case.words_masked
    assert "低保" in case.words_masked and "低保".encode() not in bytes(case.words)
    # Five working days after Monday the 23rd end with Monday the 30th, at 24:00.
    assert case.due_at == datetime(2026, 12, 1, tzinfo=SHANGHAI)
    assert running(case)["general"].due_legal == case.due_at
    (act,) = acts.history("case", case.pk)
    assert act.kind == "case.registered" and act.payload["case"]["due_at"] == case.open_facts()["due_at"]
    assert "腿断" not in str(act.payload)


@pytest.mark.parametrize("given", [{}, {"identity": residents.Identity(name="张桂兰")}])
def test_neither_id_nor_phone_nor_local_address_is_required(world, given):
    registration = world.registration(area=None, **given)
    case = cases.register(registration, by=world.hand("liqiang"), now=MONDAY).case
    assert case.identity_mode == ("shown" if given else "anonymous")


def test_anonymous_and_name_hidden_are_different_things(world):
    hidden = world.registered(is_name_hidden=True)
    cases.dispatch(hidden.pk, to=world.office("civil-affairs"), by=world.hand("chenfang"), now=MONDAY)
    cases.accept(hidden.pk, by=world.hand("liuyang"), now=MONDAY)
    with pytest.raises(cases.NoPen):
        cases.open_identity(hidden.pk, purpose="contact", by=world.hand("liuyang"), now=MONDAY)
    opened = cases.open_identity(hidden.pk, purpose="contact", by=world.hand("liqiang"), now=MONDAY)
    assert opened.name == "张桂兰"
    anonymous = world.registered(identity=residents.Identity())
    with pytest.raises(cases.CannotMove):
        cases.open_identity(anonymous.pk, purpose="contact", by=world.hand("liqiang"), now=MONDAY)


def test_looking_at_a_name_is_on_the_residents_timeline(world):
    case = working(world)
    cases.open_identity(case.pk, purpose="contact", by=world.hand("liuyang"), now=MONDAY + 3 * HOUR)
    assert [line.act.kind for line in cases.timeline(case)][-1] == "identity.opened"


def test_the_same_key_gives_the_same_case_and_the_same_receipt(world):
    registration = world.registration(identity=ZHANG, idempotency_key="form-1")
    first = cases.register(registration, by=world.hand("liqiang"), now=MONDAY)
    again = cases.register(registration, by=world.hand("liqiang"), now=MONDAY + HOUR)
    assert again.is_repeat and again.case.pk == first.case.pk and again.case.secret() == first.case.secret()
    assert cases.Case.objects.count() == 1 and residents.Resident.objects.count() == 1
    twice = cases.register_many([registration, world.registration()], by=world.hand("liqiang"), now=MONDAY)
    assert [r.is_repeat for r in twice] == [True, False]
    same = world.registration(idempotency_key="form-2")
    both = cases.register_many([same, same], by=world.hand("liqiang"), now=MONDAY)
    assert both[0].case.pk == both[1].case.pk


def test_from_the_counter_to_solved(world):
    case = replied(world)
    assert case.status == "replied" and list(running(case)) == ["lapse"]
    assert case.due_at == running(case)["lapse"].due_legal
    cases.confirm(case.pk, by=cases.hand.resident(case.pk), now=MONDAY + 6 * HOUR)
    case = world.fresh(case)
    assert (case.status, case.outcome, case.due_at, running(case)) == ("closed", "confirmed", None, {})
    assert [line.act.kind for line in cases.history(case)] == [
        "case.registered",
        "case.dispatched",
        "case.accepted",
        "case.reply_drafted",
        "case.reply_approved",
        "case.replied",
        "case.ended",
    ]


def test_the_sign_for_clock_starts_at_dispatch_and_its_end_counts_as_acceptance(world):
    case = dispatched(world)
    assert running(case)["sign_for"].due_legal == at(25, 0)  # Monday + 1 working day: the end of Tuesday
    swept = clocks.sweep(now=at(24, 23, 59))
    assert swept.breaches == 0
    clocks.sweep(now=at(25, 0))
    case = world.fresh(case)
    assert case.status == "working" and set(running(case)) == {"general"}
    last = cases.history(case)[-1].act
    assert (last.kind, last.actor_key) == ("case.deemed_accepted", "system:clock")
    told = {m.office_key for m in messaging.OutboxMessage.objects.filter(template="case.deemed_accepted")}
    assert told == {world.office("civil-affairs"), world.office("hexi-centre")}


def test_reminders_come_before_the_date_and_the_superior_hears_of_a_late_case(world):
    case = working(world)
    clock = running(case)["general"]
    assert MONDAY < clock.alert_at < clock.second_alert_at < clock.due_strict
    while (swept := clocks.sweep(now=clock.due_strict - timedelta(minutes=1))) and swept.alerts:
        pass
    kinds = [line.act.kind for line in cases.history(case)]
    assert kinds.count("case.alerted") == 2 and "case.overdue" not in kinds
    supervisor = world.permissions("zhoutao")
    assert not cases.visible(supervisor).exists()
    clocks.sweep(now=clock.due_legal)
    clocks.sweep(now=clock.due_legal + HOUR)
    assert [line.act.kind for line in cases.history(case)].count("case.overdue") == 1
    assert cases.visible(supervisor).get().pk == case.pk
    assert world.fresh(case).due_at == clock.due_legal  # lateness is compared, never stored


def test_silence_is_an_outcome_of_its_own(world):
    case = replied(world)
    clocks.sweep(now=case.due_at)
    case = world.fresh(case)
    assert (case.status, case.outcome) == ("closed", "silent")


def test_withdrawing_is_an_outcome_of_its_own_and_stops_every_clock(world):
    case = dispatched(world)
    cases.withdraw(case.pk, by=cases.hand.resident(case.pk), now=MONDAY + 2 * HOUR)
    case = world.fresh(case)
    assert (case.status, case.outcome, running(case)) == ("closed", "withdrawn", {})


def test_not_solved_reopens_twice_and_then_goes_to_the_superior_office(world):
    case = replied(world)
    me, now = cases.hand.resident(case.pk), MONDAY + 24 * HOUR
    for expected_office, edge in [
        ("civil-affairs", "case.reopened"),
        ("civil-affairs", "case.reopened"),
        ("county-centre", "case.escalated"),
    ]:
        cases.reopen(case.pk, missing="钱还没到卡上", by=me, now=now)
        case = world.fresh(case)
        assert case.status == "dispatched" and case.holder_id == world.office(expected_office)
        assert cases.history(case)[-1].act.kind == edge
        assert case.due_at == clocks.preview("general", now).legal
        assert set(running(case)) == {"general", "sign_for"}
        hand = world.hand("fengguang" if expected_office == "county-centre" else "liuyang")
        approver = world.hand("qianli" if expected_office == "county-centre" else "zhaojun")
        cases.accept(case.pk, by=hand, now=now)
        cases.draft_reply(case.pk, REPLY, by=hand, now=now)
        cases.approve(case.pk, by=approver, now=now)
        cases.serve(case.pk, method="phone", by=hand, now=now)
        case = world.fresh(case)
    assert [s.text() for s in case.statements.all()] == ["钱还没到卡上"] * 3
    assert case.replies.count() == 4


def test_an_on_the_spot_answer_needs_no_approval_and_reopens_as_a_general_matter(world):
    case = world.registered(procedure="on_the_spot")
    assert case.holder_id == world.office("hexi-centre")
    cases.reply_on_the_spot(
        case.pk, cases.ReplyText("带户口本到二号窗口,当天办好。"), by=world.hand("liqiang"), now=MONDAY
    )
    case = world.fresh(case)
    assert case.status == "replied"
    cases.reopen(case.pk, missing="窗口说办不了", by=cases.hand.resident(case.pk), now=MONDAY + HOUR)
    case = world.fresh(case)
    assert (case.status, case.procedure) == ("registered", "general")
    assert set(running(case)) == {"general"}


def test_an_enquiry_is_answered_without_approval_a_general_matter_is_not(world):
    case = working(world, procedure="enquiry")
    cases.answer(
        case.pk, cases.ReplyText("每月10日发放。"), method="phone", by=world.hand("liuyang"), now=MONDAY + 3 * HOUR
    )
    assert world.fresh(case).status == "replied"
    other = working(world)
    with pytest.raises(cases.CannotMove):
        cases.answer(other.pk, REPLY, method="phone", by=world.hand("liuyang"), now=MONDAY + 3 * HOUR)


@pytest.mark.parametrize("part", ["facts", "basis", "opinion", "remedy"])
def test_a_reply_with_a_part_missing_names_it_and_nothing_moves(world, part):
    from dataclasses import replace

    case = working(world)
    with pytest.raises(cases.IncompleteReply) as error:
        cases.draft_reply(case.pk, replace(REPLY, **{part: " "}), by=world.hand("liuyang"), now=MONDAY + 3 * HOUR)
    assert set(error.value.missing) == {part}
    assert world.fresh(case).status == "working"


@pytest.mark.parametrize("result", ["not_supported", "reasonable_but_no_basis"])
@pytest.mark.parametrize("procedure", ["general", "enquiry"])
def test_a_no_tells_ground_rule_another_way_and_remedy_whatever_the_procedure(world, result, procedure):
    from dataclasses import replace

    case = working(world, procedure=procedure)
    hand, now = world.hand("liuyang"), MONDAY + 3 * HOUR
    write = cases.draft_reply if procedure == "general" else partial(cases.answer, method="phone")
    with pytest.raises(cases.IncompleteReply) as error:
        write(case.pk, cases.ReplyText("不能办。", result=result), by=hand, now=now)
    assert set(error.value.missing) == {"facts", "basis", "where_to_go", "remedy"}
    write(case.pk, replace(REPLY, result=result, where_to_go="县残联，0999-5550188"), by=hand, now=now)
    assert world.fresh(case).status in {"drafted", "replied"}


@pytest.mark.parametrize("kind,status", [("redirection", "redirected"), ("rejection", "rejected")])
def test_a_refusal_tells_ground_law_way_and_remedy_and_can_be_contested(world, kind, status):
    case = world.registered()
    text = cases.ReplyText(
        kind=kind,
        result="answered",
        facts="此事法院正在审理。",
        basis="《信访工作条例》第三十一条",
        opinion="这件事由县法院决定,我们不能替法院判。",
        where_to_go="县法院立案庭,0999-5550199",
        remedy="可以向县信访局申请复查,30日内。",
    )
    cases.draft_reply(case.pk, text, by=world.hand("chenfang"), now=MONDAY + HOUR)
    cases.approve(case.pk, by=world.hand("hejun"), now=MONDAY + 2 * HOUR)
    cases.serve(case.pk, method="in_person", by=world.hand("hejun"), now=MONDAY + 2 * HOUR)
    case = world.fresh(case)
    assert case.status == status and case.due_at is None
    assert case.replies.get().parts()["where_to_go"] == "县法院立案庭,0999-5550199"
    cases.reopen(case.pk, missing="法院没有立案", by=cases.hand.resident(case.pk), now=MONDAY + 3 * HOUR)
    assert world.fresh(case).status == "registered"


def test_a_return_is_settled_by_the_dispatcher_and_cannot_be_repeated(world):
    case = dispatched(world)
    due = case.due_at
    cases.return_case(case.pk, reason="不在履职清单内", by=world.hand("liuyang"), now=MONDAY + 2 * HOUR)
    case = world.fresh(case)
    assert case.status == "disputed" and case.holder_id == world.office("hexi-centre")
    cases.settle_return(
        case.pk, to=world.office("civil-affairs"), reason="清单第12项", by=world.hand("chenfang"), now=MONDAY + 3 * HOUR
    )
    with pytest.raises(cases.CannotMove, match="cannot return|不能再退"):
        cases.return_case(case.pk, reason="还是不归我", by=world.hand("liuyang"), now=MONDAY + 4 * HOUR)
    assert world.fresh(case).due_at == due  # the limit promised to the resident never stopped


def test_whoever_loses_the_case_loses_sight_of_it(world):
    case = dispatched(world)
    handler = world.permissions("liuyang")
    assert cases.visible(handler).filter(pk=case.pk).exists()
    cases.redispatch(
        case.pk, to=world.office("transport"), reason="是修路的事", by=world.hand("chenfang"), now=MONDAY + 2 * HOUR
    )
    assert not cases.visible(handler).filter(pk=case.pk).exists()
    assert cases.visible(world.permissions("zhengkai")).filter(pk=case.pk).exists()
    assert cases.visible(world.permissions("liqiang")).filter(pk=case.pk).exists()
    assert not cases.visible(world.permissions("wangmin")).exists()
    assert not cases.visible(world.permissions("wujing")).exists()


def test_nobody_approves_their_own_draft(world, django_user_model):
    from datetime import date

    from bandeng.ground.directory import api as directory

    directory.Posting.objects.create(
        staff=world.staff["liuyang"],
        role=directory.Role.objects.get(code="approver"),
        office=world.offices["civil-affairs"],
        from_on=date(2020, 1, 1),
    )
    case = working(world)
    cases.draft_reply(case.pk, REPLY, by=world.hand("liuyang"), now=MONDAY + 3 * HOUR)
    with pytest.raises(cases.NoPen):
        cases.approve(case.pk, by=world.hand("liuyang"), now=MONDAY + 4 * HOUR)


def test_an_old_page_is_told_that_the_case_moved_on(world):
    case = dispatched(world)
    seen = case.version
    cases.accept(case.pk, by=world.hand("liuyang"), now=MONDAY + 2 * HOUR)
    with pytest.raises(cases.StaleCase):
        cases.draft_reply(case.pk, REPLY, by=world.hand("liuyang"), now=MONDAY + 3 * HOUR, version=seen)


def test_nothing_rests_longer_than_the_idle_limit_without_somebody_being_told(world):
    case = working(world, procedure="suggestion")
    assert cases.sweep_idle(now=at(30, 23, 59)) == 0
    due = world.fresh(case).idle_at
    assert due == datetime(2026, 12, 1, tzinfo=SHANGHAI)
    assert cases.sweep_idle(now=due) == 1
    assert cases.sweep_idle(now=due) == 0
    assert cases.history(case)[-1].act.kind == "case.idle"


def test_a_trip_is_counted_at_the_matter_and_costs_the_office(world):
    case = working(world)
    for n in range(2):
        cases.note_trip(
            case.pk, office=world.office("hexi-centre"), by=world.hand("liqiang"), now=MONDAY + n * HOUR + 3 * HOUR
        )
    assert cases.trips(case) == 2
    with pytest.raises(cases.NoPen):
        cases.note_trip(case.pk, office=world.office("civil-affairs"), by=world.hand("liuyang"), now=MONDAY + 9 * HOUR)


def test_corrections_stand_beside_the_first_words(world):
    case = world.registered()
    cases.correct_words(case.pk, "是左腿,不是右腿", by=world.hand("liqiang"), now=MONDAY)
    assert world.fresh(case).statement() == "腿断了,想问低保怎么办"
    assert [(s.kind, s.text()) for s in case.statements.all()] == [("corrected", "是左腿,不是右腿")]


@pytest.mark.parametrize("bad", [{"words": "  "}, {"words": "字" * 20_001}, {"channel": "pigeon"}])
def test_a_registration_that_cannot_be_used_says_why_and_leaves_nothing(world, bad):
    with pytest.raises(cases.CannotRegister):
        cases.register(world.registration(**bad), by=world.hand("liqiang"), now=MONDAY)
    assert not cases.Case.objects.exists() and not acts.Act.objects.exists()


def test_drafts_come_back_and_go(world):
    owner = world.staff["liqiang"].actor_key
    cases.save_draft(owner, "intake", {"words": "张桂兰说腿断了"}, now=MONDAY)
    cases.save_draft(owner, "intake", {"words": "张桂兰说左腿断了"}, now=MONDAY + HOUR)
    assert cases.load_draft(owner, "intake", now=MONDAY + 2 * HOUR) == {"words": "张桂兰说左腿断了"}
    assert cases.load_draft(owner, "intake", now=MONDAY + timedelta(days=8)) == {}
    assert cases.expire_drafts(now=MONDAY + timedelta(days=8)) == 1
    assert cases.load_draft("staff:other", "intake", now=MONDAY) == {}


def test_every_act_of_every_way_recomputes_to_its_leaf(world):
    replied(world)
    assert all(finding is None for finding in acts.verify())


def test_the_resident_reads_reasons_addressed_to_them_and_no_remarks_among_colleagues(world):
    case = dispatched(world)
    by = world.hand("chenfang")
    cases.redispatch(case.pk, to=world.office("transport"), reason="是修路的事", by=by, now=MONDAY + 2 * HOUR)
    cases.accept(case.pk, by=world.hand("zhengkai"), now=MONDAY + 3 * HOUR)
    reasons = [line.reason for line in cases.timeline(world.fresh(case)) if line.reason]
    assert reasons == ["是修路的事"]
    other = working(world)
    cases.draft_reply(other.pk, REPLY, by=world.hand("liuyang"), now=MONDAY + 3 * HOUR)
    cases.send_back(other.pk, reason="写得太官腔", by=world.hand("zhaojun"), now=MONDAY + 4 * HOUR)
    assert not [line.reason for line in cases.timeline(world.fresh(other)) if line.reason]
    assert "写得太官腔" in [line.reason for line in cases.history(world.fresh(other))]
