"""What cases share is told in whole runs, not in the pieces by which it was found; numbers may be pasted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeng.ground.core import api as core
from bandeng.speak.matters import forms
from bandeng.speak.matters.wording import SHOWN, told


@pytest.mark.parametrize(
    ("pieces", "wanted"),
    [
        (["新村", "云岭", "水塔", "云岭新", "a2路", "岭新村"], ["云岭新村", "水塔", "a2路"]),
        (["36", "路车", "36路", "6路车", "改线"], ["36路车", "改线"]),
        (["路灯", "东头"], ["路灯", "东头"]),
        (["东头", "头路", "路灯"], ["东头", "头路", "路灯"]),  # one character in common is chance
        (["路灯", "路灯"], ["路灯"]),
        (["修路款", "补助", "路款发"], ["修路款发", "补助"]),
        ([], []),
    ],
)
def test_pieces_that_overlap_are_one_run(pieces, wanted):
    assert told(pieces) == wanted


@given(st.lists(st.text("甲乙丙丁戊", min_size=1, max_size=4), max_size=16))
def test_nothing_is_lost_or_told_within_another(pieces):
    runs = told(pieces)
    assert len(runs) <= SHOWN
    assert not any(one in other for one in runs for other in runs if one is not other)
    if len(runs) < SHOWN:
        assert all(any(piece in run for run in runs) for piece in pieces)


def test_numbers_are_taken_as_they_are_pasted():
    three = [core.new_code() for _ in range(3)]
    shown = [core.show_code(code) for code in three]
    for between in ("，", "、", ";", " ", "\t", "\n", ""):
        assert forms.codes([between.join(shown)]) == three
    assert forms.codes(["7K3F 9QWX 2", *three, three[0].lower()]) == ["7K3F9QWX2", *three]
    half = three[0] + three[1][:-1]
    assert forms.codes([half]) == [half], "what cannot be taken apart is named as it was typed"
