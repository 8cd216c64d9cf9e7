"""The public pages of the log: what a resident is told, and that nobody can try secrets at leisure."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from tests.world import MONDAY

from bandeng.engines import merkle
from bandeng.faces.proof.standing import State, standing
from bandeng.ground.acts import api as acts
from bandeng.ground.core import clock
from bandeng.ground.ledger import api as ledger
from bandeng.speak.casework import api as cases
from bandeng.speak.casework import receipts

acts.register(acts.Kind("test.erased", staff="Erased"))
LATER = MONDAY + timedelta(hours=2)


@pytest.fixture(autouse=True)
def later(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def case(world):
    case = world.registered()
    cases.add_words(case.pk, "还有一件", by=cases.hand.resident(case.pk), now=MONDAY)
    world.registered(words="别人的事")
    ledger.sequence(now=MONDAY)
    return world.fresh(case)


def unguarded(sql, *values):
    """Change the acts as somebody could who owns the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE acts_act DISABLE TRIGGER USER")
        else:
            for name in ("act_fixed", "act_emptied_only", "act_kept"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        cursor.execute(sql, values)


def stored(key):
    return key if connection.vendor == "postgresql" else key.hex


def check(client, case, secret=None):
    return client.post("/proof/", {"code": case.code.lower(), "secret": secret or case.secret()})


def test_what_is_unchanged_is_said_so_with_its_place(client, case):
    page = check(client, case)
    assert page.status_code == 200
    assert "没有人改动过" in page.content.decode()
    assert "登记簿第 1 条（一共 3 条）" in page.content.decode()
    assert page["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_what_waits_is_no_error(client, case):
    cases.add_words(case.pk, "再说一句", by=cases.hand.resident(case.pk), now=LATER)
    page = check(client, case).content.decode()
    assert "还有一步正在记进登记簿" in page
    assert "对不上" not in page


def test_a_changed_date_is_found_and_the_supervision_is_named(client, case):
    first = acts.history("case", case.pk)[0]
    unguarded("UPDATE acts_act SET kind = 'case.imported' WHERE id = %s", stored(first.pk))
    page = check(client, case).content.decode()
    assert "登记簿和您的事对不上了" in page
    assert "县督查室" in page
    assert [entry.state for entry in standing(case).entries] == [State.BROKEN, State.UNCHANGED]


@pytest.mark.parametrize("which", [0, 1])
def test_an_act_that_was_taken_away_is_found(client, case, which):
    gone = acts.history("case", case.pk)[which]
    unguarded("DELETE FROM acts_act WHERE id = %s", stored(gone.pk))
    assert standing(case).state is State.BROKEN
    assert "至少缺了一步" in check(client, case).content.decode()


def test_erasing_needs_a_decision_in_the_record(client, case):
    second = acts.history("case", case.pk)[1]
    acts.Act.objects.filter(pk=second.pk).update(salt=None)
    assert standing(case).state is State.BROKEN
    with transaction.atomic():
        draft = acts.Draft("test.erased", "case", case.pk, acts.system("test"), payload={"acts": [str(second.pk)]})
        decision = acts.emit(draft, now=LATER)
    ledger.sequence(now=LATER)
    found = standing(case)
    assert (found.state, found.entries[1].erased_by) == (State.ERASED, decision)
    page = check(client, case).content.decode()
    assert "有一部分经过决定删去了" in page
    text = client.post(f"/proof/{case.code}.txt", {"secret": case.secret()}).content.decode()
    assert "entry 2 case.added_to erased by entry 3\n" in text


def test_a_head_that_the_log_did_not_sign_breaks_all(case, monkeypatch):
    other = merkle.VerifierKey("other.example/log", b"\x07" * 32)
    monkeypatch.setattr(ledger, "note_verifier_key", lambda: str(other))
    assert standing(case).state is State.BROKEN


def test_a_wrong_letter_in_the_code_costs_no_try(client, case):
    for _ in range(7):
        page = client.post("/proof/", {"code": case.code[:-1] + "?", "secret": case.secret()})
        assert page.status_code == 422
    assert check(client, case).status_code == 200


def test_five_wrong_secrets_end_the_trying_on_every_page(client, case):
    for _ in range(5):
        assert check(client, case, "22222222").status_code == 422
    assert check(client, case).status_code == 429
    assert client.post(f"/proof/{case.code}.txt", {"secret": case.secret()}).status_code == 429


def test_the_proof_file_opens_with_the_receipts_cookie_too(client, case, world):
    assert client.get(f"/proof/{case.code}.txt").status_code == 404
    response = cases.remember(client.get("/proof/keys.txt"), case)
    client.cookies[next(iter(response.cookies))] = next(iter(response.cookies.values())).value
    answer = client.get(f"/proof/{case.code}.txt")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="{case.code}.txt"'
    other = world.registered(words="别人的")
    assert client.get(f"/proof/{other.code}.txt").status_code == 404


# -- a receipt's text -------------------------------------------------------------------------------------------------


def paste(client, text):
    return client.post("/proof/", {"text": text})


def test_a_receipt_holds_while_the_log_grows(client, case, world):
    receipt = receipts.receipt_for(case, now=MONDAY)
    for number in range(4):
        world.registered(words=f"后来的事 {number}")
    ledger.sequence(now=LATER)
    page = paste(client, receipt.document.replace("\n", "\r\n") + "  \r\n").content.decode()
    assert "回执是真的" in page
    assert "（一共 7 条）" in page
    assert "登记簿有 3 条" in page


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("received 2026-11-23", "received 2026-11-24", "没有我们的签名"),
        ("procedure general", "procedure consult", "没有我们的签名"),
        ("procedure general", "procedure", "没有我们的签名"),
        ("bandeng receipt v1", "bandeng receipt v2", "不完整"),
        ("leaf ", "leaf x", "不完整"),
    ],
)
def test_a_receipt_that_was_changed_is_refused(client, case, old, new, told):
    text = receipts.receipt_for(case, now=MONDAY).document.replace(old, new)
    assert told in paste(client, text).content.decode()


def resigned(case, settings, **changes):
    """Give what a receipt would be had it said something else and been signed."""
    from dataclasses import replace

    changed = replace(receipts.receipt_for(case, now=MONDAY), **changes)
    return replace(changed, signature=settings.KEYRING.signing("receipts").sign(changed.text.encode())).document


@pytest.mark.parametrize(
    "changes", [{"leaf": b"\x01" * 32}, {"head_root": b"\x01" * 32}, {"head_size": 99}, {"code": "2222222222"}]
)
def test_a_signed_receipt_that_the_log_contradicts_is_an_alarm(client, case, settings, changes):
    assert "可是有地方对不上" in paste(client, resigned(case, settings, **changes)).content.decode()


def test_a_receipt_reads_back_as_it_was_written(case):
    receipt = receipts.receipt_for(case, now=MONDAY)
    assert receipts.parse(receipt.document) == receipt
    assert receipts.verify(receipt.text, receipt.signature, receipt.public_key)
    assert not receipts.verify(receipt.text + " ", receipt.signature, receipt.public_key)
    assert receipt.short_head == ledger.short_head()
    assert receipt.received_at == MONDAY
    assert "张桂兰" not in receipt.document


def test_the_first_receipt_of_an_empty_log_holds(client, world):
    case = world.registered()
    receipt = receipts.receipt_for(case, now=MONDAY)
    assert (receipt.head_size, receipt.head_root) == (0, merkle.EMPTY_ROOT)
    assert "一分钟之内就记进登记簿" in paste(client, receipt.document).content.decode()
    ledger.sequence(now=MONDAY)
    assert "回执是真的" in paste(client, receipt.document).content.decode()


def test_the_qr_holds_the_address_and_no_style(case, settings):
    settings.BASE_URL = "https://bandeng.example"
    assert receipts.url(case) == f"https://bandeng.example/r/{case.code}/{case.secret()}"
    drawn = receipts.qr(case)
    assert drawn.startswith("<svg") and "style" not in drawn


# -- the log's files --------------------------------------------------------------------------------------------------


def test_strangers_rebuild_the_root_from_the_tiles(client, case):
    key = merkle.VerifierKey.parse(client.get("/proof/keys.txt").content.decode().splitlines()[0])
    answer = client.get("/proof/checkpoint")
    head = merkle.open_checkpoint(answer.content.decode(), key)
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("text/plain; charset=utf-8", "no-cache")
    tile = client.get(f"/proof/tile/0/000.p/{head.size}")
    assert tile["Content-Type"] == "application/octet-stream"
    assert "immutable" in tile["Cache-Control"]
    leaves = [tile.content[at : at + 32] for at in range(0, len(tile.content), 32)]
    assert (len(leaves), merkle.root_of(leaves)) == (head.size, head.root)


@pytest.mark.parametrize("path", ["0/000", "0/000.p/4", "0/0", "1/000", "entries/000", "0/000.p/256"])
def test_no_tile_beyond_the_head_or_of_another_spelling(client, case, path):
    assert client.get(f"/proof/tile/{path}").status_code == 404


@pytest.mark.django_db
def test_an_empty_log_has_its_page_and_no_files(client):
    page = client.get("/proof/")
    assert (page.status_code, "这里会公布登记簿的总指纹" in page.content.decode()) == (200, True)
    assert client.get("/proof/checkpoint").status_code == 404
    assert client.get("/proof/sessions-key.pem").status_code == 404


def test_the_page_shows_the_head_and_what_waits(client, case, world):
    world.registered(words="刚说的")
    page = client.get("/proof/").content.decode()
    assert ledger.short_head() in page
    assert "还有 1 条在等" in page


def test_the_last_head_of_each_day_is_shown_and_no_other(client, world):
    """Days are Shanghai's: what is signed at half past midnight there belongs to the new day."""
    midnight = MONDAY.replace(hour=0, minute=0)
    for when in (midnight - timedelta(minutes=1), midnight + timedelta(minutes=30), MONDAY):
        world.registered(now=when)
        ledger.sequence(now=when)
    heads = ledger.heads_by_day(14)
    assert [(head.size, head.signed_at) for head in heads] == [(3, MONDAY), (1, midnight - timedelta(minutes=1))]
    page = client.get("/proof/").text
    for head, day in zip(heads, ("2026年11月23日（星期一）", "2026年11月22日（星期日）"), strict=True):
        row = page[page.index(f"{day}", page.index("<tbody")) :].split("</tr>")[0]
        assert f"{head.size} 条" in row and head.root_bytes.hex()[:8] in row
    assert "2 条" not in page.split("<tbody")[1].split("</tbody>")[0]
    assert len(ledger.heads_by_day(1)) == 1


def test_the_first_page_leads_here(client, db):
    assert 'href="/proof/"' in client.get("/").content.decode()
