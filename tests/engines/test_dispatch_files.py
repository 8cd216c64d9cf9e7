"""A model's file: what comes back is what was saved, and whatever is no model is refused by a typed error."""

import io
import json
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bandeng.engines.similarity.dispatch import (
    ClassDescription,
    Example,
    Model,
    NewerModel,
    Reader,
    UnreadableModel,
    train,
)

TEXTS = ["小区停水三天了", "公交车总是堵在桥上", "小区水压太低", "修路修了一年", ""]


@pytest.fixture(scope="module")
def model() -> Model:
    described = [ClassDescription("水", ("供水 停水 水压",)), ClassDescription("路", ("道路 公交 修路",))]
    return train(
        described, [Example("水表坏了", "水"), Example("路灯不亮", "路")], TEXTS, reader=Reader(["龙泉镇"], 12)
    )


@pytest.fixture
def saved(model, tmp_path):
    model.save(tmp_path / "model.npz")
    return tmp_path / "model.npz"


def entries(path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def write(path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as file:
        for name, data in parts.items():
            file.writestr(name, data)


def array(value, **options) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, value, **options)
    return buffer.getvalue()


def about(parts: dict[str, bytes], **changes) -> dict[str, bytes]:
    told = json.loads(np.load(io.BytesIO(parts["about.npy"])).tobytes()) | changes
    return parts | {"about.npy": array(np.frombuffer(json.dumps(told).encode(), np.uint8))}


def test_what_is_loaded_suggests_and_tells_the_same(model, saved):
    loaded = Model.load(saved)
    assert [loaded.suggest(text) for text in TEXTS] == [model.suggest(text) for text in TEXTS]
    assert loaded.report == model.report and loaded.classes == model.classes
    assert saved.parent.joinpath(".leftover").exists() is False and len(list(saved.parent.iterdir())) == 1


def test_no_word_of_a_message_is_in_the_file(saved):
    everything = b"".join(entries(saved).values()).decode("latin-1")
    for word in ("水表", "停水", "公交", "修路"):
        for coding in ("utf-8", "utf-16-le", "utf-32-le"):
            assert word.encode(coding).decode("latin-1") not in everything
    assert "龙泉镇".encode().decode("latin-1") in everything  # names are given to be kept


def test_a_later_version_says_so(saved):
    write(saved, about(entries(saved), version=4))
    with pytest.raises(NewerModel, match="format 4"):
        Model.load(saved)


def test_a_file_of_the_first_version_had_no_bend_and_is_read_so(model, saved):
    write(saved, about(entries(saved), version=1))
    first = Model.load(saved)
    assert (model._certainty.bend, first._certainty.bend) == (0.5, 1.0)
    assert [one.id for one in first.suggest(TEXTS[0]).ranked] == [one.id for one in model.suggest(TEXTS[0]).ranked]


def test_files_of_the_first_two_versions_had_runs_of_one_to_three_characters_as_one_kind(model, saved):
    whole = about(entries(saved), version=2)
    write(saved, whole)
    assert Model.load(saved)._reader.runs == ((1, 2, 3),) != model._reader.runs
    write(saved, about(whole, version=3, runs=[[1, 2], [4]]))
    loaded = Model.load(saved)
    assert loaded._reader.runs == ((1, 2), (4,))
    assert loaded.suggest(TEXTS[0]).ranked[0].id == model.suggest(TEXTS[0]).ranked[0].id


@pytest.mark.parametrize("runs", [[[0]], [[1], []], [[9]], [["a"]], [1], None, [[1]] * 9])
def test_runs_that_cannot_be_are_refused(saved, runs):
    write(saved, about(entries(saved), runs=runs))
    with pytest.raises(UnreadableModel, match="incomplete"):
        Model.load(saved)


class Trap:
    ran = False

    def __reduce__(self):
        return exec, ("from tests.engines.test_dispatch_files import Trap; Trap.ran = True",)


def test_pickle_is_refused_and_never_run(saved):
    parts = entries(saved)
    write(saved, parts | {"bias.npy": array(np.array([Trap(), Trap()]), allow_pickle=True)})
    with pytest.raises(UnreadableModel):
        Model.load(saved)
    saved.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(UnreadableModel):
        Model.load(saved)
    assert not Trap.ran


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "another"}, "another kind"),
        ({"version": "1"}, "format"),
        ({"classes": ["水"]}, "do not fit"),
        ({"classes": None}, "incomplete"),
        ({"bits": 11}, "do not fit"),
        ({"bits": 62}, "do not fit"),
        ({"temperature": 0}, "do not fit"),
        ({"bend": float("inf")}, "do not fit"),
        ({"bend": None}, "incomplete"),
        ({"temperature": float("nan")}, "do not fit"),
        ({"report": {}}, "incomplete"),
        ({"names": 3}, "incomplete"),
    ],
)
def test_what_contradicts_itself_is_refused(saved, changes, said):
    write(saved, about(entries(saved), **changes))
    with pytest.raises(UnreadableModel, match=said):
        Model.load(saved)


@pytest.mark.parametrize("name", ["weights", "scales", "rarity", "bias", "shift", "about"])
def test_each_array_is_needed_and_of_its_kind(saved, name):
    parts = entries(saved)
    write(saved, {other: data for other, data in parts.items() if other != f"{name}.npy"})
    with pytest.raises(UnreadableModel):
        Model.load(saved)
    write(saved, parts | {f"{name}.npy": array(np.zeros(3, np.int32))})
    with pytest.raises(UnreadableModel):
        Model.load(saved)


def test_numbers_that_are_none_are_refused(saved):
    write(saved, entries(saved) | {"bias.npy": array(np.array([np.nan, 0], np.float32))})
    with pytest.raises(UnreadableModel):
        Model.load(saved)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_damaged_file_is_refused_or_reads_as_it_was(model, tmp_path_factory, data):
    path = tmp_path_factory.mktemp("damaged") / "model.npz"
    model.save(path)
    whole = bytearray(path.read_bytes())
    if data.draw(st.booleans()):
        whole = whole[: data.draw(st.integers(0, len(whole) - 1))]
    else:
        whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(whole)
    try:
        loaded = Model.load(path)
    except UnreadableModel:
        return
    assert np.array_equal(loaded.probabilities(TEXTS), model.probabilities(TEXTS))


def laid_out(folder) -> dict[str, tuple[int, int]]:
    return {path.name.partition("-")[2]: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.iterdir()}


def answers(model) -> list:
    return [model.suggest(text) for text in TEXTS]


def test_tables_laid_out_are_mapped_and_say_the_same(model, saved, tmp_path):
    folder = tmp_path / "unpacked"
    first = Model.load(saved, folder)
    there = laid_out(folder)
    assert set(there) == {"weights.npy", "rarity.npy"}
    assert str(folder) in Path("/proc/self/maps").read_text()
    second = Model.load(saved, folder)
    assert laid_out(folder) == there  # the same pages, not a second copy
    assert answers(first) == answers(second) == answers(model)
    with pytest.raises(ValueError, match="read-only"):
        second._table.weights[0] = 1


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:-1] + bytes([data[-1] ^ 1])])
def test_a_table_that_was_cut_or_altered_is_laid_out_again(model, saved, tmp_path, damage):
    folder = tmp_path / "unpacked"
    Model.load(saved, folder)
    there = laid_out(folder)
    for path in folder.iterdir():
        path.write_bytes(damage(path.read_bytes()))
    assert answers(Model.load(saved, folder)) == answers(model)
    assert laid_out(folder).keys() == there.keys() and laid_out(folder) != there


def test_the_tables_of_another_model_go_and_who_maps_them_reads_on(model, saved, tmp_path):
    folder = tmp_path / "unpacked"
    former = Model.load(saved, folder)
    (folder / ".00-weights.npy.1").write_bytes(b"half")  # of a process that was killed
    write(saved, about(entries(saved), temperature=2.0))
    Model.load(saved, folder)
    assert len(list(folder.iterdir())) == 2
    assert answers(former) == answers(model)


def test_where_nothing_can_be_laid_out_the_memory_holds_it(model, saved, tmp_path):
    in_the_way = tmp_path / "unpacked"
    in_the_way.write_text("")
    assert answers(Model.load(saved, in_the_way)) == answers(model)


def test_what_is_laid_out_is_checked_like_what_is_not(saved, tmp_path):
    write(saved, entries(saved) | {"weights.npy": array(np.zeros(3, np.int32))})
    with pytest.raises(UnreadableModel):
        Model.load(saved, tmp_path / "unpacked")
