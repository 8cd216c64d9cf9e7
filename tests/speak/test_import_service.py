"""Taking over: planned rows become cases once, now, silently, with owner, clock, history and ledger."""

import datetime as dt
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.speak.test_casework_walks import check
from tests.speak.test_import_plan import table
from tests.world import MONDAY

from bandeng.ground.acts import api as acts
from bandeng.ground.clocks import api as clocks
from bandeng.ground.directory import api as directory
from bandeng.ground.messaging.models import OutboxMessage
from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as cases
from bandeng.speak.casework import integrity
from bandeng.speak.casework.importing import columns, text
from bandeng.speak.casework.importing.known import known_areas, known_offices, known_topics
from bandeng.speak.casework.importing.plan import plan
from bandeng.speak.casework.models import CaseAccess, ImportedOriginal, Reply
from bandeng.speak.casework.services import importing

ANSWERED = {"工单编号": "HX-002", "工单状态": "已办结", "回复内容": "路灯已修好。", "回复时间": "2025-03-08 16:00"}


def planned(*changes, **more):
    return plan(
        table(*changes, **more),
        "12345",
        columns.load("hotline_12345"),
        now=MONDAY,
        known_offices=known_offices(),
        known_areas=known_areas(MONDAY.date()),
        known_topics=known_topics(),
    )


def take_over(*changes, now=MONDAY, **more):
    return cases.import_plan(planned(*changes), source="12345", by=cases.IMPORT, now=now, **more)


def case(number="HX-001"):
    return cases.Case.objects.select_related("seal_key", "imported_original").get(source="12345", source_number=number)


def many(n, **change):
    return [change | {"工单编号": f"M-{i:04}", "主要内容": f"第{i}盏路灯坏了。"} for i in range(n)]


def test_an_open_row_gets_an_owner_a_clock_from_now_and_one_act(world):
    report = take_over({})
    assert (report.imported, report.open, report.answered, report.held) == (1, 1, 0, 0)
    made = case()
    check(made)
    assert (made.status, made.channel, made.version) == ("registered", "import", 1)
    assert made.statement() == "路灯不亮\n柳树村口的路灯坏了半个月。"
    assert made.area_id == world.areas["liushu"].pk
    # The nearest dispatching office has it; the county's reception received it.
    assert (made.holder_id, made.first_receiver_id) == (world.office("hexi-centre"), world.office("county-centre"))
    (clock,) = cases.running_clocks(made)
    assert (clock.parameter, clock.started_at) == ("general", MONDAY)
    (act,) = acts.history("case", made.pk)
    assert (act.kind, act.at, act.actor_key, act.payload["edge"]) == (
        "case.imported",
        MONDAY,
        "system:import",
        "import",
    )
    assert act.payload["source"] == {"name": "12345", "number": "HX-001"}
    sight = set(CaseAccess.objects.filter(case=made).values_list("office", "reason"))
    assert sight == {
        (world.office("county-centre"), "received"),
        (world.office("hexi-centre"), "dispatching"),
        (world.office("hexi-centre"), "holder"),
    }


def test_an_answered_row_arrives_as_answered_and_unjudged(world):
    report = take_over(ANSWERED | {"是否满意": "满意", "是否解决": "解决", "主办单位": "交通局"})
    assert (report.imported, report.open, report.answered) == (1, 0, 1)
    made = case("HX-002")
    check(made)
    assert (made.status, made.outcome, made.version, made.holder_id) == ("replied", "", 1, world.office("transport"))
    (reply,) = Reply.objects.filter(case=made)
    assert reply.parts() == {"opinion": "路灯已修好。"}
    assert (reply.office_id, reply.served_at, reply.service_method) == (world.office("transport"), MONDAY, "import")
    (clock,) = cases.running_clocks(made)
    assert (clock.parameter, clock.started_at) == ("lapse", MONDAY)
    (act,) = acts.history("case", made.pk)
    assert act.payload["edge"] == "import_answered"
    written = json.dumps(act.payload, ensure_ascii=False)
    assert "satisf" not in written and "solved" not in written
    reopened = cases.reopen(made.pk, missing="又不亮了", by=cases.hand.resident(made.pk), now=MONDAY)
    assert reopened.payload["to"] == str(world.office("transport"))
    check(made)


def test_whoever_is_accused_is_not_given_the_accusation(world):
    take_over(ANSWERED | {"主办单位": "交通局", "工单类型": "举报"})
    made = case("HX-002")
    assert not CaseAccess.objects.filter(case=made, office=world.office("transport")).exists()
    assert made.holder_id == world.office("hexi-centre")


def test_the_other_systems_dates_stand_in_the_act_alone(world):
    take_over(ANSWERED | {"办结时间": None})
    made = case("HX-002")
    (act,) = acts.history("case", made.pk)
    assert act.payload["in_source"] == {
        "received": "2025-03-05T09:30:00+08:00",
        "answered": "2025-03-08T16:00:00+08:00",
        "kind": "help",
    }
    for row in (made, *Reply.objects.filter(case=made), *clocks.running("case", [made.pk])[made.pk]):
        for field in row._meta.concrete_fields:
            value = getattr(row, field.attname)
            if isinstance(value, dt.datetime):
                assert value >= MONDAY, field


def test_nothing_is_sent(world):
    take_over({}, ANSWERED)
    assert OutboxMessage.objects.count() == 0


def test_kinds_of_matters_have_their_procedures(world):
    kinds = {"1": "咨询", "2": "建议", "3": "投诉", "4": None}
    take_over(*({"工单编号": number, "工单类型": kind} for number, kind in kinds.items()))
    assert [case(n).procedure for n in kinds] == ["enquiry", "suggestion", "general", "general"]
    for number in kinds:
        check(case(number))


def test_who_somebody_is_goes_to_residents_and_nowhere_else(world):
    take_over({"主要内容": "我是张桂兰,电话13800001234,路灯坏了。", "备注": "回访过"})
    made = case()
    resident = residents.Resident.objects.get()
    assert made.resident_id == resident.pk and made.identity_mode == "shown" and resident.has_phone
    assert "张桂兰" not in made.words_masked and "13800001234" not in made.words_masked
    (act,) = acts.history("case", made.pk)
    cells = made.imported_original.cells()
    for said in (json.dumps(act.payload, ensure_ascii=False), json.dumps(cells | {"主要内容": ""}, ensure_ascii=False)):
        assert "张桂兰" not in said and "13800001234" not in said and "138 0000 1234" not in said
    assert cells["备注"] == "回访过"


def test_a_telephone_that_cannot_be_read_is_not_lost(world):
    take_over({"来电人电话": "138****1234"})
    assert case().imported_original.cells()["来电人电话"] == "138****1234"
    assert not residents.Resident.objects.get().has_phone


def test_what_labels_a_person_is_dropped_named_and_in_no_table(world):
    report = take_over({"来电人情绪": "暴跳如雷", "标签": "路灯,老上访户"})
    assert [refused.header for refused in report.dropped_columns] == ["来电人情绪"]
    cells = case().imported_original.cells()
    assert cells["来电人情绪"] is None and cells["标签"] == "路灯"
    kept = {name: cell for name, cell in cells.items() if cell is not None}
    everything = tables() + case().statement() + json.dumps(kept, ensure_ascii=False)
    for label in ("来电人情绪", "暴跳如雷", "老上访户"):
        assert label not in everything


def tables() -> str:
    """Give whatever the tables hold."""
    rows = []
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{name}"')
            rows += cursor.fetchall()
    return str(rows)


def test_a_second_import_makes_nothing(world):
    rows = [{}, ANSWERED]
    take_over(*rows)
    before = acts.Act.objects.count()
    report = take_over(*rows, now=MONDAY + dt.timedelta(days=1))
    assert (report.imported, report.seen, report.changed) == (0, 2, 0)
    assert acts.Act.objects.count() == before
    assert [one for one in report.doubts if one.code == "changed_since"] == []


def test_the_same_number_of_another_source_is_another_matter(world):
    take_over({})
    report = cases.import_plan(planned({}), source="12320", by=cases.IMPORT, now=MONDAY)
    assert report.imported == 1


def test_a_row_that_changed_since_is_a_doubt_and_overwrites_nothing(world):
    take_over({}, {"工单编号": "2"})
    changed = {"工单编号": "2", "主要内容": "别的话", "回复内容": "修好了", "工单状态": "已办结"}
    report = take_over({"来电时间": "2025/3/5 9:30"}, changed)
    (doubt,) = [one for one in report.doubts if one.code == "changed_since"]
    assert (doubt.row, doubt.column, report.changed, report.imported) == (3, "主要内容", 1, 0)
    assert "回复内容" in doubt.message and "别的话" not in doubt.message
    assert (case("2").status, case("2").statement()) == ("registered", "路灯不亮\n柳树村口的路灯坏了半个月。")


def test_doubtful_rows_make_no_case_and_are_all_named(world):
    rows = [
        {},
        {"工单编号": None},
        {"工单编号": "3", "来电时间": "去年"},
        {"工单编号": "4", "主要内容": None, "标题": None},
    ]
    report = take_over(*rows)
    assert (report.imported, report.held) == (1, 3)
    assert {one.row for one in report.doubts if one.is_held} == {3, 4, 5}
    assert all(one.message and one.what_to_do for one in report.doubts)


def test_words_too_long_together_are_left_out_and_named(world):
    report = take_over({"标题": "甲" * 15_000, "主要内容": "乙" * 15_000})
    assert (report.imported, report.held) == (0, 1)
    assert [one.code for one in report.doubts if one.is_held] == ["too_long"]


def test_a_dry_run_says_the_same_and_writes_nothing(world):
    rows = [{}, ANSWERED, {"工单编号": None}]
    dry = take_over(*rows, is_dry_run=True)
    assert cases.Case.objects.count() == acts.Act.objects.filter(subject_kind="case").count() == 0
    real = take_over(*rows)
    assert (dry.imported, dry.answered, dry.held, dry.doubts) == (
        real.imported,
        real.answered,
        real.held,
        real.doubts,
    )
    assert take_over(*rows, is_dry_run=True).seen == 2


def test_a_number_that_tells_who_somebody_is_is_kept_as_a_code_and_still_found(world):
    report = take_over({"工单编号": "13900000001"})
    assert "number_tells_who" in {one.code for one in report.doubts}
    assert cases.Case.objects.get().source_number.startswith("hidden-")
    assert "13900000001" not in tables()
    assert take_over({"工单编号": "13900000001"}).seen == 1


def test_the_office_that_receives_can_be_named(world):
    take_over({"被反映街乡镇": None, "村/社区": None}, office=world.office("shiqiao-affairs"))
    made = case()
    assert made.first_receiver_id == made.holder_id == world.office("shiqiao-affairs")
    with pytest.raises(cases.CannotImport):
        take_over({}, office=directory.areas()[world.areas["hexi"].pk].pk)


@pytest.mark.parametrize("source", ["", " ", "甲" * 41, "13900000001"])
def test_the_source_must_be_a_name(world, source):
    with pytest.raises(cases.CannotImport):
        cases.import_plan(planned({}), source=source, by=cases.IMPORT, now=MONDAY)


def test_only_who_may_register_there_takes_over(world):
    with pytest.raises(cases.NoPen):
        cases.import_plan(planned({}), source="12345", by=world.hand("liuyang"), now=MONDAY)
    with pytest.raises(cases.NoPen):
        cases.import_plan(planned({}), source="12345", by=cases.ON_THE_WEB.__class__("nobody", "x"), now=MONDAY)
    assert cases.Case.objects.count() == 0


class Killed(BaseException):
    pass


def test_cut_short_between_batches_it_is_taken_up(world):
    def stop(done, total):
        assert total == 5 * importing.BATCH // 2
        if done >= 2 * importing.BATCH:
            raise Killed

    rows = many(5 * importing.BATCH // 2)
    with pytest.raises(Killed):
        take_over(*rows, progress=stop)
    there = 2 * importing.BATCH
    assert cases.Case.objects.count() == there
    report = take_over(*rows)
    assert (report.seen, report.imported) == (there, len(rows) - there)
    for made in cases.Case.objects.order_by("source_number")[there - 5 : there + 5]:
        check(made)


@pytest.mark.parametrize("place", ["SealKey", "Case", "ImportedOriginal", "acts"])
def test_cut_short_inside_a_batch_nothing_of_it_is_there(world, monkeypatch, place):
    rows, calls = many(80, **{k: v for k, v in ANSWERED.items() if k != "工单编号"}), []
    emit = acts.emit_many

    def broken(drafts, **more):
        calls.append(len(drafts))
        done = emit(drafts, **more)
        if len(calls) == 2 and place == "acts":
            raise Killed
        return done

    monkeypatch.setattr(importing.acts, "emit_many", broken)
    if place != "acts":
        model = {"SealKey": importing.core.SealKey, "Case": cases.Case, "ImportedOriginal": ImportedOriginal}[place]
        create, times = model.objects.bulk_create, []

        def cut(objects, **more):
            times.append(1)
            if len(times) == 2:
                raise Killed
            return create(objects, **more)

        monkeypatch.setattr(model.objects, "bulk_create", cut)
    with pytest.raises(Killed):
        take_over(*rows)
    monkeypatch.undo()
    counts = [
        cases.Case.objects.count(),
        ImportedOriginal.objects.count(),
        Reply.objects.count(),
        acts.Act.objects.filter(kind="case.imported").count(),
        clocks.Clock.objects.running().filter(subject_kind="case").count(),
        residents.Resident.objects.count(),
    ]
    assert counts == [importing.BATCH] * 6
    report = take_over(*rows)
    assert (report.seen, report.imported) == (importing.BATCH, len(rows) - importing.BATCH)
    assert all(check(made) is None for made in cases.Case.objects.order_by("-source_number")[:3])


def test_what_was_taken_over_can_be_verified_and_a_change_is_found(world):
    take_over({}, ANSWERED)
    assert list(integrity.altered()) == [None, None]
    for number, model, field in (("HX-001", ImportedOriginal, "row"), ("HX-002", Reply, "opinion")):
        made = case(number)
        row = model.objects.get(case=made)
        context = row.row_context() if field == "row" else row.context(field)
        model.objects.filter(pk=row.pk).update(**{field: made.seal_key.seal("{}", context)})
    assert sorted(one.what for one in integrity.altered()) == ["opinion of case.imported", "original of case.imported"]


def test_looking_what_is_there_uses_the_index(world):
    take_over({}, *many(200))
    with CaptureQueriesContext(connection) as ran:
        take_over({})
    (sql,) = {each["sql"] for each in ran if '"source_number" IN' in each["sql"]}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE casework_case")  # of a table that was empty when last looked at any index will do
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{sql}")
        assert "case_source_number" in str(cursor.fetchall())


def test_a_number_on_a_board_is_nobodys_name(world):
    take_over({"来电人": None, "来电人电话": None})
    assert case().identity_mode == "anonymous"
    assert (text.account_name("A00045581"), text.account_name("河边的老王"), text.account_name("网友")) == (
        "",
        "河边的老王",
        "",
    )
