"""One thing, one name: every table, status, outcome, step and role has its Chinese, and every name exists."""

import re
import tomllib
from collections import Counter
from pathlib import Path

from django.apps import apps

from bandeng.speak.casework import api as cases
from tests import source

ROOT = Path(__file__).parent.parent
LINE = re.compile(r"^\| ([^|]+) \| `(\w+)` \| ([^|]+) \|$", re.M)


def sections() -> dict[str, dict[str, str]]:
    parts = (ROOT / "docs" / "reference" / "glossary.md").read_text().split("\n## ")[1:]
    return {part.split("\n")[0]: {name: chinese for chinese, name, _what in LINE.findall(part)} for part in parts}


def roles() -> set[str]:
    shipped = source.ROOT / "ground" / "directory" / "shipped" / "roles.toml"
    return set(tomllib.loads(shipped.read_text()))


def test_every_name_stands_in_the_glossary_and_nothing_else():
    ours = [config for config in apps.get_app_configs() if config.name.startswith("bandeng.")]
    listed = sections()
    assert set(listed["Rooms"]) == {room.name for room in source.apps()}
    assert set(listed["Tables"]) == {model.__name__ for config in ours for model in config.get_models()}
    assert set(listed["Where a case is"]) == {*map(str, cases.rules.Status), *map(str, cases.rules.Outcome)}
    assert set(listed["What is done with a case"]) == set(cases.rules.EDGES)
    assert set(listed["Who works here"]) == roles()


def test_further_words_are_words_of_the_code():
    code = "\n".join(path.read_text() for path, _tree in source.modules().values())
    assert [word for word in sections()["Further words"] if not re.search(rf"\b{word}\b", code)] == []


def test_every_line_is_read_and_every_word_is_chinese_and_stands_for_one_thing():
    text = (ROOT / "docs" / "reference" / "glossary.md").read_text()
    rows = [
        line for line in text.splitlines() if line.startswith("|") and "---" not in line and "identifier" not in line
    ]
    assert len(rows) == len(LINE.findall(text)) == sum(map(len, sections().values()))
    words = Counter(chinese for section in sections().values() for chinese in section.values())
    assert [word for word, n in words.items() if n > 1 or not re.fullmatch(r"[\u4e00-\u9fff]+", word)] == []


def test_no_name_for_a_person_that_labels_them():
    bad = "刁民|缠访|闹访|老户|重点人|稳控|黑名单|积分|情绪|风险等级"
    assert not re.search(bad, (ROOT / "docs" / "reference" / "glossary.md").read_text())
