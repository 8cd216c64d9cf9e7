"""Files held against the disk while others at work move them, by connections of their own."""

import io
import uuid
from datetime import UTC, datetime

import pytest
from tests.commits import in_threads
from tests.ground import hostile

from bandeng.ground.core import api as core
from bandeng.ground.files import api as files
from bandeng.ground.files import selectors, vault

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def many(committed_database, settings, tmp_path, monkeypatch):
    """More files than are read at a time."""
    settings.FILES_DIR = tmp_path / "files"
    monkeypatch.setattr(selectors, "BATCH", 2)
    key = core.SealKey.make()
    key.save()
    stored = {"seal_key": key, "subject_kind": "case", "subject_key": uuid.UUID(int=1), "now": NOW}
    return [files.receive(io.BytesIO(hostile.jpeg()), "屋顶.jpg", **stored) for _ in range(5)]


def test_files_that_another_process_cleans_meanwhile_are_no_finding(many, monkeypatch):
    locate = vault.locate

    def after_cleaning(path):
        monkeypatch.setattr(vault, "locate", locate)
        in_threads(lambda: files.clean_pending(now=NOW))
        return locate(path)

    monkeypatch.setattr(vault, "locate", after_cleaning)
    assert list(files.check(is_deep=True)) == []
    assert {file.state for file in files.files_of("case", uuid.UUID(int=1))} == {"clean"}


def test_each_of_many_files_is_looked_at_once(many):
    for file in many:
        vault.remove(file.path)
    assert [(found.file_id, found.code) for found in files.check()] == [(file.pk, "missing") for file in many]
