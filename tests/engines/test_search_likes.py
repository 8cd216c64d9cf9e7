"""What is like a message, held against the published formulas computed anew; why; and where the words stand."""

import math
from collections import Counter
from datetime import UTC, datetime
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandeng.engines.similarity import search

AT = datetime(2026, 3, 1, tzinfo=UTC)
# Cut at blanks by any dictionary. Lengths below 40 words are stored exactly by tantivy; above it rounds them.
WORDS = ["kang", "shui", "dian", "lu", "qiao", "deng", "laji", "xuexiao"]
text = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
messages = st.fixed_dictionaries({"title": st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join), "text": text})
corpora = st.lists(messages, min_size=1, max_size=8)


def made(folder, corpus, scopes=lambda n: ["all"]):
    search.rebuild(folder, (search.Document(str(n), fields, scopes(n), AT) for n, fields in enumerate(corpus)))
    return search.Index.open(folder)


def bm25(term, row, rows, most=99):
    """Robertson and Walker 1994, k1 1.2, b 0.75, with the idf that is never negative; counts up to `most`."""
    there = sum(term in each for each in rows)
    idf = math.log(1 + (len(rows) - there + 0.5) / (there + 0.5))
    mean = sum(map(len, rows)) / len(rows)
    often = min(row.count(term), most)
    return idf * often * 2.2 / (often + 1.2 * (0.25 + 0.75 * len(row) / mean)) if often else 0.0


def pairs_of(title):
    return [run[n : n + 2] for run in title.split() for n in range(len(run) - 1)]


def expected(query, corpus):
    """Score every document: telling words in words, the title's pairs in titles, then length."""
    words = [each["title"].split() + each["text"].split() for each in corpus]
    titles = [pairs_of(each["title"]) for each in corpus]
    asked = Counter(query["title"].split() * 2 + query["text"].split())
    idf = {
        w: math.log(1 + (len(words) - n + 0.5) / (n + 0.5)) for w in asked if (n := sum(w in each for each in words))
    }
    weights = {w: (1 + math.log(asked[w])) * idf[w] ** 0.5 for w in idf}
    mean = sum(weights.values()) / len(weights) if weights else 1
    scores = []
    for row, title in zip(words, titles, strict=True):
        by_words = sum(weight / mean * bm25(w, row, words) for w, weight in weights.items())
        by_title = sum(
            n * len(weights) / 40 * bm25(p, title, titles, 1) for p, n in Counter(pairs_of(query["title"])).items()
        )
        scores.append((by_words + by_title) * max(1, len(row)) ** -0.15)
    return scores


@settings(max_examples=60, deadline=None)
@given(corpora, messages)
def test_scores_are_those_of_the_formulas(corpus, query):
    with TemporaryDirectory() as folder:
        hits = made(folder, corpus).likes(query, scopes=["all"])
    wanted = {str(n): score for n, score in enumerate(expected(query, corpus)) if score > 0}
    assert {hit.id: hit.score for hit in hits} == pytest.approx(wanted, rel=2e-3)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@settings(max_examples=40, deadline=None)
@given(corpora, st.data())
def test_nothing_outside_the_scopes_is_found_counted_or_fetched(corpus, data):
    owner = [data.draw(st.sampled_from("abc")) for _ in corpus]
    scopes = data.draw(st.sets(st.sampled_from("abcd")))
    fetched = set()

    def fetch(ids):
        fetched.update(ids)
        return {key: corpus[int(key)] for key in ids}

    with TemporaryDirectory() as folder:
        index = made(folder, corpus, lambda n: [owner[n]])
        likes = index.likes(" ".join(WORDS), scopes=scopes, fetch=fetch)
        page = index.search("", scopes=scopes)
    allowed = {str(n) for n, each in enumerate(owner) if each in scopes}
    assert fetched <= allowed and {hit.id for hit in likes} <= allowed
    assert {hit.id for hit in page.hits} == allowed and page.total == len(allowed)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["add", "delete", "commit", "rebuild"]), st.integers(0, 5), text), max_size=25)
)
def test_after_any_acts_the_index_holds_what_a_dictionary_would(acts):
    held, pending = {}, {}
    with TemporaryDirectory() as folder:
        index = search.Index.create(folder)
        writer = index.writer()
        for act, key, words in acts:
            if act == "add":
                writer.add([search.Document(str(key), {"text": words}, ["all"], AT)])
                pending[str(key)] = words
            elif act == "delete":
                writer.delete([str(key)])
                pending.pop(str(key), None)
            elif act == "commit":
                writer.commit(str(key))
                held = dict(pending)
            else:
                writer.close()
                search.rebuild(folder, [search.Document(k, {"text": t}, ["all"], AT) for k, t in held.items()])
                writer, pending = index.writer(), dict(held)
        assert len(index) == len(held) and index.known([str(n) for n in range(6)]) == set(held)
        for word in WORDS:
            found = {hit.id for hit in index.search(word, scopes=None).hits}
            assert found == {key for key, words in held.items() if word in words.split()}
        writer.close()


def test_a_long_message_asks_with_its_forty_most_telling_words(tmp_path):
    corpus = [{"text": f"rare{n} common"} for n in range(60)]
    index = made(tmp_path, corpus)
    asked = "common " + " ".join(f"rare{n} " * (1 + (n < 40)) for n in range(60))
    assert len(index.likes(asked, scopes=None, limit=60)) == 40
    assert len(index.likes(asked, scopes=None, limit=60, terms=None)) == 60
    assert {hit.id for hit in index.likes(asked, scopes=None, limit=60)} == {str(n) for n in range(40)}


def test_a_short_question_is_asked_again_with_what_its_best_hits_share(tmp_path):
    corpus = [{"text": "停水 水厂 抢修 管道 爆裂"}] * 3 + [{"text": "水厂 抢修 管道 爆裂"}, {"text": "广场舞 噪音"}]
    index = made(tmp_path, corpus)
    assert {hit.id for hit in index.likes("停水", scopes=None)} == {"0", "1", "2"}
    hits = index.likes("停水", scopes=None, fetch=lambda ids: {key: corpus[int(key)] for key in ids})
    assert [hit.id for hit in hits][3:] == ["3"]


def test_what_the_caller_does_not_fetch_is_not_shown_and_a_document_is_not_like_itself(tmp_path):
    corpus = [{"text": "停水三天"}, {"text": "停水五天"}, {"text": "停水"}]
    index = made(tmp_path, corpus)
    own = search.Document("0", corpus[0], ["all"], AT)
    hits = index.likes(own, scopes=None, fetch=lambda ids: {key: corpus[int(key)] for key in ids if key != "2"})
    assert [hit.id for hit in hits] == ["1"]
    assert {hit.id for hit in index.likes(own.fields, scopes=None, exclude=["1"])} == {"0", "2"}


def test_likeness_names_what_is_shared_and_the_places_and_numbers_that_differ(tmp_path):
    here = {"title": "西湖村停水", "text": "西湖村3组停水5天，没有人修"}
    there = {"title": "停水", "text": "东山村３组停水12天，水厂在修"}
    search.rebuild(
        tmp_path,
        [search.Document("1", there, ["all"], AT), search.Document("2", {"text": "没有路灯"}, ["all"], AT)],
        names=["西湖村", "东山村"],
    )
    index = search.Index.open(tmp_path)
    (hit,) = index.likes(here, scopes=None, limit=1, fetch=lambda ids: {"1": there})
    assert hit.likeness == index.explain(here, there)
    assert [term.word for term in hit.likeness.shared] == ["停水"] and hit.likeness.shared[0].weight > 0
    assert hit.likeness.places_here == ("西湖村",) and hit.likeness.places_there == ("东山村",)
    assert hit.likeness.numbers_here == ("5",) and hit.likeness.numbers_there == ("12",)
    assert "水厂" in [term.word for term in hit.likeness.there]


def test_likeness_seen_from_the_other_side_is_the_same(tmp_path):
    index = made(tmp_path, [{"text": "kang shui dian"}])
    one, two = index.explain("kang 3", "shui kang 4"), index.explain("shui kang 4", "kang 3")
    assert (one.shared, one.here, one.there) == (two.shared, two.there, two.here)
    assert (one.numbers_here, one.numbers_there) == (two.numbers_there, two.numbers_here) == (("3",), ("4",))


@pytest.mark.parametrize("query", ["停水 西湖村", "ＸＹ小区", "停電", "路灯", "龙泉"])
def test_what_is_typed_is_found_however_it_is_written(tmp_path, query):
    index = made(tmp_path, [{"text": "西湖村又停水，XY小区停电，路灯不亮"}, {"title": "龍泉鎮的路"}, {"text": "没有"}])
    page = index.search(query, scopes=None)
    assert (len(page.hits), page.is_loose) == (1, False)


def test_a_query_no_document_has_all_the_words_of_is_answered_loosely_and_says_so(tmp_path):
    index = made(tmp_path, [{"text": "西湖村停水"}, {"text": "工地施工噪音"}])
    page = index.search("停水 施工 电梯", scopes=None)
    assert page.is_loose and {hit.id for hit in page.hits} == {"0", "1"}
    assert index.search("电梯", scopes=None).total == 0


def test_answers_are_found_by_what_is_typed_and_are_no_part_of_likeness(tmp_path):
    index = made(tmp_path, [{"text": "停水", "answer": "已更换水泵"}])
    assert index.search("水泵", scopes=None).total == 1
    assert index.likes("水泵", scopes=None) == ()


@given(st.text(max_size=60), st.lists(st.text(max_size=3), max_size=4), st.integers(1, 80))
def test_spans_and_snippets_lie_within_the_text_apart_and_in_order(text, words, width):
    spans = search.spans(text, words)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    piece = search.snippet(text, words, width)
    assert piece.text in text and len(piece.text) <= width
    assert all(0 <= start < end <= len(piece.text) for start, end in piece.spans)


def test_highlights_stand_where_the_word_stands_in_the_text_as_written():
    text = "關於龍泉鎮ＸＹ小區３㎡停電的事"
    assert [text[a:b] for a, b in search.spans(text, ["龙泉镇", "xy小区", "停电", "m2"])] == [
        "龍泉鎮",
        "ＸＹ小區",
        "㎡",
        "停電",
    ]
    long = "无关的话。" * 50 + "西湖村停水" + "别的话。" * 50
    piece = search.snippet(long, ["停水", "西湖村"], 40)
    assert [piece.text[a:b] for a, b in piece.spans] == ["西湖村", "停水"] and len(piece.text) == 40
