"""`bandeng verify` in strangers' hands: files and public keys, no installation; every changed byte is named.

What the log should say is worked out here once more, from RFC 6962 alone.
"""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from tests.config.test_backup import erase
from tests.world import MONDAY

from bandeng.config import cli
from bandeng.engines import merkle
from bandeng.faces.proof import files
from bandeng.ground.acts import api as acts
from bandeng.ground.ledger import api as ledger
from bandeng.ground.ledger.models import LedgerEntry, LedgerHead
from bandeng.speak.casework import api as cases

SOURCE = Path(cli.__file__).resolve().parents[3]
GUIDE = SOURCE.parent / "docs" / "how-to" / "prove-from-outside.md"
LATER = MONDAY + timedelta(minutes=5)
ENTRIES = 300


@pytest.fixture
def as_in_a_shell(monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "BANDENG_DEBUG"):
        monkeypatch.delenv(name, raising=False)


pytestmark = pytest.mark.usefixtures("as_in_a_shell")


@pytest.fixture
def case(world):
    """Make a case of three acts among those of others, in a log of more than one tile, signed many times."""
    for number in range(8):
        world.registered(words=f"邻居的事 {number}")
    ledger.sequence(now=MONDAY, limit=5)
    case = world.registered()
    cases.add_words(case.pk, "还有一件:补贴没到账", by=cases.hand.resident(case.pk), now=MONDAY)
    ledger.sequence(now=MONDAY)
    cases.add_words(case.pk, "谢谢", by=cases.hand.resident(case.pk), now=LATER)
    ledger.sequence(now=LATER)
    rest = ENTRIES - LedgerEntry.objects.count()
    others = [(UUID(int=number + 1), merkle.leaf_hash_of(sha(b"%d" % number))) for number in range(rest)]
    ledger.append(others, now=LATER)
    while ledger.sequence(now=LATER, limit=70):
        pass
    assert ledger.head().size == ENTRIES
    return world.fresh(case)


@pytest.fixture
def folder(case, client, tmp_path, capsys):
    """Give what a stranger holds: proof file, keys, an exported log, a head of last year."""
    answer = client.post(f"/proof/{case.code}.txt", {"secret": case.secret()})
    (tmp_path / "proof.txt").write_bytes(answer.content)
    for name in files.KEYS:
        (tmp_path / f"{name}-key.pem").write_bytes(client.get(f"/proof/{name}-key.pem").content)
    (tmp_path / "keys.txt").write_bytes(client.get("/proof/keys.txt").content)
    assert cli.main(["export", "log", "--to", str(tmp_path / "log"), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["size"], told["tiles"]) == (ENTRIES, 3)
    (tmp_path / "old").write_text(LedgerHead.objects.order_by("size")[1].note)
    (tmp_path / "new").write_bytes(client.get("/proof/checkpoint").content)
    return tmp_path


@pytest.fixture
def verify(folder, capsys):
    """Give a function that types a command in the folder; it answers with exit code and JSON."""

    def run(*words):
        capsys.readouterr()
        place = [str(folder / word) if (folder / word).exists() else word for word in words]
        code = cli.main(["verify", *place, "--json"])
        return code, json.loads(capsys.readouterr().out or "null")

    return run


RECEIPT = ("--receipt", "proof.txt", "--key", "log-key.pem", "--receipts-key", "receipts-key.pem")
LOG = ("--log", "log", "--key", "log-key.pem")
HEADS = ("--heads", "old", "new", *LOG)

# -- RFC 6962 from its text, sharing nothing with the engine -----------------------------------------------------------


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def mth(leaves):
    """Give the Merkle tree hash of leaf hashes, by the definition of section 2.1."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha(b"\x01", mth(leaves[:half]), mth(leaves[half:]))


def proof(size, leaves, is_whole=True):
    """Give PROOF(m, D[n]) by the definition of section 2.1.2."""
    if size == len(leaves):
        return [] if is_whole else [mth(leaves)]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    if size <= half:
        return [*proof(size, leaves[:half], is_whole), mth(leaves[half:])]
    return [*proof(size - half, leaves[half:], False), mth(leaves[:half])]


def leaves_in(folder):
    raw = b"".join((folder / "log" / path).read_bytes() for path in ("tile/0/000", "tile/0/001.p/44"))
    return [raw[at : at + 32] for at in range(0, len(raw), 32)]


# -- what holds --------------------------------------------------------------------------------------------------------


def test_it_runs_where_nothing_is_installed_and_makes_nothing(folder):
    nowhere = folder / "nowhere"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BANDENG_", "DJANGO_", "L"))}
    for words in (RECEIPT, LOG, HEADS):
        done = subprocess.run(
            [sys.executable, "-m", "bandeng.config.cli", "verify", *words],
            env={**kept, "PYTHONPATH": str(SOURCE), "BANDENG_HOME": str(nowhere), "BANDENG_DATABASE": "mysql://nobody"},
            cwd=folder, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        assert "It holds." in done.stdout
    assert not nowhere.exists()


def test_a_proof_file_is_told_in_plain_words(case, folder, capsys):
    place = [str(folder / word) if (folder / word).exists() else word for word in RECEIPT]
    assert cli.main(["verify", *place]) == 0
    told = capsys.readouterr().out
    root = mth(leaves_in(folder)).hex()
    number = ledger.proof(acts.history("case", case.pk)[0].pk).leaf_index
    assert f"is entry {number + 1} of the log, unchanged" in told and case.code in told
    assert f"Head of {ENTRIES} entries, fingerprint {root}" in told
    assert files.fingerprint("log") in told and "signed by the office" in told
    assert "张桂兰" not in told and "补贴" not in told


def test_without_a_key_it_says_that_the_file_only_agrees_with_itself(folder, verify, capsys):
    code, told = verify("--receipt", "proof.txt")
    assert (code, told["key_is_given"], told["receipt_signature_checked"]) == (0, False, False)
    cli.main(["verify", "--receipt", str(folder / "proof.txt")])
    assert "only agrees with itself" in capsys.readouterr().out


def test_the_key_may_be_the_line_for_public_tools(verify):
    assert verify("--log", "log", "--key", "keys.txt")[0] == 0
    assert verify("--receipt", "proof.txt", "--key", "keys.txt", "--log", "log")[0] == 0


def test_the_export_is_what_the_public_pages_serve_and_nothing_else(folder, client, verify):
    names = {path.relative_to(folder / "log").as_posix() for path in (folder / "log").rglob("*") if path.is_file()}
    assert names == {"checkpoint", "heads.txt", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"}
    for name in names - {"heads.txt"}:
        assert client.get(f"/proof/{name}").content == (folder / "log" / name).read_bytes()
    root = mth(leaves_in(folder)).hex()
    code, told = verify(*LOG)
    assert (code, told["size"], told["root"]) == (0, ENTRIES, root)
    assert told["heads"] == LedgerHead.objects.count() > 3
    assert cli.main(["export", "log", "--to", str(folder / "log")]) == 3  # never over something


def test_two_heads_are_compared_by_the_proof_of_the_rfc(folder, verify):
    code, told = verify(*HEADS)
    leaves = leaves_in(folder)
    assert (code, told["comparison"]) == (0, "grown")
    assert [base64.b64decode(each) for each in told["proof"]] == proof(told["old"]["size"], leaves)
    assert told["old"]["root"] == mth(leaves[: told["old"]["size"]]).hex()
    assert verify("--heads", "new", "new", *LOG)[1]["comparison"] == "same"


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl")
def test_the_log_saved_from_the_public_pages_as_the_guide_says(folder, verify):
    (loop,) = re.findall(r"```\n(site=.*?)```", GUIDE.read_text(), re.DOTALL)
    (folder / "site").mkdir()
    (folder / "log").rename(folder / "site/proof")
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder / "site"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        script = loop.replace("https://example.org", f"http://127.0.0.1:{server.server_port}")
        done = subprocess.run(["/bin/sh", "-c", script], cwd=folder, capture_output=True, timeout=60, check=False)
        server.shutdown()
    saved = [path for path in (folder / "log").rglob("*") if path.is_file()]
    assert len(saved) == 4, done.stderr
    assert verify(*LOG)[0] == 0


@pytest.mark.parametrize("words", [["--key", "k"], ["--log", "x"], ["--heads", "a", "b", "--key", "k"]])
def test_half_a_question_is_wrong_usage(words):
    assert cli.main(["verify", *words]) == 2


@pytest.mark.parametrize("words", [
    ("--receipt", "gone"),
    ("--log", "gone", "--key", "log-key.pem"),
    ("--log", "log", "--key", "proof.txt"),
    ("--log", "log", "--key", "gone"),
])  # fmt: skip
def test_what_is_not_there_or_no_key_is_3(verify, words):
    assert verify(*words)[0] == 3


# -- what is changed is named ------------------------------------------------------------------------------------------


def flip(path, at):
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1
    path.write_bytes(raw)


def test_every_changed_byte_of_a_proof_file_is_named(folder, verify):
    whole = (folder / "proof.txt").read_bytes()
    starts = [match.start() for match in re.finditer(rb"^", whole, re.MULTILINE)][:-1]
    ends = [whole.index(b"\n", start) for start in starts]
    middles = [(start + end) // 2 for start, end in zip(starts, ends, strict=True)]
    for at in sorted({*starts, *ends, *middles, *range(0, len(whole), 41)}):
        flip(folder / "proof.txt", at)
        code, told = verify(*RECEIPT)
        assert code == 1 and told["problems"], (at, whole[at - 20 : at + 20])
        (folder / "proof.txt").write_bytes(whole)


@pytest.mark.parametrize("pattern, place, kind", [
    (rb"^content 2 (.+)$", "entry 2", "leads-elsewhere"),
    (rb"^salt 1 (.+)$", "entry 1", "leads-elsewhere"),
    (rb"^path 3 [LR] (.+)$", "entry 3", "leads-elsewhere"),
    (rb"^code (.+)$", "line 3", "other-code"),
    (rb"BEGIN CHECKPOINT-----\n.+\n\d+\n(.+)\n", "checkpoint", "not-signed"),
    (rb"^due (.+)$", "receipt", "not-signed"),
    (rb"^leaf (.+)$", "receipt", "other-leaf"),
])  # fmt: skip
def test_it_says_what_was_changed(folder, verify, pattern, place, kind):
    path = folder / "proof.txt"
    match = re.search(pattern, path.read_bytes(), re.MULTILINE)
    raw, at = bytearray(path.read_bytes()), (match.start(1) + match.end(1)) // 2
    raw[at] = ord("4") if raw[at] != ord("4") else ord("5")
    path.write_bytes(raw)
    assert {"place": place, "kind": kind} in [
        {name: problem[name] for name in ("place", "kind")} for problem in verify(*RECEIPT)[1]["problems"]
    ]


def test_what_was_erased_by_a_decision_is_told_as_erased(world, client, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(settings, "HOME", tmp_path)
    case = world.registered()
    cases.withdraw(case.pk, by=cases.hand.resident(case.pk), now=MONDAY)
    erase(world, case)
    while ledger.sequence(now=LATER):
        pass
    file, key = tmp_path / "proof.txt", tmp_path / "log-key.pem"
    key.write_bytes(client.get("/proof/log-key.pem").content)
    file.write_text(files.proof_file(world.fresh(case), now=LATER))
    assert cli.main(["verify", "--receipt", str(file), "--key", str(key), "--json"]) == 0, capsys.readouterr().out
    states = [entry["state"] for entry in json.loads(capsys.readouterr().out)["entries"]]
    assert "erased" in states and "unchanged" in states
    file.write_text(re.sub(r"erased by entry \d+", "erased by entry 1", file.read_text()))
    assert cli.main(["verify", "--receipt", str(file), "--key", str(key), "--json"]) == 1
    assert "erased-undecided" in capsys.readouterr().out


def test_an_entry_left_out_is_missed(folder, verify):
    path = folder / "proof.txt"
    text = path.read_text().replace("entries 3\n", "entries 2\n")
    blocks = text.split("\n\n")
    del blocks[2]  # the second entry
    path.write_text(re.sub(r"^(entry|salt|content|path) 3 ", r"\1 2 ", "\n\n".join(blocks), flags=re.MULTILINE))
    assert [each["kind"] for each in verify(*RECEIPT)[1]["problems"]] == ["left-out"]


@pytest.mark.parametrize("name", ["checkpoint", "heads.txt", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"])
def test_every_changed_byte_of_an_export_is_named_with_its_file(folder, verify, name):
    path = folder / "log" / name
    whole = path.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 23)):
        flip(path, at)
        code, told = verify(*LOG)
        assert code == 1 and name in {each["place"] for each in told["problems"]}, at
        others = {each["place"] for each in told["problems"]} - {name, "checkpoint"}
        assert others == set(), (at, told["problems"])
        path.write_bytes(whole)


@pytest.mark.parametrize("name", ["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"])
def test_a_tile_cut_off_or_taken_away_is_named(folder, verify, name):
    path = folder / "log" / name
    path.write_bytes(path.read_bytes()[:-1])
    assert {"tile-size", name} <= {value for each in verify(*LOG)[1]["problems"] for value in each.values()}
    path.unlink()
    assert {"tile-missing", name} <= {value for each in verify(*LOG)[1]["problems"] for value in each.values()}


def test_a_tile_beyond_the_signed_head_is_named(folder, verify):
    (folder / "log/tile/0/002").write_bytes(b"\0" * 8192)
    assert [(each["place"], each["kind"]) for each in verify(*LOG)[1]["problems"]] == [("tile/0/002", "tile-extra")]


def test_the_key_of_another_log_proves_nothing(folder, verify):
    public = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32).public_key().public_bytes_raw()
    (folder / "log-key.pem").write_text(str(merkle.VerifierKey(settings.LOG_ORIGIN, public)))
    for words in (RECEIPT, LOG, HEADS):
        code, told = verify(*words)
        assert code == 1 and "not-signed" in {each["kind"] for each in told["problems"]}


# -- the log's own key holder rewrites or shortens it ------------------------------------------------------------------


def signed(size, root):
    return merkle.Checkpoint(settings.LOG_ORIGIN, size, root).sign(settings.KEYRING.signing("ledger"))


def kinds(verify, *words):
    code, told = verify(*words)
    return code, {each["kind"] for each in told["problems"]}


def test_a_fork_signed_with_the_right_key_is_named(folder, verify):
    leaves = leaves_in(folder)
    leaves[3] = sha(b"another history")
    (folder / "old").write_text(signed(200, mth(leaves[:200])))
    assert kinds(verify, *HEADS) == (1, {"fork"})
    (folder / "old").write_text(signed(ENTRIES, mth(leaves)))
    assert kinds(verify, *HEADS) == (1, {"fork"})
    with (folder / "log/heads.txt").open("a") as file:
        file.write("\n" + signed(ENTRIES, mth(leaves)))
    assert "fork" in kinds(verify, *LOG)[1]


def test_a_shrunken_log_is_named(folder, verify):
    leaves = leaves_in(folder)
    (folder / "new").write_text(signed(250, mth(leaves[:250])))
    (folder / "old").write_text(signed(280, mth(leaves[:280])))
    assert kinds(verify, *HEADS) == (1, {"shrunken"})
    more = [*leaves, sha(b"one more")]
    (folder / "old").write_text(signed(301, mth(more)))
    assert kinds(verify, *HEADS) == (1, {"beyond"})
    with (folder / "log/heads.txt").open("a") as file:
        file.write("\n" + signed(301, mth(more)))
    assert kinds(verify, *LOG) == (1, {"shrunken"})


def test_damage_is_not_taken_for_a_fork(folder, verify):
    flip(folder / "log/tile/0/000", 40)
    assert "fork" not in kinds(verify, *HEADS)[1]


def test_a_proof_file_of_another_history_is_not_in_the_export(folder, verify):
    for name in ("tile/0/000", "tile/1/000.p/1", "tile/0/001.p/44"):
        (folder / "log" / name).unlink()
    leaves = [sha(b"%d" % number) for number in range(ENTRIES)]
    (folder / "log/tile/0/000").write_bytes(b"".join(leaves[:256]))
    (folder / "log/tile/0/001.p/44").write_bytes(b"".join(leaves[256:]))
    (folder / "log/tile/1/000.p/1").write_bytes(mth(leaves[:256]))
    (folder / "log/checkpoint").write_text(signed(ENTRIES, mth(leaves)))
    (folder / "log/heads.txt").unlink()
    assert verify(*LOG)[0] == 0
    assert kinds(verify, *RECEIPT, "--log", "log") == (1, {"fork"})
