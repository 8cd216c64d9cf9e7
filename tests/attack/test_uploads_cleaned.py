"""Files made to break their reader, through the resident's form and the worker's real child process."""

import io
import json
import os
import struct
import subprocess
import sys
import zlib

import pikepdf
import pytest
from django.urls import reverse
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image
from tests.attack.uploading import MB, a_zip, case, cleaned, monday, on_disk, send  # noqa: F401 - the fixtures
from tests.ground import hostile
from tests.test_urls import with_receipt_of
from tests.world import MONDAY

from bandeng.ground.files import api as files
from bandeng.ground.files.cleaning import child
from bandeng.ground.files.services import clean as cleaner
from bandeng.ground.files.services import sandbox


def saved(pdf: Pdf, **more) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **more)
    return out.getvalue()


def a_page(pdf: Pdf) -> Dictionary:
    pdf.add_blank_page(page_size=(200, 200))
    return pdf.pages[-1].obj


# ---- pictures


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def animated(form: str) -> bytes:
    frames = [Image.new("RGB", (40, 40), (n, 0, 0)) for n in range(60)]
    out = io.BytesIO()
    frames[0].save(out, form, save_all=True, append_images=frames[1:])
    return out.getvalue()


def text_bomb() -> bytes:
    """A PNG whose note unfolds to 200 MB."""
    whole = hostile.png()
    return whole[:33] + png_chunk(b"zTXt", b"a\0\0" + zlib.compress(b"\0" * (200 * MB), 9)) + whole[33:]


def bomb(width: int, height: int) -> bytes:
    return hostile.png_bomb(width, height)


PICTURES = {
    "2.5 thousand million pixels": (lambda: bomb(50_000, 50_000), "too_many_pixels"),
    "one line a million wide": (lambda: bomb(1_000_000, 400), "too_many_pixels"),
    "2^31 pixels high": (lambda: bomb(1, 2**31 - 1), "too_many_pixels"),
    "no pixels": (lambda: bomb(0, 0), "unreadable"),
    "a broken end": (lambda: hostile.jpeg((900, 900))[:9000], "unreadable"),
    "a header alone": (lambda: b"\xff\xd8\xff\xe0", "unreadable"),
    "PNG after JPEG's mark": (lambda: b"\xff\xd8\xff" + hostile.png(), "unreadable"),
    "WebP of nothing": (lambda: b"RIFF\xff\xff\xff\xffWEBPVP8 " + b"\0" * 100, "unreadable"),
}


@pytest.mark.parametrize("what", PICTURES)
def test_a_picture_that_is_none_is_refused_and_its_content_is_gone(case, what):  # noqa: F811
    make, refusal = PICTURES[what]
    before = on_disk()
    assert send(case, make()).status_code == 302
    file = cleaned(case)
    assert (file.state, file.refusal, file.path) == ("refused", refusal, "")
    assert on_disk() == before and "。" in files.state_text(file)


POLYGLOTS = {
    "JPEG and PHP": (lambda: hostile.jpeg() + b"<?php system('id'); ?>", b"<?php"),
    "JPEG and ZIP": (lambda: hostile.jpeg() + a_zip(evil=b"PK-EVIL"), b"PK\x03\x04"),
    "a page in EXIF": (lambda: exif_page(), b"<script>"),
    "PNG and a page": (lambda: hostile.png() + b"<script>alert(1)</script>", b"<script>"),
    "PNG and PHP in a note": (lambda: noted(b"<?=`$_GET[0]`?>"), b"<?="),
    "PNG of many frames": (lambda: animated("PNG"), b"fcTL"),
    "WebP of many frames": (lambda: animated("WEBP"), b"ANMF"),
    "PNG with a note of 200 MB": (text_bomb, b"zTXt"),
}  # fmt: skip


def noted(words: bytes) -> bytes:
    whole = hostile.png()
    return whole[:33] + png_chunk(b"tEXt", b"c\0" + words) + whole[33:]


def exif_page() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = "<script>alert(document.domain)</script>"
    out = io.BytesIO()
    hostile.corners().save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.mark.parametrize("what", POLYGLOTS)
def test_of_a_file_that_is_two_things_the_picture_alone_is_left(case, what):  # noqa: F811
    make, second = POLYGLOTS[what]
    assert second in make()
    send(case, make())
    file = cleaned(case)
    if file.state == "clean":
        response = with_receipt_of(case).get(reverse("mine-file", args=[case.attachments.get().pk]))
        content = b"".join(response.streaming_content)
        assert second not in content and content[:3] in {b"\xff\xd8\xff", b"\x89PN"}
    else:
        assert file.refusal in {"unreadable", "too_heavy"} and what == "PNG with a note of 200 MB"


# ---- PDFs


def loop_of_pages() -> bytes:
    """A page tree whose node is its own child."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )


def deep_pages(depth: int) -> bytes:
    """A tree of pages with nothing but one child at each of many levels."""
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    for n in range(2, depth + 2):
        body += b"%d 0 obj<</Type/Pages/Kids[%d 0 R]/Count 1>>endobj\n" % (n, n + 1)
    body += b"%d 0 obj<</Type/Page/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF" % (depth + 2)
    return body


def xref_loop() -> bytes:
    """Two tables that each name the other as the one before."""
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    first = len(head)
    table = b"xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 3/Prev %010d>>\n"
    second = first + len(table % 0)
    return head + table % second + table % first + b"startxref\n%d\n%%%%EOF" % first


def unfolding(megabytes: int) -> bytes:
    """Give a zlib stream of that many megabytes of spaces: one block made, and said over and over."""
    once = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = once.compress(b" " * (16 * MB)) + once.flush(zlib.Z_FULL_FLUSH)
    length, last = megabytes * MB, zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    low, high = (1 + 32 * length) % 65521, (length + 16 * length * (length + 1)) % 65521
    return b"\x78\xda" + block * (megabytes // 16) + last + struct.pack(">HH", high, low)


def page_bomb() -> bytes:
    """A page whose picture of itself unfolds twice, to 320 MB."""
    pdf = pikepdf.new()
    page = a_page(pdf)
    page.Contents = pikepdf.Stream(pdf, b"")
    page.Contents.write(zlib.compress(unfolding(320), 9), filter=Array([Name.FlateDecode] * 2))
    return saved(pdf)


def object_stream_bomb() -> bytes:
    """An object stream, which a reader has to unfold before it knows anything, of 2 GB."""
    content, head = unfolding(2048), b"%PDF-1.5\n"
    stream = b"2 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(content)
    body = head + stream + content + b"\nendstream endobj\n"
    rows = b"".join(struct.pack(">BIB", *row) for row in ((0, 0, 0), (2, 2, 0), (1, len(head), 0), (1, len(body), 0)))
    table = b"3 0 obj<</Type/XRef/Size 4/W[1 4 1]/Root 1 0 R/Length %d>>stream\n" % len(rows)
    return body + table + rows + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % len(body)


def many_pages(count: int) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(9, 9))
    page = pdf.pages[0].obj
    kids = [pdf.make_indirect(Dictionary(page)) for _n in range(count - 1)]
    pdf.Root.Pages.Kids.extend(kids)
    pdf.Root.Pages.Count = count
    return saved(pdf)


PDFS = {
    "10,000 pages": (lambda: many_pages(10_000), {"too_many_pages"}),
    "a tree of pages that is its own child": (loop_of_pages, {"unreadable", "too_heavy"}),
    "a tree of pages 5,000 levels deep": (lambda: deep_pages(5000), {"unreadable", "too_heavy"}),
    "tables that name each other": (xref_loop, {"unreadable"}),
    "an object stream of 2 GB": (object_stream_bomb, {"unreadable", "too_heavy"}),
    "a password": (lambda: hostile.plain_pdf(encryption=pikepdf.Encryption(owner="a", user="b")), {"encrypted"}),
    "arrays in arrays without end": (
        lambda: hostile.plain_pdf().replace(b"/Type /Catalog", b"/Lang " + b"[" * 200_000 + b" /Type /Catalog"),
        {"unreadable", "too_heavy"},
    ),
    "nothing behind its first line": (lambda: b"%PDF-1.7\n", {"unreadable"}),
    "a page with a script in front": (lambda: b"\r\n%PDF-<script>alert(1)</script>", {"unreadable"}),
}


@pytest.mark.parametrize("what", PDFS)
def test_a_pdf_made_to_break_its_reader_is_refused_and_the_next_file_is_cleaned(case, world, what):  # noqa: F811
    make, refusals = PDFS[what]
    before = on_disk()
    assert send(case, make(), "a.pdf", "application/pdf").status_code == 302
    file = cleaned(case)
    assert file.state == "refused" and file.refusal in refusals and "。" in files.state_text(file)
    assert on_disk() == before
    other = world.registered()
    send(other, hostile.plain_pdf())
    assert cleaned(other).state == "clean"


def test_a_page_that_unfolds_without_end_is_refused_or_stays_small(case):  # noqa: F811
    data = page_bomb()
    assert len(data) < MB
    send(case, data, "a.pdf", "application/pdf")
    file = cleaned(case)
    assert (file.state == "refused" and file.refusal == "too_heavy") or file.size < MB


def test_a_pdf_that_is_also_an_archive_and_a_page_is_a_pdf_alone(case):  # noqa: F811
    data = hostile.hostile_pdf() + a_zip(evil=b"MZ EVIL") + b"<script>EVIL</script>"
    send(case, data, "a.pdf", "application/pdf")
    assert cleaned(case).state == "clean"
    response = with_receipt_of(case).get(reverse("mine-file", args=[case.attachments.get().pk]))
    content = b"".join(response.streaming_content)
    assert response["Content-Type"] == "application/pdf" and content.startswith(b"%PDF-")
    assert b"EVIL" not in hostile.unfolded(content) and b"PK\x03\x04" not in content and b"<script>" not in content


@pytest.mark.parametrize("spelled", ["/JavaScript", "/J#61vaScript", "/#4aavaScript"])
def test_a_script_is_found_however_its_name_is_spelled(spelled):
    pdf = pikepdf.new()
    a_page(pdf)
    pdf.Root.OpenAction = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("EVIL()")))
    data = saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.disable).replace(b"/JavaScript", spelled.encode())
    facts, content = child.answer("pdf", data)
    assert facts["pages"] == 1 and b"EVIL" not in hostile.unfolded(content)


# ---- the process that looks


def test_the_child_says_itself_that_its_limits_hold(monkeypatch):
    """Asked in the very child that cleans, while it cleans: CPU, memory, no file, no core, no environment."""
    asked = (
        "import sys, os, json, resource as r; sys.path.insert(0, sys.argv.pop(1));"
        "from bandeng.ground.files.cleaning import child;"
        "names = ('RLIMIT_CPU', 'RLIMIT_AS', 'RLIMIT_FSIZE', 'RLIMIT_CORE');"
        "child.answer = lambda kind, data: ({'refusal': json.dumps([[r.getrlimit(getattr(r, n)) for n in names],"
        " sorted(set(os.environ) - {'LC_CTYPE'}), os.getcwd(), 'django' in sys.modules])}, b'');"
        "child.main()"
    )
    monkeypatch.setattr(sandbox, "PROGRAM", asked)
    limits, environment, folder, has_django = json.loads(sandbox.clean("picture", b"x").refusal)
    assert limits == [[n, n] for n in (child.CPU_SECONDS, child.MEMORY, 0, 0)]
    assert (environment, folder, has_django) == ([], "/", False)


def test_the_web_process_never_opens_a_picture_or_a_pdf():
    """Not even the libraries are loaded there: whatever they do wrong, they do it in the child."""
    program = (
        "import django, sys; django.setup();"
        "from django.urls import get_resolver; get_resolver().url_patterns;"
        "[p.callback for p in get_resolver().url_patterns[0].url_patterns];"
        "from bandeng.config.wsgi import application;"
        "print(sorted({'PIL', 'pikepdf', 'bandeng.ground.files.cleaning.pictures'} & set(sys.modules)))"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bandeng.config.settings"}
    told = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert told.stdout.strip() == "[]", told.stderr


def test_a_file_that_kills_its_reader_each_time_does_not_hold_up_the_others(world, monkeypatch):
    first, second = world.registered(), world.registered()
    send(first, hostile.jpeg())
    send(second, hostile.jpeg((90, 45)))
    real = sandbox.clean

    def dies(kind, data, **more):
        is_first = Image.open(io.BytesIO(data)).width == 80
        return sandbox.Answer(refusal="too_heavy") if is_first else real(kind, data, **more)

    monkeypatch.setattr(cleaner.sandbox, "clean", dies)
    assert files.clean_pending(now=MONDAY) == 2
    states = [one.attachments.get().file.state for one in (first, second)]
    assert states == ["refused", "clean"]
