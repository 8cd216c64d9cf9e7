"""`bandeng evaluate merge`: on files of our own making, and on the real stream where it is."""

import csv
import json
import os
from pathlib import Path

import pytest
from benchmarks.engines.planted import stream

from bandeng.config.cli import main
from bandeng.config.cli.failures import NotReady

DATA = Path(os.environ.get("BANDENG_DATA", "../shared/data")) / "messages"
PLANTED = list(stream(21, 400))


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return str(path)


@pytest.fixture
def files(tmp_path):
    messages = [(m.id, m.title, m.text, m.at.strftime("%Y/%m/%d %H:%M:%S")) for m, _ in PLANTED]
    events = [(event, m.id) for m, event in PLANTED if event]
    return (
        write(tmp_path / "stream.csv", [("留言编号", "留言主题", "留言详情", "留言时间"), *messages]),
        write(tmp_path / "events.csv", [("event", "id"), *events, ("e0", "gone")]),
    )


def test_the_measure_has_its_parts(files, capsys):
    assert main(["evaluate", "merge", *files, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["messages"] == 400 and told["labelled"] == sum(event is not None for _, event in PLANTED)
    low, high = told["b3_f1_interval"]
    assert 0 < low <= told["b3_f1"] <= high <= 1
    assert 0 < told["b3_precision"] <= 1 and 0 < told["b3_recall"] <= 1
    assert set(told["b3_f1_around"]) == {"-20%", "-10%", "+10%", "+20%"}
    assert set(told["b3_f1_without_event"]) == {event for _, event in PLANTED if event}
    assert told["connected_components"]


def test_in_words_no_text_of_a_message_is_printed(files, capsys):
    assert main(["evaluate", "merge", *files]) == 0
    out = capsys.readouterr().out
    assert "F1" in out and not any(message.title in out for message, _ in PLANTED)


@pytest.mark.parametrize(
    ("stream_rows", "event_rows", "more"),
    [
        ([("a", "t", "x", "yesterday")], [("e", "a")], []),
        ([("a", "t", "x", "2026-01-01"), ("a", "t", "x", "2026-01-01")], [("e", "a")], []),
        ([("a", "t", "x", "2026-01-01")], [("e", "b")], []),
        ([("a", "t", "x", "2026-01-01")], [("e", "a")], ["--threshold", "0"]),
    ],
)
def test_unusable_files_are_named(tmp_path, stream_rows, event_rows, more):
    one = write(tmp_path / "s.csv", [("id", "title", "text", "time"), *stream_rows])
    other = write(tmp_path / "e.csv", [("event", "id"), *event_rows])
    with pytest.raises(NotReady):
        main(["evaluate", "merge", one, other, *more])


def test_times_with_and_without_a_zone_are_read_together(tmp_path, capsys):
    rows = [("a", "搅拌站扰民", "夜间施工", "2026-01-01 08:00"), ("b", "搅拌站扰民", "夜间施工", "2026-01-01T00:00Z")]
    one = write(tmp_path / "s.csv", [("id", "title", "text", "time"), *rows])
    other = write(tmp_path / "e.csv", [("event", "id"), ("e", "a"), ("e", "b")])
    assert main(["evaluate", "merge", one, other, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["b3_f1"] == 1


@pytest.mark.skipif(not (DATA / "stream.xlsx").is_file(), reason="the stream of a city is not here (BANDENG_DATA)")
def test_events_of_a_city_come_together_and_the_threshold_is_flat(capsys):
    assert main(["evaluate", "merge", str(DATA / "stream.xlsx"), str(DATA / "events.csv"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["b3_f1"] >= 0.90
    assert min(told["b3_f1_around"].values()) >= 0.87
    assert min(told["b3_f1_without_event"].values()) >= 0.90
