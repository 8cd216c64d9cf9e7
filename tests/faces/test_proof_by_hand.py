"""A stranger checks a case with the commands of the page, and with fifty lines of Python that share nothing with us."""

import base64
import hashlib
import html
import json
import re
import shutil
import subprocess
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from tests.world import MONDAY

from bandeng.engines import merkle
from bandeng.faces.proof import files
from bandeng.ground.ledger import api as ledger
from bandeng.speak.casework import api as cases

OPENSSL = shutil.which("openssl")
TOOLS = pytest.mark.skipif(OPENSSL is None, reason="no openssl: the commands of the page cannot be run")
SHELL = shutil.which("bash")
LATER = MONDAY + timedelta(minutes=5)


@pytest.fixture
def case(world):
    """Make a case of some acts among those of others, sequenced in several heads."""
    for number in range(5):
        world.registered(words=f"邻居的事 {number}")
    ledger.sequence(now=MONDAY)
    case = world.registered()
    cases.add_words(case.pk, "还有一件:补贴没到账", by=cases.hand.resident(case.pk), now=MONDAY)
    ledger.sequence(now=MONDAY)
    cases.add_words(case.pk, "谢谢", by=cases.hand.resident(case.pk), now=LATER)
    world.registered(words="另一个人的事")
    ledger.sequence(now=LATER)
    return world.fresh(case)


@pytest.fixture
def folder(case, tmp_path, client):
    """Give a folder with the three files, fetched as a stranger would."""
    answer = client.post(f"/proof/{case.code}.txt", {"secret": case.secret()})
    assert answer.status_code == 200
    (tmp_path / "proof.txt").write_bytes(answer.content)
    for name in files.KEYS:
        (tmp_path / f"{name}-key.pem").write_bytes(client.get(f"/proof/{name}-key.pem").content)
    return tmp_path


@pytest.fixture
def commands(client, db):
    """Give every command as it stands on the page, with what the page says it answers."""
    page = client.get("/proof/how/").content.decode()
    blocks = re.findall(r'<div class="proof-command">(.*?)</div>', page, re.DOTALL)
    found = []
    for block in blocks:
        (lines,) = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", block, re.DOTALL)
        says = re.findall(r"<samp[^>]*>(.*?)</samp>", block, re.DOTALL)
        found.append((html.unescape(lines), html.unescape(says[0]) if says else ""))
    assert len(found) >= 10
    return found


def follow(commands, folder, shell=SHELL):
    """Type all commands into one shell; tell for each that promises an answer whether it came."""
    ending = "\nprintf '\\n==end==\\n'\n"
    script = ending.join(lines for lines, _ in commands) + ending
    done = subprocess.run(  # noqa: S603 - the page's own commands
        [shell], input=script.encode(), cwd=folder, capture_output=True, env={"PATH": "/usr/bin:/bin"}, timeout=60
    )
    answers = done.stdout.decode(errors="replace").split("\n==end==\n")
    assert len(answers) == len(commands) + 1
    return [says in answer.splitlines() for answer, (_, says) in zip(answers, commands, strict=False) if says]


def at_entry(commands, number):
    return [(f"n={number}" if lines == "n=1" else lines, says) for lines, says in commands]


def damage(folder, name, pattern):
    """Change one byte of what the pattern's group finds in a file."""
    path = folder / name
    raw = path.read_bytes()
    match = re.search(pattern, raw, re.MULTILINE)
    at = match.start(1) + (match.end(1) - match.start(1)) // 2
    other = b"A" if raw[at : at + 1] != b"A" else b"B"
    path.write_bytes(raw[:at] + other + raw[at + 1 :])


def test_no_line_is_long_enough_to_be_broken_on_paper(commands):
    assert max(len(line) for lines, _ in commands for line in lines.splitlines()) <= 66


@TOOLS
@pytest.mark.parametrize("shell", ["bash", "dash"])
def test_the_commands_of_the_page_are_right(commands, folder, shell):
    if not (path := shutil.which(shell)):
        pytest.skip(f"no {shell}")
    assert follow(commands, folder, path) == [True] * 4


@TOOLS
def test_every_entry_can_be_climbed(commands, folder):
    for number in (2, 3):
        signed, head, _, climbed = follow(at_entry(commands, number), folder)
        assert (signed, head, climbed) == (True, True, True)


@TOOLS
@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (rb"^content 1 (.+)$", [True, True, False, False]),
        (rb"^salt 1 (.+)$", [True, True, False, False]),
        (rb"^path 1 [LR] (.+)$", [True, True, True, False]),
        (rb"BEGIN CHECKPOINT-----\n.+\n(\d+)\n", [True, False, True, True]),
        (rb"BEGIN CHECKPOINT-----\n.+\n\d+\n(.+)\n", [True, False, True, False]),
        (rb"^\xe2\x80\x94 \S+ (.+)$", [True, False, True, True]),
        (rb"^received (.+)$", [False, True, True, True]),
        (rb"^leaf (.+)$", [False, True, False, True]),
        (rb"^signature (.+)$", [False, True, True, True]),
    ],
)
def test_one_changed_byte_is_found(commands, folder, pattern, expected):
    damage(folder, "proof.txt", pattern)
    assert follow(commands, folder) == expected


@TOOLS
def test_another_key_is_found(commands, folder):
    shutil.copy(folder / "log-key.pem", folder / "receipts-key.pem")
    assert follow(commands, folder) == [False, True, True, True]


# -- the same in Python, written from the README alone ----------------------------------------------------------------


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def independent(text, log_pem):
    """Check a proof file; give the entries' contents."""
    lines = text.split("\n")
    note = text.split("-----BEGIN CHECKPOINT-----\n")[1].split("-----END CHECKPOINT-----")[0]
    body, signature = note.split("\n\n")
    load_pem_public_key(log_pem).verify(base64.b64decode(signature.split()[2])[4:], body.encode() + b"\n")
    root = base64.b64decode(body.split("\n")[2])
    contents = []
    for number in range(1, int(next(x for x in lines if x.startswith("entries ")).split()[1]) + 1):
        one = {
            name: [x.split()[2:] for x in lines if x.startswith(f"{name} {number} ")] for name in ("salt", "content")
        }
        salt, content = (base64.b64decode(one[name][0][0]) for name in ("salt", "content"))
        node = sha(b"\x00", sha(b"bandeng/leaf/v1\x00", salt, content))
        for side, hash_ in (x.split()[2:] for x in lines if x.startswith(f"path {number} ")):
            other = base64.b64decode(hash_)
            node = sha(b"\x01", other, node) if side == "L" else sha(b"\x01", node, other)
        assert node == root
        contents.append(json.loads(content))
    return contents


def test_an_independent_reader_comes_to_the_same(case, folder):
    text = (folder / "proof.txt").read_text()
    contents = independent(text, (folder / "log-key.pem").read_bytes())
    assert [one["kind"] for one in contents] == ["case.registered", "case.added_to", "case.added_to"]
    assert {one["subject_key"] for one in contents} == {str(case.pk)}
    assert contents[0]["payload"]["case"]["code"] == case.code


def test_a_proof_file_holds_neither_words_nor_identity(folder):
    text = (folder / "proof.txt").read_text()
    contents = b"".join(base64.b64decode(part) for part in re.findall(r"^content \d+ (.+)$", text, re.MULTILINE))
    for hidden in ("张桂兰", "13900000001", "腿断了", "补贴"):
        assert hidden not in text
        assert hidden not in contents.decode()


def test_what_is_pending_is_said_to_be(case, client):
    cases.add_words(case.pk, "再加一句", by=cases.hand.resident(case.pk), now=LATER)
    text = client.post(f"/proof/{case.code}.txt", {"secret": case.secret()}).content.decode()
    assert "entry 4 case.added_to pending\n" in text
    assert "path 4" not in text


@pytest.mark.parametrize("size", range(1, 40))
def test_sides_follow_from_index_and_size(size):
    leaves = [sha(b"\x00", bytes([n])) for n in range(size)]

    def read(level, index):
        return merkle.root_of(leaves[index << level : (index + 1) << level])

    for index in range(size):
        node = leaves[index]
        path = merkle.inclusion_path(read, index, size)
        for side, other in zip(merkle.sides_of(index, size), path, strict=True):
            node = sha(b"\x01", other, node) if side == "L" else sha(b"\x01", node, other)
        assert node == merkle.root_of(leaves)
