"""The example of the engine's page runs as it stands, without Django, and learning libraries stay out."""

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "engines" / "language.md"


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_the_example_on_the_page_runs():
    [example] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    told = run(example)
    assert "我叫〔姓名〕，电话〔电话〕。" in told
    assert "['南门桥', '的', '路灯']" in told
    assert "missing-who-forwarded 转相关部门" in told and "off-only-forwarded" in told


def test_using_the_engine_loads_neither_django_nor_learning_libraries_and_importing_it_no_dictionary():
    loaded = run(
        "import sys; from bandeng.engines import language; print('rjieba' in sys.modules, 'opencc' in sys.modules);"
        "language.mask('我叫张桂兰'); language.findings('已收悉。'); language.normalise('龍');"
        "print([name for name in ('django', 'numpy', 'scipy', 'sklearn') if name in sys.modules])"
    )
    assert loaded == "False False\n[]\n"
