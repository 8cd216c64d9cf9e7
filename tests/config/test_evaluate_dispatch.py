"""`bandeng evaluate dispatch` on files of an invented county."""

import csv
import json
import random

import pytest

from bandeng.config import cli
from bandeng.config.cli.failures import NotReady

TOPICS = {"水务": ("供水", "停水", "水费"), "交通": ("道路", "公交", "堵车"), "教育": ("学校", "老师", "学费")}


@pytest.fixture
def files(tmp_path):
    source = random.Random(0)
    # each message has words of its own, or all would count as near-duplicates
    own = [f"{number}栋{number + 300}室" for number in range(700)]
    source.shuffle(own)
    rows = [
        (label, "，".join(source.sample(words, 2) + [own.pop() for _ in range(9)]))
        for label, words in TOPICS.items()
        for _ in range(25)
    ]
    write(tmp_path / "labelled.csv", ("一级标签", "text"), rows)
    write(tmp_path / "other.csv", ("label", "text"), rows[::5])
    write(tmp_path / "topics.csv", ("一级分类", "二级分类"), [(t, w) for t, words in TOPICS.items() for w in words])
    write(tmp_path / "stream.csv", ("标题", "text"), [("停水", text) for _label, text in rows])
    return tmp_path


def write(path, headings, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])


def evaluate(*arguments) -> int:
    return cli.main(["evaluate", "dispatch", *map(str, arguments)])


def test_it_measures_by_parts_held_out_beside_a_peer(files, capsys):
    train, topics, stream = (files / f"{name}.csv" for name in ("labelled", "topics", "stream"))
    assert evaluate("--train", train, "--taxonomy", topics, "--unlabelled", stream, "--seeds", 2, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert min(told["macro_f1"], told["accuracy"], told["top2"]) > 0.95 and 0 <= told["ece"] <= 0.5
    assert told["messages"] == 75 and told["seeds"] == 2 and set(told["spread"]) >= {"macro_f1", "ece"}
    for peer in (told["raw_peer"], told["peer"]):
        assert peer["difference"] == pytest.approx(told["macro_f1"] - peer["macro_f1"])
        assert peer["interval"][0] <= peer["difference"] <= peer["interval"][1]


def test_without_labels_topics_alone_tell_and_there_is_no_peer(files, capsys):
    assert evaluate("--train", files / "labelled.csv", "--taxonomy", files / "topics.csv", "--labels", 0, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["macro_f1"] == 1 and told["labels"] == 0 and told["right_where_sure"] is None
    assert not {"peer", "raw_peer"} & set(told)


def test_another_file_can_be_what_is_held_out(files, capsys):
    assert evaluate("--train", files / "labelled.csv", "--test", files / "other.csv", "--no-peer") == 0
    assert "1.000" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        (("label", "text"), (), "no rows"),
        (("label",), (), "no column for"),
        (("label", "text", "a", "x"), (), "fewer than two labels"),
        (("label", "text", "", "x"), (), "without a label"),
        (("label", "text", "a", "x", "b", "y"), (), "fewer than 5 different"),
        (("label", "text", "a", "x", "b", "y"), ("--seeds", 0), "at least 1"),
        (("label", "text", "a", "x", "b", "y"), ("--labels", -1), "at least 0"),
    ],
)
def test_what_cannot_be_measured_is_told_in_a_line(tmp_path, content, arguments, said):
    headings, cells = content[:2], content[2:]
    write(tmp_path / "messages.csv", headings, zip(cells[::2], cells[1::2], strict=True))
    with pytest.raises(NotReady, match=said):
        evaluate("--train", tmp_path / "messages.csv", *arguments)
