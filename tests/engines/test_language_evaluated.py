"""`bandeng evaluate masking` and `evaluate findings`, as a county calls them."""

import csv
import json
from pathlib import Path

import pytest

from bandeng.config.cli import main
from bandeng.config.cli.evaluate.intervals import wilson
from bandeng.config.cli.failures import NotReady

GOLD = Path(__file__).parent / "data" / "persons.csv"
REPLY = "您好！您反映的问题已收悉，已转相关部门处理。感谢您的留言！2026年5月6日"


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")


@pytest.fixture
def replied(tmp_path):
    path = tmp_path / "replied.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["留言编号", "留言主题", "留言详情", "答复意见"])
        writer.writerow(["1", "路灯", "请问南门桥的路灯什么时候修好？", REPLY])
        writer.writerow(["2", "路灯", "南门桥的路灯坏了", "南门桥的路灯5月6日修好了。龙泉县城管局 2026年5月7日"])
    return path


def test_masking_is_measured_by_kind(capsys):
    assert main(["evaluate", "masking", str(GOLD), "--part", "held", "--json"]) == 0
    measures = json.loads(capsys.readouterr().out)
    assert measures["sentences"] == 190
    assert measures["kinds"]["id_number"]["recall"] == 1.0 and measures["kinds"]["name"]["f1"] >= 0.85
    low, high = measures["kinds"]["name"]["recall_interval"]
    assert low < measures["kinds"]["name"]["recall"] < high


def test_masking_of_a_part_that_is_not_there_is_refused():
    with pytest.raises(NotReady, match="no rows of that part"):
        main(["evaluate", "masking", str(GOLD), "--part", "nowhere"])


def test_a_mark_of_an_unknown_kind_is_refused(tmp_path):
    path = tmp_path / "gold.csv"
    path.write_text("marked\n我叫‹nickname 小花›\n", encoding="utf-8")
    with pytest.raises(NotReady, match="nickname"):
        main(["evaluate", "masking", str(path)])


def test_findings_are_counted_without_a_word_of_the_replies(replied, capsys):
    assert main(["evaluate", "findings", str(replied), "--json"]) == 0
    told = capsys.readouterr().out
    counts = json.loads(told)
    assert counts["replies"] == 2 and counts["none"] == 0.5
    assert counts["rules"]["missing-who-forwarded"] == 1 and counts["rules"]["off-only-forwarded"] == 1
    assert sum(counts["families"].values()) == counts["findings"] == sum(counts["rules"].values())
    assert "收悉" not in told


def test_a_drawn_list_is_the_same_for_the_same_seed(replied, tmp_path, capsys):
    lists = []
    for name in ("a.csv", "b.csv"):
        path = tmp_path / name
        assert main(["evaluate", "findings", str(replied), "--sample", "4", "--seed", "7", "--write", str(path)]) == 0
        lists.append(path.read_text(encoding="utf-8"))
    assert lists[0] == lists[1] and lists[0].count("\n") == 5
    assert "收悉" not in capsys.readouterr().out


def test_wilson_intervals_are_those_of_the_textbook():
    assert wilson(0, 0) is None
    assert wilson(10, 10) == [0.7225, 1.0]  # Wilson 1927; Brown, Cai and DasGupta 2001
    assert wilson(81, 263) == [0.2553, 0.3662]  # Newcombe 1998, table I
