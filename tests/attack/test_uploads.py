"""Files made to run, to fill the disk or to be called something else, through the resident's real form."""

import os
import tempfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.attack.uploading import LARGEST, MB, a_zip, case, monday, on_disk, send  # noqa: F401 - the fixtures
from tests.ground import hostile
from tests.test_urls import with_receipt_of

from bandeng.ground.files import api as files
from bandeng.ground.files import uploads

# ---- what is no picture and no PDF is refused before anything is kept


NO_PICTURES = {
    "an empty file": b"",
    "a zip bomb": a_zip(bomb=b"\0" * (50 * MB)),
    "a Word file": a_zip(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}),
    "a Linux program": b"\x7fELF\x02\x01\x01" + b"\0" * 200,
    "a Windows program": b"MZ\x90\0" + b"\0" * 200,
    "a shell script": b"#!/bin/sh\nrm -rf /\n",
    "a PHP script": b"<?php system($_GET['c']); ?>",
    "a page with a script": b"<!doctype html><script>alert(1)</script>",
    "an SVG": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "an SVG behind a mark": b'\xef\xbb\xbf<?xml version="1.0"?><svg onload="alert(1)"/>',
    "a GIF that is a script": b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)",
    "a BMP": b"BM" + b"\0" * 100,
    "a TIFF": b"II*\0" + b"\0" * 100,
    "an icon": b"\0\0\x01\0" + b"\0" * 100,
    "gzip": b"\x1f\x8b\x08" + b"\0" * 100,
    "a PostScript program": b"%!PS-Adobe-3.0\n(x) run",
    "a camera's HEIC": b"\0\0\0\x18ftypheic" + b"\0" * 100,
    "a film": b"\0\0\0\x18ftypmp42" + b"\0" * 100,
    "a table": b"=cmd|'/c calc'!A1,b\n",
    "noise": os.urandom(2000).replace(b"%PDF", b""),
}


@pytest.mark.parametrize("what", NO_PICTURES)
def test_what_is_no_picture_is_refused_with_advice_whatever_it_is_called(case, what):  # noqa: F811
    before = on_disk()
    response = send(case, NO_PICTURES[what], "村口的照片.jpg")
    assert response.status_code == 422
    assert case.attachments.count() == 0 and on_disk() == before
    said = response.text.split("村口的照片.jpg：")[1].partition("<")[0] if NO_PICTURES[what] else response.text
    assert "。" in said  # a sentence that tells what to do, not a code


# ---- sizes, exactly


@pytest.mark.parametrize(("size", "status"), [(LARGEST, 302), (LARGEST + 1, 422)])
def test_twenty_megabytes_are_taken_and_one_byte_more_is_not(case, size, status):  # noqa: F811
    before = on_disk()
    data = hostile.jpeg()
    response = send(case, data + b"\0" * (size - len(data)))
    assert response.status_code == status
    assert case.attachments.count() == (status == 302) and len(on_disk() - before) == (status == 302)
    if status == 422:
        assert "20 MB" in response.text


def test_no_upload_lies_anywhere_in_the_plain(case, monkeypatch):  # noqa: F811
    """What is too large for memory goes to a nameless file under a key of this process."""
    written, real = [], tempfile.TemporaryFile

    def watched(*args, **more):
        file = real(*args, **more)
        written.append(file)
        monkeypatch.setattr(uploads.Scratch, "close", lambda self: None)  # left open, to look into it
        return file

    monkeypatch.setattr(tempfile, "TemporaryFile", watched)
    mark = b"PLAIN-WORDS-OF-A-VILLAGER" * 100_000
    response = send(case, hostile.jpeg() + mark)
    assert response.status_code == 302 and len(written) == 1
    written[0].seek(0)
    content = written[0].read()
    assert len(content) > len(mark) and b"PLAIN-WORDS" not in content and hostile.jpeg()[:20] not in content
    assert b"PLAIN-WORDS" not in b"".join(path.read_bytes() for path in on_disk())


def test_a_request_larger_than_ten_files_is_not_read(case):  # noqa: F811
    client = with_receipt_of(case)
    client.raise_request_exception = False
    kind = "multipart/form-data; boundary=x"
    response = client.generic("POST", reverse("speak-receipt"), b"--x--", content_type=kind, CONTENT_LENGTH=str(10**10))
    assert response.status_code == 400 and "<h1" in response.text


@pytest.mark.parametrize("count", [21, 500])
def test_many_files_at_once_are_refused_as_a_whole(case, count):  # noqa: F811
    client = with_receipt_of(case)
    sent = {"files": [SimpleUploadedFile(f"{n}.jpg", hostile.jpeg()) for n in range(count)]}
    assert client.post(reverse("speak-receipt"), sent).status_code == 400
    assert case.attachments.count() == 0


# ---- names

NAMES = [
    "../../../../etc/passwd", "..\\..\\boot.ini", "/etc/shadow", "C:\\autoexec.bat", "a\0.php", "photo\u202egpj.exe",
    "a\r\nX-Evil: y.jpg", "x" * 300 + ".jpg", "🪑" * 120 + ".jpg", '"><svg onload=alert(1)>.jpg', "=HYPERLINK(1).jpg",
    ".htaccess", "con", ".", "..", "\x1b[2J.jpg", "a;filename=b.exe", "张桂兰的腿.jpg", "a\u2066b\u2069.jpg",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_is_words_and_nothing_else(case, name):  # noqa: F811
    before = on_disk()
    response = send(case, hostile.jpeg(), name)
    assert response.status_code in {302, 422}
    for path in on_disk() - before:
        assert path.parent.parent == Path(settings.FILES_DIR) and len(path.name) == 64  # a digest
    for attachment in case.attachments.select_related("file__seal_key"):
        shown = files.original_name(attachment.file)
        assert not set(shown) & set("\0\r\n\x1b\u202e\u2066") and len(shown) <= 200
        page = with_receipt_of(case).get(reverse("speak-receipt")).text
        assert "<svg onload" not in page and "\u202e" not in page
