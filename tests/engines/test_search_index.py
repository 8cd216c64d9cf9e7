"""An index that is written, asked, replaced and damaged: it answers rightly or says that it cannot."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bandeng.engines.similarity import search

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
TEXTS = {
    "1": ("西湖村停水", "西湖村停水三天，没有人来修"),
    "2": ("工地夜里施工", "青石路工地夜里两点还在施工，吵得睡不着"),
    "3": ("又停水了", "东山村也停水，水厂说在修管道"),
}


def document(key, scopes=("town-1",), at=AT, facets=None, **fields):
    fields = fields or dict(zip(("title", "text"), TEXTS[key], strict=True))
    return search.Document(key, fields, list(scopes), at, facets or {})


@pytest.fixture
def index(tmp_path):
    made = search.Index.create(tmp_path / "index", names=["西湖村", "东山村"])
    with made.writer() as writer:
        writer.add(map(document, TEXTS))
        writer.commit("leaf-3")
    return made


def found(index, query, **more):
    return [hit.id for hit in index.search(query, **{"scopes": None, **more}).hits]


def test_what_is_committed_is_found_and_the_cursor_with_it(index, tmp_path):
    assert found(index, "停水") == ["3", "1"] or found(index, "停水") == ["1", "3"]
    for each in (index, search.Index.open(tmp_path / "index")):
        assert (len(each), each.cursor, each.names) == (3, "leaf-3", ("东山村", "西湖村"))
        assert each.known(["1", "7", "\x01"]) == {"1"}


def test_nothing_is_seen_before_the_commit_nor_kept_without_one(index):
    with index.writer() as writer:
        writer.add([document("9", text="河边倒垃圾")])
        writer.delete(["1"])
        assert found(index, "垃圾") == [] and found(index, "西湖村") == ["1"]
    assert found(index, "垃圾") == [] and len(index) == 3
    with index.writer() as writer:
        writer.add([document("9", text="河边倒垃圾")])
        writer.delete(["1", "not there"])
        writer.commit()
        assert found(index, "垃圾") == ["9"] and found(index, "西湖村") == []
    assert index.cursor == "leaf-3"


def test_many_small_commits_are_merged_into_few_files(index, tmp_path):
    for number in range(120):
        with index.writer() as writer:
            writer.add([document(f"n{number}", text="路灯坏了")])
            writer.commit(cursor=str(number))
    segments = json.loads(next((tmp_path / "index").glob("g-*/meta.json")).read_text())["segments"]
    assert len(segments) < 16
    assert index.cursor == "119"
    assert index.search("路灯", scopes=None).total >= 120


def test_a_document_added_again_takes_the_place_of_the_former_and_the_later_of_two_stays(index, tmp_path):
    with index.writer() as writer:
        writer.add([document("1", text="楼道灯坏了"), document("1", text="电梯坏了")])
        writer.commit()
    assert found(index, "西湖村") == found(index, "楼道") == [] and found(index, "电梯") == ["1"]
    search.rebuild(tmp_path / "index", [document("1"), document("2"), document("1", text="电梯坏了")])
    assert len(index) == 2 and found(index, "电梯") == ["1"] and found(index, "西湖村") == []


def test_another_process_sees_it_at_its_next_question(index, tmp_path):
    script = (
        "import sys; from bandeng.engines.similarity import search\n"
        "index = search.Index.open(sys.argv[1])\n"
        "for line in sys.stdin: print(index.search(line.strip(), scopes=None).total, flush=True)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "index")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:

        def ask():
            other.stdin.write("电梯\n")
            other.stdin.flush()
            return int(other.stdout.readline())

        assert ask() == 0
        with index.writer() as writer:
            writer.add([document("4", text="电梯坏了")])
            writer.commit()
        assert ask() == 1
        search.rebuild(tmp_path / "index", [document("4", text="电梯坏了"), document("5", text="电梯没人修")])
        assert ask() == 2
        other.stdin.close()


def test_there_is_one_writer(index, tmp_path):
    with index.writer(), pytest.raises(search.IndexBusy):
        index.writer()
    index.writer().close()


def test_a_writer_that_a_rebuild_overtook_is_told_and_what_it_held_is_in_neither(index, tmp_path):
    with index.writer() as writer:
        writer.add([document("9", text="河边倒垃圾")])
        assert search.rebuild(tmp_path / "index", map(document, TEXTS), cursor="leaf-8") == 3
        with pytest.raises(search.IndexReplaced):
            writer.commit("leaf-9")
    assert (index.cursor, found(index, "垃圾")) == ("leaf-8", [])
    assert [path.name for path in (tmp_path / "index").glob("g-*")] == ["g-000002"]


def test_a_rebuild_that_fails_leaves_the_old_index_and_the_next_one_clears_up(index, tmp_path):
    with pytest.raises(search.InvalidDocument):
        search.rebuild(tmp_path / "index", [document("1"), document("", text="没有编号")])
    assert len(index) == 3 and index.cursor == "leaf-3"
    told = []
    search.rebuild(tmp_path / "index", (document(str(n), text="x") for n in range(2500)), progress=told.append)
    assert told == [1000, 2000, 2500] and len(index) == 2500
    assert len(list((tmp_path / "index").glob("g-*"))) == 1


def test_an_index_is_not_made_over_another(index, tmp_path):
    with pytest.raises(search.SearchError, match="rebuild"):
        search.Index.create(tmp_path / "index")


def test_who_asks_finds_within_scopes_only(index):
    with index.writer() as writer:
        writer.add([document("4", ["town-2"], text="停水"), document("5", [], text="停水")])
        writer.commit()
    for ask in (lambda **how: found(index, "停水", **how), lambda **how: [h.id for h in index.likes("停水", **how)]):
        assert set(ask(scopes=["town-2", "town-9"])) == {"4"}
        assert ask(scopes=["town-9"]) == ask(scopes=[]) == []
        assert set(ask(scopes=None)) == {"1", "3", "4", "5"}
    assert index.search("停水", scopes=["town-2"]).total == 1
    assert found(index, "", scopes=["town-2"]) == ["4"]


def test_filters_go_by_facets_their_ancestors_and_time(index):
    hour = timedelta(hours=1)
    with index.writer() as writer:
        writer.add(
            [
                document("4", facets={"topic": "3/12", "status": "open"}, at=AT + hour, text="停电"),
                document("5", facets={"topic": ("3/120", "7"), "status": "closed"}, at=AT + 2 * hour, text="停电"),
            ]
        )
        writer.commit()

    def by(facets=None, since=None, until=None):
        return set(found(index, "停电", filters=search.Filters(facets or {}, since, until)))

    assert by({"topic": "3"}) == {"4", "5"} and by({"topic": "3/12"}) == {"4"} and by({"topic": ["7", "9"]}) == {"5"}
    assert by({"topic": "3", "status": "closed"}) == {"5"} and by({"topic": []}) == by({"place": "3"}) == set()
    assert by(since=AT + hour, until=AT + 2 * hour) == {"4"}
    assert by(since=AT + hour + timedelta(microseconds=1)) == {"5"}
    assert found(index, "", filters=search.Filters(since=AT + hour)) == ["5", "4"]


def test_pages_join_up_and_the_newest_come_first_when_asked(index):
    with index.writer() as writer:
        writer.add(document(f"n{n}", at=AT + timedelta(days=n % 7), text="路灯不亮" + "路灯" * n) for n in range(25))
        writer.commit()
    whole = found(index, "路灯", limit=25)
    assert len(set(whole)) == 25
    assert [key for at in (0, 10, 20) for key in found(index, "路灯", limit=10, offset=at)] == whole
    times = [hit.at for hit in index.search("路灯", scopes=None, limit=25, newest_first=True).hits]
    assert times == sorted(times, reverse=True) and times[0] == AT + timedelta(days=6)
    assert index.search("路灯", scopes=None, limit=3).total == 25


KINDS = ("idx", "term", "pos", "fieldnorm", "fast", "store")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("damage", ["changed", "cut", "emptied", "gone"])
def test_a_damaged_file_is_found_before_anything_is_answered(index, tmp_path, kind, damage):
    path = next((tmp_path / "index").glob(f"g-*/*.{kind}"))
    data = path.read_bytes()
    if damage == "changed":
        path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    elif damage == "gone":
        path.unlink()
    else:
        path.write_bytes(data[:-1] if damage == "cut" else b"")
    with pytest.raises(search.IndexBroken, match=kind):
        search.Index.open(tmp_path / "index")
    with pytest.raises(search.IndexBroken, match=kind):
        index.writer()


@pytest.mark.parametrize("name", ["meta.json", "about.json", "../current"])
@pytest.mark.parametrize("text", ["", "{}", "\udcff", '{"segments": 3, "format": 1}', "g-../../etc"])
def test_nonsense_where_an_index_is_described_is_a_broken_index(index, tmp_path, name, text):
    path = next((tmp_path / "index").glob("g-*")) / name
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(search.IndexBroken):
        search.Index.open(tmp_path / "index")


@pytest.mark.parametrize("pattern", ["current", "g-*", "g-*/meta.json"])
def test_an_open_index_whose_files_are_lost_answers_nothing(index, tmp_path, pattern):
    path = next((tmp_path / "index").glob(pattern))
    path.rename(tmp_path / "elsewhere")
    for ask in (lambda: index.likes("停水", scopes=None), lambda: index.search("", scopes=None), lambda: len(index)):
        with pytest.raises(search.IndexMissing):
            ask()
    with pytest.raises(search.IndexUnusable):
        search.Index.open(tmp_path / "index")
    search.rebuild(tmp_path / "index", map(document, TEXTS))
    assert found(index, "西湖村") == ["1"]


def test_where_nothing_is_there_is_no_index(tmp_path):
    with pytest.raises(search.IndexMissing):
        search.Index.open(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("document", "what"),
    [
        (search.Document("", {"text": "x"}, [], AT), "an id"),
        (search.Document("a\0b", {"text": "x"}, [], AT), "an id"),
        (search.Document("1" * 301, {"text": "x"}, [], AT), "an id"),
        (search.Document(7, {"text": "x"}, [], AT), "int, not text"),
        (search.Document("1", {"text": float("nan")}, [], AT), "text is float"),
        (search.Document("1", {"text": "half \ud83d"}, [], AT), "half a character"),
        (search.Document("1", {"body": "x"}, [], AT), "'body'"),
        (search.Document("1", {"text": "x"}, [""], AT), "a scope"),
        (search.Document("1", {"text": "x"}, [], AT.replace(tzinfo=None)), "time zone"),
        (search.Document("1", {"text": "x"}, [], "2026"), "time zone"),
        (search.Document("1", {"text": "x"}, [], AT, {"a=b": "c"}), "'='"),
        (search.Document("1", {"text": "x"}, [], AT, {"topic": [None]}), "facet topic"),
    ],
)
def test_a_document_that_cannot_be_taken_is_refused_by_name_and_nothing_of_its_batch_added(index, document, what):
    with index.writer() as writer:
        with pytest.raises(search.InvalidDocument, match=what):
            writer.add([search.Document("8", {"text": "好的"}, [], AT), document])
        writer.commit()
    assert len(index) == 3


@pytest.mark.parametrize(
    "ask",
    [
        lambda index: index.search("\ud83d", scopes=None),
        lambda index: index.search(None, scopes=None),
        lambda index: index.search("x", scopes="town-1"),
        lambda index: index.search("x", scopes=[None]),
        lambda index: index.search("x", scopes=None, limit=0),
        lambda index: index.search("x", scopes=None, offset=-1),
        lambda index: index.search("x", scopes=None, offset=10_000),
        lambda index: index.search("x", scopes=None, filters=search.Filters({"a=b": "1"})),
        lambda index: index.search("x", scopes=None, filters=search.Filters(since=AT.replace(tzinfo=None))),
        lambda index: index.likes({"body": "x"}, scopes=None),
        lambda index: index.likes(3, scopes=None),
        lambda index: index.likes({"text": None}, scopes=None),
        lambda index: index.likes("x", scopes=None, exclude=[""]),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(index, ask):
    with pytest.raises(search.InvalidQuery):
        ask(index)


STRANGE = {
    "empty": "",
    "signs": "！！！？……",
    "controls": "停\x00水\x07\u200b\x1b[31m",
    "emoji": "🚰🚱 停水 👨‍👩‍👧",
    "uyghur": "سۇ كېلىشى توختىدى",
    "tibetan": "ཆུ་ཆད་སོང་།",
    "yi": "ꆈꌠꁱꂷ",
    "rare": "𠮷𠮷村的路",
    "one word": "a" * 3_000_000,
    "ten megabytes": "停水了没有人管" * 1_500_000,
}


@pytest.mark.parametrize("name", STRANGE)
def test_any_text_is_taken_counted_and_asked_with(index, name):
    with index.writer() as writer:
        writer.add([document("strange", title=STRANGE[name][:100], text=STRANGE[name])])
        writer.commit()
    assert len(index) == 4 and "strange" in found(index, "", limit=10)
    hits = [hit.id for hit in index.likes({"text": STRANGE[name]}, scopes=None)]
    # signs are no words: such a text is found by filters alone
    assert ("strange" in hits) == (name not in ("empty", "signs"))
    assert found(index, "西湖村") == ["1"]


def test_a_query_of_signs_alone_finds_nothing_and_a_blank_one_everything(index):
    assert index.search("？！", scopes=None) == search.Page((), 0, False, ())
    assert index.search(" \u3000\n", scopes=None).total == 3


def test_the_package_needs_neither_scikit_learn_nor_scipy_nor_django():
    script = (
        "import sys; from bandeng.engines.similarity import search\n"
        "sys.exit(', '.join({'sklearn', 'scipy', 'django'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=Path.cwd(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
