"""The index itself: fed by the log, killed, lost and broken, made anew beside itself, held to the database."""

import gc
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import tantivy
from django.conf import settings
from django.db import connections
from django.urls import reverse
from tests.speak.lookup_index import fed
from tests.speak.test_casework_loop import HOUR, dispatched, replied
from tests.speak.test_kill import address
from tests.world import MONDAY, build

from bandeng.config import checks, cli, renewing, worker
from bandeng.config.cli.failures import NotReady
from bandeng.engines.similarity import search
from bandeng.ground.directory import api as directory
from bandeng.ground.ledger import api as ledger
from bandeng.speak.casework import api as cases
from bandeng.speak.casework.models import Case
from bandeng.speak.lookup import api as lookup
from bandeng.speak.lookup import indexing

URL = "/desk/search/"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An index of the test's own."""
    monkeypatch.setattr(settings, "SEARCH_DIR", tmp_path / "search")
    lookup.forget()
    yield tmp_path / "search"
    lookup.forget()


def codes(world, words: str, who: str = "liqiang") -> list[str]:
    return [found.case.code for found in lookup.find(world.permissions(who), lookup.Asked(words)).found]


def found_by_check() -> set[str]:
    (each,) = [each for each in checks.CHECKS if each.name == "search_finds_what_there_is"]
    return {finding.code for finding in each.run(MONDAY)}


# ---- the feed -------------------------------------------------------------------------------------------------------


def test_leaves_are_the_feed(world):
    first = world.registered(words="停水甲")
    fed()
    second = world.registered(words="停水乙")
    while lookup.feed():
        pass
    assert codes(world, "停水") == [first.code], "an act without a leaf was not read"
    fed()
    assert set(codes(world, "停水")) == {first.code, second.code}
    assert indexing.Cursor.read(indexing.index().cursor).leaf == ledger.head().size


def test_a_step_that_has_nothing_to_do_writes_nothing(world, folder):
    world.registered(words="停水甲")
    fed()
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert lookup.feed() == 0
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_steps_are_bounded_and_go_on_where_the_last_one_ended(world):
    made = {world.registered(words=f"停水第{n}处").code for n in range(8)}
    while ledger.sequence(now=MONDAY):
        pass
    assert lookup.feed(limit=3) == 3  # an empty one: there is more to do
    assert [lookup.feed(limit=3) for _ in range(3)] == [3, 3, 3]
    assert lookup.find(world.permissions("liqiang"), lookup.Asked("停水")).notice == "filling"
    while lookup.feed(limit=3):
        pass
    assert set(codes(world, "停水")) == made
    assert lookup.find(world.permissions("liqiang"), lookup.Asked("停水")).notice == ""


def test_a_second_worker_of_the_host_leaves_it_to_the_first(world):
    world.registered(words="停水甲")
    fed()
    world.registered(words="停水乙")
    while ledger.sequence(now=MONDAY):
        pass
    with indexing.index().writer():
        assert lookup.feed() == 0
    assert lookup.feed() == 1 and len(codes(world, "停水")) == 2


@pytest.mark.parametrize("changed", ["masking", "places"])
def test_every_case_is_read_anew_where_documents_are_made_otherwise(world, monkeypatch, changed):
    case = world.registered(words="停水甲")
    fed()
    if changed == "masking":
        monkeypatch.setattr("bandeng.ground.core.api.MASKING_VERSION", 9)
        monkeypatch.setattr("bandeng.ground.residents.services.masking.mask_given", lambda words, _identity: "停电")
    else:
        village = world.areas["liushu"]
        village.path, village.parent = "/qinghe/shiqiao/liushu/", world.areas["shiqiao"]
        village.save()
        directory.forget()
    fed()
    if changed == "masking":
        assert codes(world, "停水") == [] and codes(world, "停电") == [case.code]
    else:
        asked = lookup.Asked(places=("shiqiao",))
        assert [f.case.code for f in lookup.find(world.permissions("liqiang"), asked).found] == [case.code]


def test_names_of_places_are_words_that_stay_whole(world):
    world.registered(words="水电站魏家台子断了")
    fed()
    assert "柳树村" in indexing.index().names
    directory.Area.objects.filter(code="liushu").update(label_zh="魏家台子")
    directory.forget()
    fed()
    assert "魏家台子" in indexing.index().names and "柳树村" not in indexing.index().names


def test_the_index_of_another_log_is_not_searched(world, folder):
    case = world.registered(words="停水甲")
    fed()
    held = indexing.Cursor.read(indexing.index().cursor)
    stray = search.Document(
        "stray", {"text": "停水"}, scopes=[str(world.office("hexi-centre"))], at=MONDAY, facets={"row": ["x"]}
    )
    for cursor in ({**vars(held), "log": "0" * 16}, {**vars(held), "leaf": held.leaf + 5}):
        search.rebuild(folder, [stray], cursor=json.dumps(cursor))
        assert found_by_check() == {"search-missing"}
        fed()
        assert codes(world, "停水") == [case.code] and len(indexing.index()) == 1


# ---- lost and broken ------------------------------------------------------------------------------------------------


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("g-*/*") if path.suffix in {".idx", ".term", ".store", ".fast"})


def rewritten(path: Path, content: bytes) -> None:
    """Put another file in its place; cut short while it is mapped, it would end the process."""
    path.with_suffix(".tmp").write_bytes(content)
    path.with_suffix(".tmp").replace(path)


def lose(folder: Path, how: str) -> None:
    if how == "deleted":
        shutil.rmtree(folder)
    elif how == "pointer":
        (folder / "current").write_text("g-999999")
    elif how == "garbage":
        (folder / "current").write_bytes(b"\xff\xfe")
    elif how == "emptied":
        for path in folder.glob("g-*/*"):
            path.unlink()
    elif how == "meta":
        for path in folder.glob("g-*/meta.json"):
            rewritten(path, b"{")
    else:
        for path in files_of(folder):
            content = path.read_bytes()
            middle = len(content) // 2
            flipped = content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]
            rewritten(path, content[:middle] if how == "truncated" else flipped)


LOSSES = ["deleted", "pointer", "garbage", "emptied", "meta", "truncated", "flipped"]


@pytest.mark.parametrize("how", LOSSES)
def test_without_an_index_matters_are_found_by_number_with_a_notice_and_the_worker_makes_it(
    world, sign_in, folder, how
):
    case = world.registered(words="西湖村停水三天")
    fed()
    lookup.forget()
    gc.collect()
    lose(folder, how)
    client = sign_in("liqiang")
    page = client.post(URL, {"q": "停水"})
    assert page.status_code == 200 and "现在不能按关键词查找" in page.text and "没有找到" not in page.text
    assert client.get(URL).status_code == 200
    assert client.post(URL, {"q": case.code}).url == reverse("case", args=[case.code])
    again = client.post(reverse("again"), {"q": "停水"})
    assert again.status_code == 200 and "现在不能按关键词查找" in again.text
    assert client.post(reverse("again"), {"q": case.code}).url == reverse("again-matter", args=[case.code])
    assert found_by_check() == {"search-missing"} and not lookup.standing().is_usable
    fed()
    assert codes(world, "停水") == [case.code] and found_by_check() == set()


def test_an_index_lost_under_a_running_process_is_no_error(world, sign_in, folder):
    case = world.registered(words="西湖村停水三天")
    fed()
    client = sign_in("liqiang")
    assert case.code in client.post(URL, {"q": "停水"}).text
    shutil.rmtree(folder)
    assert "现在不能按关键词查找" in client.post(URL, {"q": "停水"}).text
    fed()
    assert case.code in client.post(URL, {"q": "停水"}).text


def test_a_folder_that_cannot_be_read_is_no_error_either(world, sign_in, folder):
    world.registered(words="西湖村停水三天")
    folder.write_text("a file, where a folder belongs")
    assert "现在不能按关键词查找" in sign_in("liqiang").post(URL, {"q": "停水"}).text
    assert found_by_check() <= {"search-missing"}


def test_a_full_disk_does_not_throw_away_the_index(world, folder, monkeypatch):
    first = world.registered(words="停水甲")
    fed()
    before = (folder / "current").read_text()
    second = world.registered(words="停水乙")
    while ledger.sequence(now=MONDAY):
        pass
    with monkeypatch.context() as patch:

        def full(*args, **more):
            raise search.IndexBroken("No space left on device")

        patch.setattr(search.Writer, "commit", full)
        with pytest.raises(search.IndexBroken):
            lookup.feed()
        assert codes(world, "停水") == [first.code]
    fed()
    assert set(codes(world, "停水")) == {first.code, second.code} and (folder / "current").read_text() == before


# ---- made anew ------------------------------------------------------------------------------------------------------


def test_reindex_makes_it_anew_beside_the_old_one_and_switches(world, folder, capsys, monkeypatch):
    made = {world.registered(words=f"停水第{n}处").code for n in range(5)}
    fed()
    old, seen = (folder / "current").read_text(), []
    real = indexing.documents

    def slowly(keys):
        seen.append((set(codes(world, "停水")), (folder / "current").read_text()))
        return real(keys)

    monkeypatch.setattr(indexing, "documents", slowly)
    assert cli.main(["reindex", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"cases": 5}
    assert seen == [(made, old)], "the old one answers until the switch"
    assert (folder / "current").read_text() != old and set(codes(world, "停水")) == made and found_by_check() == set()
    later = world.registered(words="停水又一处")
    fed()
    assert later.code in codes(world, "停水")


def test_what_is_done_while_it_is_made_anew_is_read_afterwards(world, monkeypatch):
    first = world.registered(words="停水甲")
    fed()
    real, late = indexing.documents, []

    def meanwhile(keys):
        if not late:
            late.append(world.registered(words="停水乙"))
            fed()  # into the old one
        return real(keys)

    monkeypatch.setattr(indexing, "_everything", lambda: iter(meanwhile([first.pk])))
    assert lookup.reindex() == 1
    assert codes(world, "停水") == [first.code]
    fed()
    assert set(codes(world, "停水")) == {first.code, late[0].code} and found_by_check() == set()


def test_broken_off_it_leaves_the_old_one(world, folder, monkeypatch):
    case = world.registered(words="停水甲")
    fed()

    def breaks():
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(indexing, "_everything", breaks)
    with pytest.raises(KeyboardInterrupt):
        lookup.reindex()
    assert codes(world, "停水") == [case.code]
    monkeypatch.undo()
    settings.SEARCH_DIR = folder
    assert lookup.reindex() == 1 and codes(world, "停水") == [case.code]


def test_two_do_not_make_it_anew_at_once(world):
    world.registered(words="停水甲")
    fed()
    with indexing.alone():
        with pytest.raises(NotReady, match="another process"):
            cli.main(["reindex"])
        shutil.rmtree(settings.SEARCH_DIR)
        assert lookup.feed() == 0, "who is making it anew is not disturbed"
    assert lookup.feed(limit=5) == 5


def terms(folder: Path) -> set[str]:
    """Give the words in the files of the index, also those of what was deleted."""
    searcher = tantivy.Index.open(str(folder / (folder / "current").read_text())).searcher()
    return {term for name in ("words", "title") for term, _n in searcher.terms_with_prefix(name, "", limit=10_000)}


def test_erased_words_leave_the_files_within_the_hour(world, folder):
    case = replied(world, words="西湖村停水三天")
    cases.confirm(case.pk, by=cases.hand.resident(case.pk), now=MONDAY + HOUR)
    world.registered(words="路灯坏了")
    fed()
    (task,) = [task for task in worker.tasks() if task.name == "lookup.renew"]
    assert task.every_seconds == 3600 and task.run(MONDAY) == 0
    by = {"proposes": world.hand("zhoutao"), "confirms": world.hand("auditadmin")}
    proposal = cases.propose_erasure(case.pk, ground="request", reason="x", by=by["proposes"], now=MONDAY + HOUR)
    cases.confirm_erasure(proposal.pk, by=by["confirms"], now=MONDAY + HOUR)
    fed()
    assert "停水" in terms(folder), "tantivy keeps what is deleted; if it no longer did, the task were not needed"
    assert task.run(MONDAY) == 1
    assert "停水" not in terms(folder) and "路灯" in terms(folder) and found_by_check() == set()
    assert task.run(MONDAY) == 0


def test_a_large_index_is_made_anew_in_a_process_beside(world, monkeypatch):
    case = replied(world, words="西湖村停水三天")
    fed()
    monkeypatch.setattr(lookup, "holds_erased_words", lambda: True)
    monkeypatch.setattr(indexing, "FEW", 0)
    started = []
    monkeypatch.setattr("bandeng.config.renewing.subprocess.Popen", lambda command, **more: started.append(command))
    assert renewing.renew_search() == 0
    assert started == [[sys.executable, "-m", "bandeng.config.cli", "reindex", "--json", "--with-parent"]]
    assert cli.parser().parse_args(started[0][3:]).with_parent and codes(world, "停水") == [case.code]


# ---- held to the database -------------------------------------------------------------------------------------------


def test_check_compares_it_with_the_database(world):
    case, other = dispatched(world, words="停水甲"), world.registered(words="停水乙")
    assert found_by_check() == {"search-missing"}
    fed()
    assert found_by_check() == set()
    cases.accept(case.pk, by=world.hand("liuyang"), now=MONDAY + HOUR)
    assert found_by_check() == set(), "what has no leaf yet is late, and no difference"
    fed()
    Case.objects.filter(pk=other.pk).update(version=9)
    assert found_by_check() == {"search-differs"}
    Case.objects.filter(pk=other.pk).update(version=other.version)
    with indexing.index().writer() as writer:
        writer.delete([str(case.pk)])
        writer.commit()
    assert found_by_check() == {"search-differs"}


def test_check_finds_what_the_index_has_too_much(world):
    world.registered(words="停水甲")
    fed()
    with indexing.index().writer() as writer:
        writer.add([search.Document(str(world.office("transport")), {"text": "停水"}, scopes=["x"], at=MONDAY)])
        writer.commit()
    assert found_by_check() == {"search-differs"}


def test_check_says_that_nobody_feeds_it(world, monkeypatch):
    world.registered(words="停水甲")
    fed()
    monkeypatch.setattr("bandeng.config.checks.search.MOST_BEHIND", 2)
    for n in range(3):
        world.registered(words=f"停水第{n}处")
    while ledger.sequence(now=MONDAY):
        pass
    assert found_by_check() == {"search-behind"} and lookup.standing().behind == 3
    fed()
    assert found_by_check() == set() and lookup.standing().behind == 0


def test_check_says_that_places_got_other_names_where_the_worker_does_not_see_to_it(world, monkeypatch):
    world.registered(words="停水甲")
    fed()
    monkeypatch.setattr(indexing, "FEW", 0)
    directory.Area.objects.filter(code="liushu").update(label_zh="杨树村")
    directory.forget()
    fed()
    assert found_by_check() == {"search-names"}
    lookup.reindex()
    assert found_by_check() == set()


# ---- processes ------------------------------------------------------------------------------------------------------


def child(database: str, home: Path, stop_at: int) -> subprocess.Popen:
    more = {
        "BANDENG_DATABASE": address(database),
        "BANDENG_HOME": str(home),
        "PYTHONPATH": "src:.",
        "DJANGO_SETTINGS_MODULE": "bandeng.config.settings",
    }
    command = [sys.executable, "-m", "tests.speak.feed_child", str(stop_at)]
    return subprocess.Popen(command, env={**os.environ, **more}, stdout=subprocess.PIPE, text=True)


def test_killed_anywhere_it_goes_on_and_the_index_is_that_of_the_database(committed_database, tmp_path):
    directory.forget()
    world, rng = build(), random.Random(20261127)
    for n in range(30):
        world.registered(words=f"停水第{n}处")
    while ledger.sequence(now=MONDAY):
        pass
    connections["default"].close()
    told = []
    for stop_at in sorted(rng.sample(range(2, 90), 5)):
        process = child(committed_database, tmp_path, stop_at)
        for line in process.stdout:
            told.append(line.strip())
            if told[-1] == "stopped":
                process.send_signal(signal.SIGKILL)
        assert process.wait(60) in (-signal.SIGKILL, 0)
    assert told.count("stopped") >= 3, told
    fed()
    assert lookup.find(world.permissions("liqiang"), lookup.Asked("停水")).count == 30 and found_by_check() == set()
    directory.forget()


def test_a_web_process_loads_no_more_than_it_needs():
    code = (
        "import django, sys; django.setup()\n"
        "import bandeng.config.urls\n"
        "from bandeng.speak.lookup import spelling\n"
        "assert spelling.by_sound(spelling.righted('帳戶 龙全镇').text, ('龙泉镇',)).text == '账户 龙泉镇'\n"
        "print(sorted({'sklearn', 'scipy', 'pypinyin', 'pandas', 'matplotlib'} & set(sys.modules)))"
    )
    more = {"PYTHONPATH": "src:.", "DJANGO_SETTINGS_MODULE": "bandeng.config.settings"}
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, **more}, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
