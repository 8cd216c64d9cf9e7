"""Words erased by two people's decision: gone everywhere, their proof kept, nothing on any page an error."""

import io
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from tests.ground.hostile import jpeg
from tests.speak.test_casework_desk import monday  # noqa: F401
from tests.speak.test_casework_loop import HOUR, REPLY, replied
from tests.world import MONDAY

from bandeng.config import checks
from bandeng.faces.proof.standing import State, standing
from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.files import api as files
from bandeng.ground.ledger import api as ledger
from bandeng.ground.messaging import api as messaging
from bandeng.ground.residents import api as residents
from bandeng.judge.evaluation import api as evaluation
from bandeng.judge.evaluation.models import Judgement
from bandeng.speak.casework import api as cases
from bandeng.speak.casework.services.erasing import CannotErase

CANARY = "金丝雀叫了三声"
DAY = timedelta(days=1)
LATER = MONDAY + 2 * DAY


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A home of its own: the register of one test is not that of another."""
    monkeypatch.setattr(settings, "HOME", tmp_path)
    monkeypatch.setattr(settings, "FILES_DIR", tmp_path / "files")
    return tmp_path


@pytest.fixture
def sms(monkeypatch):
    monkeypatch.setattr(settings, "SMS_URL", "http://127.0.0.1:9/sms")


def ended(world):
    """A whole matter with the canary wherever words can lie: said, added, answered, given as a reason, uploaded."""
    case = world.registered(words=f"低保的事。{CANARY}")
    resident = cases.hand.resident(case.pk)
    cases.attach(case.pk, io.BytesIO(jpeg()), f"{CANARY}.jpg", by=resident, now=MONDAY)
    cases.add_words(case.pk, f"还有。{CANARY}", by=resident, now=MONDAY)
    cases.save_draft("staff:1", f"case:{case.pk}:draft:0", {"opinion": CANARY}, now=MONDAY)
    cases.dispatch(case.pk, to=world.office("transport"), by=world.hand("chenfang"), now=MONDAY)
    cases.redispatch(
        case.pk, to=world.office("civil-affairs"), reason=f"因为{CANARY}", by=world.hand("chenfang"), now=MONDAY
    )
    cases.accept(case.pk, by=world.hand("liuyang"), now=MONDAY)
    text = cases.ReplyText(**{**vars(REPLY), "opinion": f"答复。{CANARY}"})
    cases.draft_reply(case.pk, text, by=world.hand("liuyang"), now=MONDAY)
    cases.approve(case.pk, by=world.hand("zhaojun"), now=MONDAY)
    cases.serve(case.pk, method="in_person", by=world.hand("liuyang"), now=MONDAY)
    evaluation.judge(
        case.pk,
        evaluation.Opinion(is_solved="yes", words=f"谢谢。{CANARY}"),
        by=resident,
        now=MONDAY + HOUR,
        idempotency_key="judged",
    )
    return world.fresh(case)


def proposed(world, case, reason="本人11月24日持身份证到窗口申请"):
    return cases.propose_erasure(case.pk, ground="request", reason=reason, by=world.hand("zhoutao"), now=MONDAY + DAY)


def erase(world, case):
    """Erase a case's words the way people do; callbacks after the commit run by hand."""
    act = cases.confirm_erasure(proposed(world, case).pk, by=world.hand("auditadmin"), now=LATER)
    cases.register_erasures()
    return act


def everything(case) -> str:
    """Give whatever of a case still opens with all keys there are, and every plain text of its rows."""
    found = [case.words_masked, *case.statements.values_list("words_masked", flat=True)]
    keys = [key for key in core.SealKey.objects.all() if key.wrapped is not None]
    sealed = [(case.words, case.words_context())]
    sealed += [(s.words, s.words_context()) for s in case.statements.all()]
    sealed += [(getattr(r, p), r.context(p)) for r in case.replies.all() for p in r.PARTS]
    sealed += [(a.reason, a.reason_context) for a in acts.history("case", case.pk)]
    sealed += [(f.original_name, f.name_context) for f in files.files_of("case", case.pk)]
    sealed += [(m.body, m.body_context) for m in messaging.messages_of("case", case.pk)]
    for value, context in sealed:
        for key in keys if value else ():
            try:
                found.append(key.open(bytes(value), context))
            except core.CannotOpen:
                continue
    return "\n".join(found)


def test_after_the_decision_nothing_opens_and_everything_is_proven(world, sms, home):
    case = ended(world)
    assert everything(case).count(CANARY) >= 6
    (stored,) = files.files_of("case", case.pk)
    assert (settings.FILES_DIR / stored.path).exists()
    old_key = case.seal_key_id
    while ledger.sequence(now=LATER):
        pass
    size, root = ledger.head().size, ledger.head().root_bytes
    act = erase(world, case)
    case = world.fresh(case)
    assert CANARY not in everything(case) and case.words_masked == ""
    assert core.SealKey.objects.get(pk=old_key).wrapped is None
    assert cases.load_draft("staff:1", f"case:{case.pk}:draft:0", now=MONDAY) == {}
    (stored,) = files.files_of("case", case.pk)
    assert (stored.state, stored.refusal, stored.path) == ("refused", "erased", "")
    assert {m.state for m in messaging.messages_of("case", case.pk) if m.channel == "sms"} <= {"cancelled", "sent"}
    assert residents.address_for_sending(case.resident_id) == residents.Identity()
    assert list(evaluation.altered()) == [] and not Judgement.objects.filter(words__isnull=False).exists()
    while ledger.sequence(now=LATER):
        pass
    assert ledger.consistency(size, ledger.head().size).old_root == root
    assert [found for found in acts.verify() if found] == [] and list(ledger.rebuild_check()) == []
    assert [found for found in cases.altered() if found] == []
    told = standing(case)
    assert told.state is State.ERASED and told.is_complete
    erased = [entry for entry in told.entries if entry.state is State.ERASED]
    assert {str(entry.act.pk) for entry in erased} == set(act.payload["acts"]) and len(erased) >= 4
    assert all(entry.erased_by.pk == act.pk for entry in erased)
    kept = [entry.act.kind for entry in told.entries if entry.state is State.UNCHANGED]
    assert "case.accepted" in kept and "words.erased" in kept
    (line,) = core.erasure_register.read(home / "erasures.log")
    assert (line.act, line.seal_key, line.ground) == (str(act.pk), str(old_key), "request")
    assert cases.register_erasures() == 0


def test_the_words_are_in_no_row_of_the_database(world):
    """Masked words lie open in the database: a dump is searched for them."""
    if connection.vendor != "sqlite":
        pytest.skip("a dump of PostgreSQL is searched in tests/config/test_backup.py")
    case = ended(world)
    assert CANARY in case.words_masked
    erase(world, case)
    connection.ensure_connection()
    assert CANARY not in "\n".join(connection.connection.iterdump())


def test_it_takes_two(world):
    case = ended(world)
    for name in ("liqiang", "liuyang", "zhaojun", "auditadmin", "secadmin"):
        with pytest.raises(cases.NoPen):
            cases.propose_erasure(case.pk, ground="request", reason="x", by=world.hand(name), now=LATER)
    row = proposed(world, case)
    for name in ("zhoutao", "liqiang", "sunli", "secadmin"):
        with pytest.raises(cases.NoPen):
            cases.confirm_erasure(row.pk, by=world.hand(name), now=LATER)
    with pytest.raises(IntegrityError), transaction.atomic():
        cases.ErasureProposal.objects.filter(pk=row.pk).update(
            state="confirmed", settled_at=LATER, settled_by=row.proposed_by, erased_key=row.pk, act_key=row.pk
        )
    with pytest.raises(CannotErase):
        proposed(world, case)
    assert CANARY in world.fresh(case).statement()


def test_an_open_matter_is_answered_first(world):
    case = replied(world)
    with pytest.raises(CannotErase):
        proposed(world, case)
    cases.let_rest(case.pk, by=cases.hand.resident(case.pk), now=MONDAY + DAY)
    row = proposed(world, case)
    cases.reopen(case.pk, missing="还没到账", by=cases.hand.resident(case.pk), now=LATER)
    with pytest.raises(CannotErase):
        cases.confirm_erasure(row.pk, by=world.hand("auditadmin"), now=LATER)


def test_the_resident_reads_why_it_was_declined(world, client):
    case = ended(world)
    row = proposed(world, case)
    cases.decline_erasure(row.pk, reason="公共利益需要保留", by=world.hand("auditadmin"), now=LATER)
    line = cases.timeline(world.fresh(case))[-1]
    assert (line.act.kind, line.reason) == ("words.erasure_declined", "公共利益需要保留")
    with pytest.raises(CannotErase):
        cases.confirm_erasure(row.pk, by=world.hand("auditadmin"), now=LATER)
    assert proposed(world, case).state == "proposed"


def test_who_opens_an_erased_matter_again_is_heard(world):
    case = ended(world)
    erase(world, case)
    resident = cases.hand.resident(case.pk)
    cases.reopen(case.pk, missing="新的事情", by=resident, now=LATER)
    cases.accept(case.pk, by=world.hand("liuyang"), now=LATER)
    cases.draft_reply(case.pk, REPLY, by=world.hand("liuyang"), now=LATER)
    cases.send_back(case.pk, reason="再写清楚", by=world.hand("zhaojun"), now=LATER)
    case = world.fresh(case)
    assert [s.text() for s in case.statements.filter(kind="missing")] == ["新的事情"]
    assert cases.history(case)[-1].reason == "再写清楚"
    assert [found for found in cases.altered() if found] == []
    assert [f for check in checks.CHECKS for f in check.run(LATER) if f.code in {"key-lost", "history-differs"}] == []


def test_every_page_says_that_it_was_erased_and_none_fails(world, sign_in):
    case = ended(world)
    clerk = sign_in("liuyang")
    assert CANARY in clerk.get(reverse("case", args=[case.code])).content.decode()
    erase(world, case)
    page = sign_in("liuyang").get(reverse("case", args=[case.code]))
    assert page.status_code == 200 and CANARY not in page.content.decode()
    client = sign_in("liuyang")
    client.cookies.clear()
    client.get(f"/r/{case.code}/{case.secret()}")
    page = client.get(reverse("mine"))
    text = page.content.decode()
    assert page.status_code == 200 and CANARY not in text and "words.erased" not in text
    page = client.post(reverse("proof"), {"code": case.code, "secret": case.secret()})
    assert page.status_code == 200


def test_proposed_and_confirmed_at_the_desk_without_seeing_the_words(world, sign_in):
    case = ended(world)
    client = sign_in("zhoutao")
    assert client.post(reverse("erasures"), {"code": core.show_code(case.code)}).url == reverse(
        "erasure", args=[case.code]
    )
    assert client.post(reverse("erasures"), {"code": "22222"}).status_code == 404
    page = client.get(reverse("erasure", args=[case.code]))
    assert page.status_code == 200 and CANARY not in page.content.decode()
    assert client.post(reverse("erasure", args=[case.code]), {"ground": "request"}).status_code == 422
    sent = client.post(reverse("erasure", args=[case.code]), {"ground": "request", "reason": "本人申请"})
    assert sent.status_code == 302
    row = cases.ErasureProposal.objects.get()
    own = client.get(reverse("erasure-decide", args=[row.pk])).content.decode()
    assert "本人申请" in own and 'value="confirm"' not in own
    client = sign_in("auditadmin")
    assert case.code[:4] in client.get(reverse("erasures")).content.decode()
    assert client.get(reverse("erasure", args=[case.code])).status_code == 403
    address = reverse("erasure-decide", args=[row.pk])
    assert CANARY not in client.get(address).content.decode()
    assert client.post(address, {"do": "confirm"}).status_code == 422
    assert client.post(address, {"do": "decline"}).status_code == 422
    assert client.post(address, {"do": "confirm", "is_understood": "on"}).status_code == 302
    assert client.get(address).status_code == 200
    assert CANARY not in everything(world.fresh(case))
    assert sign_in("liuyang").get(reverse("erasures")).status_code == 403


def test_a_register_altered_is_not_believed_and_half_a_line_was_never_written(home):
    register = core.erasure_register
    file = home / "erasures.log"
    entries = [register.Erasure(str(n), "case", f"key {n}", "2026-11-23", "request") for n in range(3)]
    assert register.append(file, entries[:2]) == 2 and register.append(file, entries) == 1
    assert register.read(file) == entries
    whole = file.read_bytes()
    for altered in (whole.replace(b"key 1", b"key 7"), b"\n".join(whole.split(b"\n")[1:])):
        file.write_bytes(altered)
        with pytest.raises(register.BrokenRegister):
            register.read(file)
    file.write_bytes(whole + whole[:40])
    assert register.read(file) == entries
    assert register.append(file, [register.Erasure("9", "case", "key 9", "2026-11-23", "request")]) == 1
    assert len(register.read(file)) == 4


def test_the_check_asks_for_decision_and_register(world, home):
    def codes():
        return {
            f.code
            for name in ("emptied_acts_were_decided", "erasures_are_registered")
            for f in getattr(checks.erasures, name)(LATER + DAY)
        }

    case = ended(world)
    erase(world, case)
    assert codes() == set()
    (home / "erasures.log").unlink()
    assert codes() == {"erasure-unregistered"}
    cases.register_erasures()
    (home / "erasures.log").write_text("{}\tno\n")
    assert codes() == {"erasures-broken"}
    (home / "erasures.log").unlink()
    cases.register_erasures()
    act = acts.Act.objects.filter(kind="words.erased").get()
    acts.Act.objects.filter(pk=act.pk).update(salt=None)  # the one thing the triggers let through
    assert codes() == {"act-emptied"}
