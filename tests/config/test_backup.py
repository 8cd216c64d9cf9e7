"""Backups taken while people register, restored in another place: whole, proven, and without what was erased since."""

import hashlib
import io
import json
import shutil
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from tests.commits import in_threads
from tests.config.backup_site import PASSPHRASE, Site, drop_database, empty_database
from tests.ground.hostile import jpeg
from tests.world import MONDAY, build

from bandeng.config.backup import bundle, manifest, restoring, taking
from bandeng.ground.core import api as core
from bandeng.ground.files import api as files
from bandeng.ground.ledger import api as ledger
from bandeng.speak.casework import api as cases

CANARY = "金丝雀叫了三声"
RECEIPT = "case = cases.case_by_receipt(*sys.argv[1:3]); print(json.dumps(case and case.statement()))"
FILE = (
    "from bandeng.ground.files import api as files; import hashlib\n"
    "row = files.files_of('case', cases.Case.objects.get(code=sys.argv[1]).pk)[0]\n"
    "print(json.dumps(hashlib.sha256(b''.join(files.open_clean(row))).hexdigest()))"
)
WORDS = (
    "from bandeng.ground.core import api as core\nfrom bandeng.ground.acts import api as acts\n"
    "case = cases.Case.objects.get(code=sys.argv[1]); found = [case.words_masked]\n"
    "for key in core.SealKey.objects.all():\n"
    "    for sealed, context in [(case.words, case.words_context())]:\n"
    "        try: found.append(key.open(bytes(sealed), context))\n"
    "        except core.CannotOpen: pass\n"
    "from bandeng.faces.proof.standing import standing\n"
    "print(json.dumps([''.join(found), str(standing(case).state), standing(case).is_complete]))"
)


@pytest.fixture
def home(tmp_path, monkeypatch):
    place = tmp_path / "home"
    place.mkdir()
    monkeypatch.setattr(settings, "HOME", place)
    monkeypatch.setattr(settings, "FILES_DIR", place / "files")
    settings.KEYRING.make_all()
    return place


@pytest.fixture
def county(committed_database, home):
    return build()


@pytest.fixture
def bundled(home, tmp_path):
    """Give the key bundle of the running installation."""
    bundle.export(settings.KEYRING.directory, tmp_path / "all.keys", PASSPHRASE)
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n")
    return tmp_path / "all.keys"


@pytest.fixture
def elsewhere(county, tmp_path):
    """Make an empty place to restore to; on PostgreSQL with an empty database."""
    name = f"restored_{abs(hash(str(tmp_path))) % 10**8}"
    database = empty_database(name) if connection.vendor == "postgresql" else ""
    yield Site(tmp_path / "new", tmp_path / "new" / "keys", database)
    if database:
        drop_database(name)


def backup(tmp_path, name="backup", **more):
    return taking.take(tmp_path / name, now=lambda: MONDAY, **more)


def restore(site, folder, bundled, *more):
    """Bring the keys, then restore; the register of the home that ran is given as an administrator would."""
    keys = site.bandeng("keys", "import", "--from", bundled, "--home", site.home, "--passphrase-file",
                        bundled.parent / "passphrase")  # fmt: skip
    assert keys.returncode == 0, keys.stderr
    where = ["--database", site.database] if site.database else []
    return site.bandeng("restore", "--from", folder, "--home", site.home, *where, "--json", *more)


def sequence():
    while ledger.sequence(now=MONDAY):
        pass


def ended(county, words=CANARY, photo=""):
    case = county.registered(words=words)
    if photo:
        cases.attach(case.pk, io.BytesIO(jpeg()), photo, by=cases.hand.resident(case.pk), now=MONDAY)
    cases.withdraw(case.pk, by=cases.hand.resident(case.pk), now=MONDAY)
    return county.fresh(case)


def erase(county, case):
    row = cases.propose_erasure(
        case.pk, ground="request", reason="本人申请", by=county.hand("zhoutao"), now=MONDAY + timedelta(days=1)
    )
    cases.confirm_erasure(row.pk, by=county.hand("auditadmin"), now=MONDAY + timedelta(days=1))


@pytest.mark.parametrize("with_copy", [False, True], ids=["whole", "copy"])
def test_a_backup_under_writes_is_an_installation_again(county, home, tmp_path, elsewhere, bundled, with_copy):
    if with_copy and connection.vendor == "sqlite":
        pytest.skip("COPY is PostgreSQL's")
    first = county.registered(words=CANARY)
    cases.attach(first.pk, io.BytesIO(jpeg()), "a.jpg", by=cases.hand.resident(first.pk), now=MONDAY)
    while files.clean_pending(now=MONDAY):
        pass
    (row,) = files.files_of("case", first.pk)
    content = b"".join(files.open_clean(row))
    sequence()
    is_over, is_begun, made = threading.Event(), threading.Event(), []

    def register():
        while not is_over.is_set() and len(made) < 3000:
            case = county.registered(words=f"{CANARY} {len(made)}")
            if len(made) % 7 == 0:
                cases.attach(case.pk, io.BytesIO(jpeg()), "b.jpg", by=cases.hand.resident(case.pk), now=MONDAY)
                files.clean_pending(now=MONDAY)  # takes an original off the disk, but for the backup
                ledger.sequence(now=MONDAY, limit=20)
            made.append(case.pk)
            if len(made) == 10:
                is_begun.set()

    def back_up():
        assert is_begun.wait(60)
        try:
            return backup(tmp_path, with_copy=with_copy)
        finally:
            is_over.set()

    _none, taken = in_threads(register, back_up)
    assert taken.absent == [] and taken.ledger_size >= 2 and taken.file_count >= 1
    assert not list((tmp_path / "backup").rglob("*.key")) and taken.keys["tokens.key"]
    done = restore(elsewhere, tmp_path / "backup", bundled)
    assert done.returncode == 0, done.stderr + done.stdout
    told = json.loads(done.stdout)
    assert (told["ledger_size"], told["root"], told["broken"]) == (taken.ledger_size, taken.ledger_root, [])
    assert elsewhere.bandeng("worker", "--once").returncode == 0
    verified = elsewhere.bandeng("verify", "--json")
    assert json.loads(verified.stdout)["is_intact"], verified.stdout
    checked = json.loads(elsewhere.bandeng("check", "--json").stdout)
    assert [f for f in checked["findings"] if not f["is_warning"]] == []
    assert elsewhere.ask(RECEIPT, first.code, first.secret()) == CANARY
    assert elsewhere.ask(FILE, first.code) == hashlib.sha256(content).hexdigest()
    keyless = Site(
        elsewhere.home, tmp_path / "no-keys", elsewhere.database or f"sqlite:///{elsewhere.home}/bandeng.sqlite3"
    )
    assert keyless.ask(RECEIPT, first.code, first.secret()) is None


def test_what_was_erased_after_the_backup_does_not_come_back(county, home, tmp_path, elsewhere, bundled):
    case = ended(county, photo=f"{CANARY}.jpg")
    sequence()
    taken = backup(tmp_path)
    erase(county, case)
    done = restore(elsewhere, tmp_path / "backup", bundled, "--erasures", home / "erasures.log")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["erased_again"], told["root"]) == (1, taken.ledger_root)
    assert elsewhere.bandeng("worker", "--once").returncode == 0
    assert elsewhere.ask(WORDS, case.code) == ["", "erased", True]
    assert json.loads(elsewhere.bandeng("verify", "--json").stdout)["is_intact"]
    assert [path for path in (elsewhere.home / "files").rglob("*") if path.is_file()] == []
    if not elsewhere.database:
        found = [p.name for p in elsewhere.home.rglob("*") if p.is_file() and CANARY.encode() in p.read_bytes()]
        assert found == []
    # A backup of what was restored carries the register on.
    assert len((elsewhere.home / "erasures.log").read_text().splitlines()) == 1


def test_the_backups_own_register_is_enough_where_the_erasure_came_before(county, home, tmp_path, elsewhere, bundled):
    case = ended(county)
    erase(county, case)
    assert len((home / "erasures.log").read_text().splitlines()) == 1
    sequence()
    backup(tmp_path, with_copy=True)  # on PostgreSQL: pg_dump would compress, and hide what is looked for
    parts = [p for p in (tmp_path / "backup").rglob("*") if p.is_file() and CANARY.encode() in p.read_bytes()]
    assert parts == []
    done = restore(elsewhere, tmp_path / "backup", bundled)
    assert done.returncode == 0 and json.loads(done.stdout)["erased_again"] == 0, done.stderr
    assert elsewhere.ask(WORDS, case.code)[0] == ""


def test_a_backup_altered_anywhere_is_refused_and_nothing_is_written(county, home, tmp_path, elsewhere, bundled):
    county.registered()
    sequence()
    backup(tmp_path)
    folder = tmp_path / "backup"
    keys = settings.KEYRING.directory
    body = (folder / "manifest.json").read_bytes()
    for at in range(0, len(body), max(1, len(body) // 40)):
        (folder / "manifest.json").write_bytes(body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :])
        with pytest.raises((manifest.BadBackup, restoring.CannotRestore)):
            restoring.check_before(folder, elsewhere.home, keys)
    (folder / "manifest.json").write_bytes(body)
    restoring.check_before(folder, elsewhere.home, keys)
    for part in sorted(json.loads(body)["parts"]):
        whole = (folder / part).read_bytes()
        (folder / part).write_bytes(whole + b"\n")
        with pytest.raises(manifest.BadBackup):
            restoring.check_before(folder, elsewhere.home, keys)
        (folder / part).write_bytes(whole)
    (folder / "manifest.json").write_bytes(body[:50] + bytes([body[50] ^ 1]) + body[51:])
    done = restore(elsewhere, folder, bundled)
    assert done.returncode == 3 and [p.name for p in elsewhere.home.iterdir()] == ["keys"]


def test_a_home_that_is_not_empty_a_missing_key_and_a_home_half_restored(county, home, tmp_path, elsewhere, bundled):
    county.registered()
    sequence()
    backup(tmp_path)
    folder = tmp_path / "backup"
    lacking = elsewhere.bandeng("restore", "--from", folder, "--home", elsewhere.home)
    assert lacking.returncode == 3 and "words-1.key" in lacking.stderr and not elsewhere.home.exists()
    elsewhere.home.mkdir()
    (elsewhere.home / "somebody.txt").write_text("mine")
    done = restore(elsewhere, folder, bundled)
    assert done.returncode == 3 and "somebody.txt" in done.stderr
    (elsewhere.home / "somebody.txt").unlink()
    assert restore(elsewhere, folder, bundled).returncode == 0
    again = restore(elsewhere, folder, bundled)
    assert again.returncode == 3
    (elsewhere.home / restoring.MARK).write_text("")
    for command in (["worker", "--once"], ["verify"]):
        assert elsewhere.bandeng(*command).returncode == 3
    with pytest.raises(taking.CannotBackUp):
        backup(tmp_path)


def test_a_missing_file_is_named_and_a_second_backup_waits(county, home, tmp_path):
    case = county.registered()
    cases.attach(case.pk, io.BytesIO(jpeg()), "a.jpg", by=cases.hand.resident(case.pk), now=MONDAY)
    (row,) = files.files_of("case", case.pk)
    (settings.FILES_DIR / row.path).unlink()
    assert backup(tmp_path).absent == [row.path]
    core.Lease.objects.claim("backup", "somebody", now=MONDAY, seconds=60)
    with pytest.raises(taking.CannotBackUp):
        backup(tmp_path, "another")


def test_the_bundle_opens_with_its_passphrase_alone_and_replaces_no_key(home, tmp_path, bundled):
    to = tmp_path / "keys"
    with pytest.raises(bundle.BadBundle):
        bundle.import_(bundled, to, "another passphrase")
    assert not to.exists()
    names = bundle.import_(bundled, to, PASSPHRASE)
    assert names == settings.KEYRING.fingerprints() and "session.key" not in names
    assert {oct(p.stat().st_mode)[-3:] for p in to.iterdir()} == {"600"}
    assert bundle.import_(bundled, to, PASSPHRASE) == {}
    (to / "tokens.key").write_bytes(b"x" * 32)
    with pytest.raises(bundle.BadBundle):
        bundle.import_(bundled, to, PASSPHRASE)
    content = bundled.read_bytes()
    for key in settings.KEYRING.directory.glob("*.key"):
        assert key.read_bytes().hex().encode() not in content
    with pytest.raises(FileExistsError):
        bundle.export(settings.KEYRING.directory, bundled, PASSPHRASE)
    with pytest.raises(bundle.BadBundle):
        bundle.export(settings.KEYRING.directory, tmp_path / "short.keys", "short")
    document = json.loads(content)
    document["keys"]["tokens.key"] = "0" * 16
    Path(bundled).write_text(json.dumps(document))
    shutil.rmtree(to)
    with pytest.raises(bundle.BadBundle):
        bundle.import_(bundled, to, PASSPHRASE)
