"""What the tests of uploads share: a matter, and its receipt's page to send files by."""

import io
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.test_urls import with_receipt_of
from tests.world import MONDAY

from bandeng.ground.core import clock
from bandeng.ground.files import api as files

MB = 1024 * 1024
LARGEST = 20 * MB


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def case(world):
    return world.registered()


def on_disk() -> set[Path]:
    return {path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()}


def send(case, data: bytes, name: str = "a.jpg", kind: str = "image/jpeg"):
    """Add one file on the receipt's page, as a resident does."""
    upload = SimpleUploadedFile("x", data, content_type=kind)
    upload._name = name  # SimpleUploadedFile would tidy it; a browser under attack does not
    return with_receipt_of(case).post(reverse("speak-receipt"), {"files": upload})


def cleaned(case) -> files.StoredFile:
    """Let the worker decide the only file of a case."""
    assert files.clean_pending(now=MONDAY) == 1
    return case.attachments.select_related("file__seal_key").get().file


def a_zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()
