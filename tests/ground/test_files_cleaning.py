"""The cleaner: pixels and pages come through, nothing else does, and no file takes the worker down."""

import io

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.ground import hostile

from bandeng.ground.files.cleaning import child
from bandeng.ground.files.cleaning.jpeg import without_metadata
from bandeng.ground.files.services import sandbox


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def near(a, b):
    return all(abs(x - y) < 12 for x, y in zip(a, b, strict=True))


# Where red (top left of the pixels) and blue (bottom right) stand once the picture is upright, by EXIF orientation.
UPRIGHT = {1: "tl br", 2: "tr bl", 3: "br tl", 4: "bl tr", 5: "tl br", 6: "tr bl", 7: "br tl", 8: "bl tr"}


@pytest.mark.parametrize("orientation", UPRIGHT)
def test_a_photo_comes_through_upright_and_bare(orientation):
    facts, content = child.answer("picture", hostile.jpeg(orientation=orientation))
    picture = opened(content)
    assert facts["media_type"] == "image/jpeg"
    assert (picture.width, picture.height) == ((80, 40) if orientation < 5 else (40, 80))
    places = {"tl": (2, 2), "tr": (-3, 2), "bl": (2, -3), "br": (-3, -3)}
    pixels = {name: picture.getpixel((x % picture.width, y % picture.height)) for name, (x, y) in places.items()}
    red, blue = UPRIGHT[orientation].split()
    assert near(pixels[red], (255, 0, 0)) and near(pixels[blue], (0, 0, 255))
    assert hostile.PLACE not in content
    assert not picture.getexif() and set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_drawing_stays_a_drawing_without_its_notes():
    facts, content = child.answer("picture", hostile.png())
    assert facts["media_type"] == "image/png"
    assert hostile.PLACE not in content and opened(content).info == {}
    assert opened(content).tobytes() == hostile.corners().tobytes()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken(mode):
    picture = Image.new("I;16", (8, 8), 40_000) if mode == "I;16" else hostile.corners((8, 8)).convert(mode)
    facts, content = child.answer("picture", hostile.png(picture))
    assert (facts["width"], facts["height"]) == (8, 8)
    if mode == "I;16":
        assert abs(opened(content).getpixel((0, 0)) - 40_000 // 256) <= 1


def test_print_colours_and_webp_become_jpeg():
    for picture, form in ((hostile.corners().convert("CMYK"), "JPEG"), (hostile.corners(), "WEBP")):
        out = io.BytesIO()
        picture.save(out, form)
        facts, content = child.answer("picture", out.getvalue())
        assert facts["media_type"] == "image/jpeg" and opened(content).mode == "RGB"


def test_a_large_photo_becomes_readable_not_large():
    facts, content = child.answer("picture", hostile.jpeg((6000, 3000)))
    assert (facts["width"], facts["height"]) == (2560, 1280)
    assert near(opened(content).getpixel((10, 10)), (255, 0, 0))


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_that_says_it_is_huge_is_refused_before_it_is_decoded():
    assert child.answer("picture", hostile.png_bomb())[0] == {"refusal": "too_many_pixels"}
    assert child.answer("picture", hostile.png_bomb(7100, 7100))[0] == {"refusal": "too_many_pixels"}


@pytest.mark.parametrize("kind", ["picture", "pdf"])
def test_half_a_file_is_refused(kind):
    whole = hostile.png() if kind == "picture" else hostile.plain_pdf()
    assert child.answer(kind, whole[: len(whole) // 5])[0] == {"refusal": "unreadable"}
    assert child.answer(kind, b"")[0] == {"refusal": "unreadable"}


def test_a_pdf_keeps_its_page_picture_and_web_link_alone():
    before = hostile.unfolded(hostile.hostile_pdf())
    assert before.count(b"EVIL") > 15 and hostile.PLACE in hostile.hostile_pdf()
    facts, content = child.answer("pdf", hostile.hostile_pdf())
    assert facts == {"media_type": "application/pdf", "pages": 1}
    after = hostile.unfolded(content)
    for bad in (
        b"EVIL",
        b"JavaScript",
        b"/OpenAction",
        b"/Launch",
        b"/XFA",
        b"/EmbeddedFile",
        b"/Filespec",
        b"/Metadata",
    ):
        assert bad not in after, bad
    assert b"/SubmitForm" not in after and b"/Next" not in after and b"/Author" not in after
    assert hostile.PLACE not in after and hostile.PLACE not in content
    assert b"(KEPT)" in after and b"https://www.example.test/ok" in after
    with pikepdf.open(io.BytesIO(content)) as pdf:
        page = pdf.pages[0]
        assert set(page.obj.Resources.Font.keys()) == {"/A", "/AA", "/EF"}
        picture = pikepdf.PdfImage(page.obj.Resources.XObject.JS).as_pil_image()
        assert near(picture.getpixel((2, 2)), (255, 0, 0))
        assert len(page.obj.Annots) == 4
        assert "/Dests" in pdf.Root.Names


def test_cleaning_twice_changes_nothing_to_be_seen():
    _, once = child.answer("pdf", hostile.hostile_pdf())
    facts, twice = child.answer("pdf", once)
    assert facts["pages"] == 1 and b"(KEPT)" in hostile.unfolded(twice)


def test_pdfs_locked_or_endless_are_refused():
    locked = hostile.plain_pdf(encryption=pikepdf.Encryption(owner="a", user="b"))
    assert child.answer("pdf", locked)[0] == {"refusal": "encrypted"}
    only_owner = hostile.plain_pdf(encryption=pikepdf.Encryption(owner="a", user=""))
    facts, content = child.answer("pdf", only_owner)
    assert facts["pages"] == 1 and b"/Encrypt" not in content
    assert child.answer("pdf", hostile.plain_pdf(301))[0] == {"refusal": "too_many_pages"}
    assert child.answer("pdf", hostile.plain_pdf(300))[0]["pages"] == 300


def test_a_pdf_nested_without_end_is_refused():
    deep = b"[" * 5000 + b"]" * 5000
    data = hostile.plain_pdf().replace(b"/Type /Catalog", b"/Lang " + deep + b" /Type /Catalog")
    assert "refusal" in child.answer("pdf", data)[0]


@given(st.binary(max_size=400))
@settings(max_examples=200, deadline=None)
def test_stripping_a_jpeg_never_fails_and_never_grows(tail):
    for data in (tail, b"\xff\xd8" + tail, b"\xff\xd8\xff\xe1" + tail):
        assert len(without_metadata(data)) <= len(data)


@pytest.mark.parametrize("more", [{}, {"progressive": True}, {"restart_marker_blocks": 1}])
def test_stripping_a_jpeg_leaves_every_pixel(more):
    original = hostile.jpeg((200, 120), **more)
    bare = without_metadata(original)
    assert opened(bare).tobytes() == opened(original).tobytes()
    assert hostile.PLACE not in bare and set(opened(bare).info) <= {
        "jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression",
    }  # fmt: skip


def test_the_child_process_answers_like_the_function():
    answer = sandbox.clean("picture", hostile.jpeg())
    assert (answer.media_type, answer.width, answer.height) == ("image/jpeg", 80, 40)
    assert answer.content == child.answer("picture", hostile.jpeg())[1]
    assert sandbox.clean("pdf", hostile.plain_pdf(2)).pages == 2
    assert sandbox.clean("pdf", b"%PDF-1.7 nothing").refusal == "unreadable"


HEAD = "import sys; sys.argv.pop(1); sys.stdin.buffer.read(1);"
LIMITED = f"sys.path.insert(0, {str(sandbox.SOURCE)!r}); "
LIMITED += "from bandeng.ground.files.cleaning import child; child.limit_resources();"


@pytest.mark.parametrize(
    ("program", "refusal"),
    [
        (HEAD + "import time; time.sleep(60)", "too_heavy"),  # the wall clock
        (HEAD + LIMITED + "import resource; resource.setrlimit(0, (1, 1))\nwhile True: pass", "too_heavy"),
        (HEAD + "sys.stdout.write('x' * 80_000_000)", "too_heavy"),
        (HEAD + "import os; os.abort()", "unreadable"),
        (HEAD + "sys.exit(3)", "unreadable"),
        (HEAD + LIMITED + "bytearray(4 << 30)", "unreadable"),  # memory: no half of 4 GB is ever touched
        (HEAD + LIMITED + "open('/tmp/bandeng-leak', 'w').write('x')", "unreadable"),
        (HEAD + "import os; sys.exit(0 if not os.environ.keys() - {'LC_CTYPE'} else 1)", "unreadable"),
    ],
)
def test_a_decoder_gone_wild_is_the_files_end_not_the_workers(monkeypatch, program, refusal):
    monkeypatch.setattr(sandbox, "PROGRAM", program)
    assert sandbox.clean("picture", b"x" * 1_000_000, wall_seconds=3).refusal == refusal


def test_the_limits_are_those_we_say(monkeypatch):
    program = HEAD + LIMITED + (
        "import json, os, resource as r;"
        "limits = [r.getrlimit(n)[1] for n in (r.RLIMIT_CPU, r.RLIMIT_AS, r.RLIMIT_FSIZE, r.RLIMIT_CORE)];"
        "names = sorted(set(os.environ) - {'LC_CTYPE'});"
        "print(json.dumps({'refusal': repr((limits, names, 'django' in sys.modules))}))"
    )  # fmt: skip
    monkeypatch.setattr(sandbox, "PROGRAM", program)
    told = sandbox.clean("picture", b"x").refusal
    assert told == repr(([child.CPU_SECONDS, child.MEMORY, 0, 0], [], False))


def test_a_worker_stopped_from_outside_says_nothing_of_the_file(monkeypatch):
    monkeypatch.setattr(sandbox, "PROGRAM", HEAD + "import os, signal; os.kill(os.getpid(), signal.SIGTERM)")
    with pytest.raises(sandbox.Interrupted):
        sandbox.clean("picture", b"x")
