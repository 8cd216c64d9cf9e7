"""Files come in sealed, are on disk before their row, are cleaned, and are served only then."""

import io
import itertools
import os
import uuid
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.ground import hostile

from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.files import api as files
from bandeng.ground.files import vault
from bandeng.ground.files.services import clean, sandbox
from bandeng.ground.files.sniffing import sniff

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
CASE = uuid.UUID(int=1)
LI = acts.Actor("staff:00000000-0000-7000-8000-000000000001")
KEY = bytes(range(32))
NAME = "张桂兰低保申请.jpg"


@pytest.fixture(autouse=True)
def disk(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"
    return settings.FILES_DIR


@pytest.fixture
def key(db):
    made = core.SealKey.make()
    made.save()
    return made


def receive(content, key, name=NAME, now=NOW):
    stream = content if hasattr(content, "read") else io.BytesIO(content)
    return files.receive(stream, name, seal_key=key, subject_kind="case", subject_key=CASE, by=LI, now=now)


def on_disk(disk):
    return sorted(p for p in disk.rglob("*") if p.is_file())


def history():
    return [(act.kind, act.payload.get("code")) for act in acts.history("case", CASE)]


# The vault

SIZES = [0, 1, vault.CHUNK - 1, vault.CHUNK, vault.CHUNK + 1, 2 * vault.CHUNK, 3 * vault.CHUNK + 5]


@pytest.mark.parametrize("size", SIZES)
def test_what_is_sealed_opens_whatever_its_pieces(size):
    content = os.urandom(size)
    for step in (1000, 70_000, 1 << 20):
        pieces = [content[i : i + step] for i in range(0, size, step)]
        sealed = b"".join(vault.encrypt(KEY, pieces, "c"))
        assert len(sealed) == vault.sealed_size(size)
        assert b"".join(vault.decrypt(KEY, io.BytesIO(sealed), "c")) == content


SEALED = b"".join(vault.encrypt(KEY, [b"x" * (2 * vault.CHUNK + 100)], "c"))
HEADER = len(vault.MAGIC) + vault.SALT
CHUNKS = [SEALED[i : i + vault.CHUNK + vault.TAG] for i in range(HEADER, len(SEALED), vault.CHUNK + vault.TAG)]


@pytest.mark.parametrize(
    "order", [o for n in range(5) for o in itertools.product(range(3), repeat=n) if o != (0, 1, 2)]
)
def test_chunks_left_out_repeated_or_in_another_order_do_not_open(order):
    altered = SEALED[:HEADER] + b"".join(CHUNKS[n] for n in order)
    with pytest.raises(core.CannotOpen):
        list(vault.decrypt(KEY, io.BytesIO(altered), "c"))


@given(st.data())
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_flipped_bit_a_cut_or_an_addition_is_found(data):
    altered = bytearray(SEALED)
    match data.draw(st.sampled_from(["flip", "cut", "add"])):
        case "flip":
            at = data.draw(st.integers(0, len(altered) * 8 - 1))
            altered[at // 8] ^= 1 << at % 8
        case "cut":
            del altered[data.draw(st.integers(0, len(altered) - 1)) :]
        case "add":
            altered += data.draw(st.binary(min_size=1, max_size=vault.CHUNK))
    with pytest.raises(core.CannotOpen):
        list(vault.decrypt(KEY, io.BytesIO(bytes(altered)), "c"))


def test_another_key_or_place_does_not_open():
    for key, context in ((bytes(32), "c"), (KEY, "d")):
        with pytest.raises(core.CannotOpen):
            list(vault.decrypt(key, io.BytesIO(SEALED), context))


def test_equal_content_cannot_be_recognised(disk):
    first, second = (vault.write(KEY, [b"the same"], "c") for _ in range(2))
    assert first.digest != second.digest and first.size == 8
    assert vault.digest_of(first.path) == first.digest
    assert b"the same" not in b"".join(p.read_bytes() for p in on_disk(disk))


def test_file_and_directory_are_synced_before_write_returns(disk, monkeypatch):
    synced, real = [], os.fsync

    def fsync(fd):
        synced.append(str(Path(f"/proc/self/fd/{fd}").readlink()))
        real(fd)

    monkeypatch.setattr(os, "fsync", fsync)
    written = vault.write(KEY, [b"a"], "c")
    assert "incoming" in synced[0]
    assert synced[1:] == [str((disk / written.path).parent), str(disk)]


# What is taken


def zipped(name):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("head", "kind", "refusal"),
    [
        (b"\xff\xd8\xff\xe0....", "picture", ""),
        (b"\x89PNG\r\n\x1a\n....", "picture", ""),
        (b"RIFF\0\0\0\0WEBPVP8 ", "picture", ""),
        (b"%PDF-1.4", "pdf", ""),
        (b"\xef\xbb\xbf\r\n%PDF-1.4", "pdf", ""),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", None, "heic"),
        (b"\0\0\0\x20ftypavif\0\0\0\0", None, "heic"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", None, "film"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, None, "office_document"),
        (zipped("word/document.xml"), None, "office_document"),
        (b"GIF89a\1\0\1\0", None, "unknown_type"),
        (b"<html><script>1</script>", None, "unknown_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", None, "unknown_type"),
        (b"GIF89a %PDF-1.4", None, "unknown_type"),
        (b"MZ\x90\0", None, "unknown_type"),
        (b"", None, "empty"),
    ],
)
def test_the_bytes_say_what_it_is(head, kind, refusal):
    found = sniff(head)
    assert (found.kind, found.refusal) == (kind, refusal)


class Told(io.BytesIO):
    """An upload that knows its size, as Django's do."""

    def __init__(self, content, size=None):
        super().__init__(content)
        self.size = len(content) if size is None else size


def test_too_large_is_said_with_the_size_and_nothing_is_kept(key, disk):
    for stream, text in (
        (Told(b"\xff\xd8\xff", 32 * 1024 * 1024), "32 MB"),
        (io.BytesIO(b"\xff\xd8\xff" * 7_000_000), "20 MB"),
    ):
        with translation.override("en"), pytest.raises(files.CannotReceive, match=text) as refused:
            receive(stream, key)
        assert refused.value.code in {"photo_too_big", "too_big"}
    assert on_disk(disk) == [] and history() == []


def test_exactly_twenty_megabytes_are_taken(key):
    assert receive(b"\xff\xd8\xff" + b"\0" * (20 * 1024 * 1024 - 3), key).size == 20 * 1024 * 1024


def test_a_slow_upload_is_one_file(key):
    class Trickle(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 7))

    row = receive(Trickle(hostile.png()), key)
    assert (row.media_type, row.size) == ("image/png", len(hostile.png()))


def test_a_received_file_lies_sealed_and_is_served_to_nobody(key, disk):
    row = receive(hostile.jpeg(), key)
    (stored,) = on_disk(disk)
    assert stored == disk / row.path and row.digest == vault.digest_of(row.path)
    assert hostile.PLACE not in stored.read_bytes() and stored.stat().st_mode & 0o077 == 0
    assert NAME.encode() not in bytes(row.original_name) and files.original_name(row) == NAME
    with pytest.raises(files.NotClean):
        files.open_clean(row)
    assert files.state_text(row)
    (act,) = acts.history("case", CASE)
    assert (act.kind, act.actor_key) == ("file.received", LI.key)
    assert act.payload == {"file": str(row.pk), "kind": "picture", "size": row.size, "digest": row.digest}


def test_a_row_commits_with_others_or_the_file_is_swept(key, disk):
    prepared = files.prepare(io.BytesIO(hostile.jpeg()), NAME, seal_key=key)
    with pytest.raises(RuntimeError), transaction.atomic():
        files.record(prepared, subject_kind="case", subject_key=CASE, now=NOW)
        raise RuntimeError
    assert files.files_of("case", CASE).count() == 0 and len(on_disk(disk)) == 1
    first = files.record(prepared, subject_kind="case", subject_key=CASE, now=NOW)
    assert files.record(prepared, subject_kind="case", subject_key=CASE, now=NOW) == first
    assert history() == [("file.received", None)]


def test_a_lost_line_leaves_nothing(key, disk):
    class Lost(io.BytesIO):
        def read(self, size=-1):
            if self.tell():
                raise ConnectionResetError
            return super().read(size)

    with pytest.raises(ConnectionResetError):
        receive(Lost(b"\xff\xd8\xff" + b"\0" * 10_000_000), key)
    assert on_disk(disk) == []


# Cleaning


def test_a_cleaned_file_is_served_and_its_original_is_gone(key, disk):
    row = receive(hostile.jpeg(), key)
    assert files.clean_pending(now=NOW) == 1
    assert files.clean_pending(now=NOW) == 0
    original = row.path
    row.refresh_from_db()
    assert (row.state, row.width, row.height, row.cleaned_at) == ("clean", 80, 40, NOW)
    content = b"".join(files.open_clean(row))
    assert content.startswith(b"\xff\xd8\xff") and hostile.PLACE not in content and len(content) == row.size
    assert on_disk(disk) == [disk / row.path] and row.path != original
    assert files.state_text(row) == ""
    assert history() == [("file.received", None), ("file.cleaned", None)]
    assert list(files.check(is_deep=True)) == []


def test_a_refused_file_keeps_its_reason_and_not_its_content(key, disk):
    row = receive(hostile.png_bomb(), key)
    assert files.clean_pending(now=NOW) == 1
    row.refresh_from_db()
    assert (row.state, row.refusal, row.path) == ("refused", "too_many_pixels", "")
    assert on_disk(disk) == []
    assert history()[-1] == ("file.refused", "too_many_pixels")
    with translation.override("en"), pytest.raises(files.NotClean, match="smaller"):
        files.open_clean(row)
    with pytest.raises(IntegrityError), transaction.atomic():
        files.StoredFile.objects.update(path="aa/b")


def test_an_original_put_in_place_of_the_cleaned_file_does_not_open(key, disk):
    row = receive(hostile.jpeg(), key)
    original = (disk / row.path).read_bytes()
    files.clean_pending(now=NOW)
    row.refresh_from_db()
    (disk / row.path).write_bytes(original)
    with pytest.raises(core.CannotOpen):
        files.open_clean(row)
    assert [finding.code for finding in files.check(is_deep=True)] in (["damaged"], ["wrong_size"])


def test_erased_with_its_case(key, disk):
    receive(hostile.jpeg(), key)
    core.SealKey.objects.update(wrapped=None, erased_at=NOW)
    assert files.clean_pending(now=NOW) == 1
    assert history()[-1] == ("file.refused", "erased") and on_disk(disk) == []


def test_trouble_with_the_disk_refuses_nothing(key, disk, caplog):
    row = receive(hostile.jpeg(), key)
    (disk / row.path).rename(disk / "elsewhere")
    for n in range(5):
        assert files.clean_pending(now=NOW + n * clean.CLAIM) == 0
    assert [finding.code for finding in files.check()] == ["missing"]
    (disk / "elsewhere").rename(disk / row.path)
    assert files.clean_pending(now=NOW + 5 * clean.CLAIM) == 1
    assert "FileNotFoundError" in caplog.text and NAME not in caplog.text


def test_a_worker_stopped_in_between_leaves_the_file_to_the_next(key, monkeypatch):
    receive(hostile.jpeg(), key)
    with monkeypatch.context() as stopped:
        stopped.setattr(sandbox, "clean", lambda *a: (_ for _ in ()).throw(sandbox.Interrupted()))
        assert files.clean_pending(now=NOW) == 0
    assert files.clean_pending(now=NOW) == 1


class Killed(BaseException):
    """What `kill -9` is to a worker."""


def test_a_file_that_kills_every_worker_is_refused(key, monkeypatch, disk):
    receive(hostile.jpeg(), key)
    monkeypatch.setattr(sandbox, "clean", lambda *a: (_ for _ in ()).throw(Killed()))
    for n in range(3):
        with pytest.raises(Killed):
            files.clean_pending(now=NOW + n * clean.CLAIM)
        assert files.clean_pending(now=NOW + n * clean.CLAIM) == 0
    assert files.clean_pending(now=NOW + 3 * clean.CLAIM) == 1
    assert history()[-1] == ("file.refused", "too_heavy") and on_disk(disk) == []


def test_a_worker_that_was_overtaken_leaves_no_second_file(key, monkeypatch, disk):
    receive(hostile.jpeg(), key)
    real = sandbox.clean

    def overtaken(kind, data):
        monkeypatch.setattr(sandbox, "clean", real)
        assert files.clean_pending(now=NOW + clean.CLAIM) == 1
        return real(kind, data)

    monkeypatch.setattr(sandbox, "clean", overtaken)
    assert files.clean_pending(now=NOW) == 0
    assert len(on_disk(disk)) == 1 and history().count(("file.cleaned", None)) == 1
    assert b"".join(files.open_clean(files.files_of("case", CASE).get()))


# Sweeping and checking


def test_only_old_files_without_a_row_are_swept(key, disk):
    kept = receive(hostile.jpeg(), key)
    abandoned = [files.prepare(io.BytesIO(hostile.jpeg()), NAME, seal_key=key).written.path for _ in range(2)]
    (disk / "incoming" / "half").write_bytes(b"BDF1")
    written = NOW - timedelta(days=2)
    for path in (kept.path, abandoned[0], "incoming/half"):
        os.utime(disk / path, (written.timestamp(), written.timestamp()))
    os.utime(disk / abandoned[1], (NOW.timestamp(), NOW.timestamp()))
    assert files.sweep_orphans(now=NOW) == 2
    assert on_disk(disk) == sorted([disk / kept.path, disk / abandoned[1]])
    assert files.sweep_orphans(now=NOW, older_than=-timedelta(seconds=1)) == 1


def test_nothing_to_sweep_before_the_first_file(disk):
    assert files.sweep_orphans(now=NOW) == 0


def test_check_finds_what_disk_and_rows_do_not_share(key, disk):
    rows = [receive(hostile.jpeg(), key) for _ in range(4)]
    (disk / rows[0].path).unlink()
    with (disk / rows[1].path).open("ab") as file:
        file.write(b"x")
    content = bytearray((disk / rows[2].path).read_bytes())
    content[-1] ^= 1
    (disk / rows[2].path).write_bytes(content)
    assert [(f.file_id, f.code) for f in files.check()] == [(rows[0].pk, "missing"), (rows[1].pk, "wrong_size")]
    assert [f.code for f in files.check(is_deep=True)] == ["missing", "wrong_size", "damaged"]


def test_a_file_cleaned_while_it_is_checked_is_no_finding(key, disk, monkeypatch):
    row, locate = receive(hostile.jpeg(), key), vault.locate

    def after_cleaning(path):
        monkeypatch.setattr(vault, "locate", locate)
        assert files.clean_pending(now=NOW) == 1
        return locate(path)

    monkeypatch.setattr(vault, "locate", after_cleaning)
    assert list(files.check(is_deep=True)) == []
    row.refresh_from_db()
    assert row.state == "clean"
