"""The page about the engine: its example runs as it stands there."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "engines" / "dispatch.md"


def test_the_example_of_the_page_says_water(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    exec(code, {})
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("water") and "停水" in first and "水费" in first and second.startswith("roads")
    assert len([line for line in code.splitlines() if line.strip()]) <= 10
