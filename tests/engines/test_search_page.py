"""The ten lines on the engine's page do what the page says."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "explanation" / "engines" / "search.md"


def test_the_ten_lines_run_with_nothing_but_the_engine(tmp_path):
    code = PAGE.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    assert len([line for line in code.splitlines() if line and not line.startswith(("from", "import"))]) <= 10
    check = "\nimport sys\nassert 'django' not in sys.modules"
    done = subprocess.run(
        [sys.executable, "-c", code + check],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    first, second = done.stdout.splitlines()
    assert first.startswith("1 ['停水'") and "西湖村" in first
    assert second == "Snippet(text='我们东山村也停水五天了', spans=((6, 8),))"
