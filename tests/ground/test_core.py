"""Sealing, codes and leases."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bandeng.ground.core import api as core

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
KEY = bytes(range(32))


@given(st.binary(max_size=300), st.text(max_size=40))
def test_what_is_sealed_opens_in_its_own_place_only(plain, context):
    sealed = core.seal(KEY, plain, context)
    assert core.unseal(KEY, sealed, context) == plain
    with pytest.raises(core.CannotOpen):
        core.unseal(KEY, sealed, context + "x")


@given(st.data())
def test_any_flipped_bit_is_found(data):
    sealed = bytearray(core.seal(KEY, b"statement", "case:1"))
    at = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[at // 8] ^= 1 << at % 8
    with pytest.raises(core.CannotOpen):
        core.unseal(KEY, bytes(sealed), "case:1")


@given(st.data())
def test_a_code_with_one_wrong_character_or_a_swapped_pair_is_refused(data):
    code = core.new_code()
    assert core.is_code(code) and core.tidy_code(core.show_code(code).lower()) == code
    at = data.draw(st.integers(0, len(code) - 2))
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert swapped == code or not core.is_code(swapped)
    wrong = code[:at] + data.draw(st.sampled_from(core.new_code())) + code[at + 1 :]
    assert wrong == code or not core.is_code(wrong)


@pytest.mark.django_db
def test_an_erased_key_opens_nothing():
    key = core.SealKey.make()
    key.save()
    sealed = key.seal("宅基地的事", f"case.statement:{uuid.UUID(int=1)}")
    assert core.SealKey.objects.get().open(sealed, f"case.statement:{uuid.UUID(int=1)}") == "宅基地的事"
    core.SealKey.objects.update(wrapped=None, erased_at=NOW)
    with pytest.raises(core.CannotOpen):
        core.SealKey.objects.get().plain()


@pytest.mark.django_db
def test_a_lease_has_one_holder_until_it_ends():
    claim = core.Lease.objects.claim
    assert claim("sequencer", "a", now=NOW)
    assert claim("sequencer", "a", now=NOW)
    assert not claim("sequencer", "b", now=NOW + timedelta(seconds=29))
    assert claim("sequencer", "b", now=NOW + timedelta(seconds=30))
