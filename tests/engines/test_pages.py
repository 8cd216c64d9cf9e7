"""Each engine's page has an example of ten lines that a stranger can run, and that does what the page says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs" / "explanation" / "engines").glob("*.md"))
EXAMPLE = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_first_example_runs_without_the_rest_of_bandeng(page, tmp_path):
    found = EXAMPLE.search(page.read_text())
    assert found, "no example"
    code, expected = found.groups()
    checked = f"{code}\nimport sys\nassert 'django' not in sys.modules\n"
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"}
    ran = subprocess.run(
        [sys.executable, "-c", checked], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip(), "an example shows something"
    if expected is not None:
        assert ran.stdout == expected


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_example_is_ten_lines_beside_its_imports(page):
    lines = [line for line in EXAMPLE.search(page.read_text())[1].splitlines() if line.strip()]
    assert len([line for line in lines if not line.startswith(("import ", "from "))]) <= 10


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_picture_is_there(page):
    assert all((page.parent / name).is_file() for name in PICTURE.findall(page.read_text()))
