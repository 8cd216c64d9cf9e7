"""`bandeng evaluate likes`: right on a table to count by hand, and within what was promised on real ones."""

import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from bandeng.config import cli
from bandeng.config.cli.evaluate.plain import Plain, best, interval
from bandeng.config.cli.failures import NotReady

DATA = Path(os.environ.get("BANDENG_DATA", Path(__file__).resolve().parents[2] / "../shared/data")) / "messages"


def table(path, headings, *rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    return str(path)


def measure(capsys, *words):
    assert cli.main(["evaluate", "likes", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def stream(tmp_path):
    rows = [
        ("1", "西湖村停水", "西湖村停水三天"),
        ("2", "停水没人管", "西湖村又停水"),
        ("3", "西湖村没有水", "西湖村停水，水厂不修"),
        ("4", "夜间施工", "工地夜里施工噪音"),
        ("5", "噪音", "工地施工到两点，噪音很大"),
        *((f"x{n}", "路灯", f"路灯坏了{n}") for n in range(12)),
        ("6", "公交车", "请开通公交车"),
        ("", "没有编号", "这一行不算"),
    ]
    return table(tmp_path / "stream.csv", ("留言编号", "留言主题", "留言详情"), *rows)


def test_recall_is_averaged_over_the_messages_of_an_event_and_then_over_events(stream, tmp_path, capsys):
    events = table(
        tmp_path / "events.csv",
        ("event", "id"),
        *(("water", key) for key in ("1", "2", "3", "3", "gone")),
        *(("odd", key) for key in ("4", "6")),
        ("alone", "5"),
    )
    result = measure(capsys, stream, events)
    assert result["recall_at_10_by_event"] == {"water": 1.0, "odd": 0.0}
    assert (result["recall_at_10"], result["asked"], result["messages"]) == (0.5, 5, 18)
    assert result["left_out"] == {"messages": 1, "event_rows": 3}
    assert result["baselines"]["word_tfidf_whole"] == 0.5 and result["gains"]["word_tfidf_whole"]["mean"] == 0.0
    assert result["pruning_loss"] == {"mean": 0.0, "interval": [0.0, 0.0]}
    assert measure(capsys, stream, events, "--query", "title")["query"] == "title"


def test_a_message_asks_for_its_own_reply(tmp_path, capsys):
    rows = [(str(n), f"第{n}号井", f"井{n}坏了 w{n}", f"已修好 w{n if n else 99}") for n in range(30)]
    replied = table(tmp_path / "replied.csv", ("id", "title", "text", "reply"), *rows)
    result = measure(capsys, replied)
    # number 0's reply has none of its words
    assert result["recall_at_10"] == pytest.approx(29 / 30, abs=1e-4) and "recall_at_10_by_event" not in result
    assert cli.main(["evaluate", "likes", replied]) == 0
    assert "0.967" in capsys.readouterr().out


def test_tables_that_do_not_fit_together_are_named(stream, tmp_path):
    events = table(tmp_path / "events.csv", ("event", "id"), ("a", "1"), ("b", "2"))
    with pytest.raises(NotReady, match="No event has two"):
        cli.main(["evaluate", "likes", stream, events])
    with pytest.raises(NotReady, match="no column for reply"):
        cli.main(["evaluate", "likes", stream])


def test_the_plain_cosine_is_scikit_learns():
    texts = ["a b b c", "b c c d", "d e a", "", "c"]
    vectors = TfidfVectorizer(analyzer=str.split, norm="l2").fit(texts)
    cosines = (vectors.transform(texts) @ vectors.transform(["b c c"]).T).toarray().ravel()
    scores = Plain([text.split() for text in texts]).tfidf(["b", "c", "c"])
    assert scores / scores.max() == pytest.approx(cosines / cosines.max())
    assert best(scores, 2) == [int(each) for each in np.argsort(-cosines, kind="stable")[:2]]
    assert best(scores, 9, without=1) == [4, 0]


def test_an_interval_holds_the_mean_and_shrinks_with_more_messages():
    few, many = (np.tile([0.0, 1.0], number) for number in (5, 500))
    low, high = interval([few, few], seed=1)
    assert low < 0.5 < high and interval([few, few], seed=1) == (low, high)
    assert np.subtract(*interval([many, many], seed=1)[::-1]) < (high - low) / 5
    assert interval([np.ones(4)], seed=1) == (1.0, 1.0)


def real(*names):
    for name in names:
        if not (DATA / name).is_file():
            pytest.skip(f"{DATA / name} is not here; set BANDENG_DATA")
    return [str(DATA / name) for name in names]


@pytest.mark.parametrize(
    ("query", "peer", "more"), [("whole", "word_tfidf_whole", 0.02), ("title", "bigram_bm25_title", 0.01)]
)
def test_on_the_years_stream_events_are_found_better_than_by_plain_methods(capsys, query, peer, more):
    result = measure(capsys, *real("stream.xlsx", "events.csv"), "--query", query)
    assert result["recall_at_10"] >= result["baselines"][peer] + more
    assert result["gains"][peer]["interval"][0] > 0
    assert min(result["recall_at_10_by_event"].values()) >= 0.8
    assert result["pruning_loss"]["mean"] <= 0.01


def test_on_real_replies_a_message_finds_its_own(capsys):
    result = measure(capsys, *real("replied.xlsx"))
    assert result["recall_at_10"] >= 0.8 and result["recall_at_10"] > result["baselines"]["bigram_bm25_whole"]
