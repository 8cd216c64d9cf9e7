"""What people type is found nowhere but where it belongs: typed everywhere, then searched for everywhere."""

import pytest
from django.conf import settings
from django.db import connection

from bandeng.config import checks, cli, worker
from bandeng.ground.core import clock
from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as cases
from bandeng.speak.lookup import api as lookup
from bandeng.speak.suggestions import api as suggestions
from tests.canary import birds, journey, sinks
from tests.canary.journey import BIRDS, ON_WEB, TABLE, WHO, Site
from tests.ground.loopback import answering, http, listening, smtp
from tests.world import MONDAY, build

MASKED = {"casework_case.words_masked", "casework_statement.words_masked"}
IN_SCOPE = {"liqiang", "chenfang", "liuyang", "zhaojun", "zhengkai", "speaker", "resident"}
OF_A_CASE = ("/desk/cases/", "/mine", "/desk/intake", "/speak/receipt/")
OF_A_MATTER = ("/desk/matters/", "/desk/cases/")
OUTSIDE = ("wangmin", "wujing", "nobody", "other")


@pytest.fixture
def home(tmp_path, monkeypatch):
    place = tmp_path / "home"
    place.mkdir()
    monkeypatch.setattr(settings, "HOME", place)
    monkeypatch.setattr(settings, "FILES_DIR", place / "files")
    monkeypatch.setattr(settings, "SEARCH_DIR", place / "search")
    lookup.forget()
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    settings.KEYRING.make_all()
    return place


def work(minutes: int) -> None:
    """Let the worker do all it has to do, some minutes later."""
    from datetime import timedelta

    for task in worker.tasks():
        if not task.in_once:
            continue  # a child of its own; here it is done in this process, below
        while task.run(MONDAY + timedelta(minutes=minutes)):
            pass
    for subject in suggestions.SUBJECTS:
        suggestions.learn(subject, now=MONDAY + timedelta(minutes=minutes))


def look_at_everything(site: Site, case: cases.Case) -> None:
    """Open the pages that show a matter, as everybody: those in scope, those outside, those with another receipt."""
    code = case.code
    site.hold("other", site.world.registered(words="别的事", identity=residents.Identity()))
    for who in (*sorted(IN_SCOPE), *OUTSIDE, "zhoutao", "linna"):
        for address in (
            "/", "/desk/", "/desk/queue/?tab=scope", "/desk/queue/?tab=answered", f"/desk/cases/{code}/",
            f"/desk/again/{code}/", "/desk/notices/", "/desk/erasures/", "/desk/evaluation/", "/mine/", "/mine/answer/",
            "/proof/", f"/proof/{code}.txt", "/results/", "/results/results.csv", "/desk/account/",
            f"/desk/cases/{code}/draft/", "/desk/matters/", site.matter, f"{site.matter}note/", f"{site.matter}core/",
            f"{site.matter}drafts/", f"/desk/matters/new/?case={code}",
        ):  # fmt: skip
            site.get(who, address)


@pytest.fixture
def typed(committed_database, home, tmp_path, capsys, monkeypatch):
    """Type everything everywhere; give the site's answers and every other place where it might come out."""
    found: sinks.Sinks = {}
    with listening(answering(http("200 OK"))) as gateway, listening(smtp()) as mail, sinks.console() as log:
        monkeypatch.setattr(settings, "SMS_URL", f"http://127.0.0.1:{gateway.port}/")
        monkeypatch.setattr(settings, "SMTP_URL", f"smtp://127.0.0.1:{mail.port}")
        site = Site(build())
        case = journey.at_the_counter(site)
        journey.on_the_web(site)
        journey.at_the_desk(site, case)
        work(1)
        journey.judged(site, case)
        journey.looked_for(site)
        journey.wrong_forms(site, case)
        journey.pasted(site, case)
        journey.accuse(site)
        fail(site, monkeypatch)
        file = str(journey.sheet(tmp_path))
        for more in (["--dry-run"], ["--json"], []):
            cli.main(["import", "cases", file, *more])
        told = capsys.readouterr()
        found["command:import"] = (told.out + told.err).encode()
        look_at_everything(site, case)
        work(5)
        found |= {"log": log.getvalue().encode(), "mail": b"\n".join(mail.heard)}
        found |= {f"sms:{n}": one for n, one in enumerate(gateway.heard)}
    found |= sinks.published() | sinks.columns() | sinks.raw_database() | sinks.directory("home", home)
    found |= sinks.search_terms()
    found |= sinks.commands(capsys, tmp_path)
    found["log"] += log.getvalue().encode()
    return site, found


def fail(site: Site, monkeypatch) -> None:
    """Let a page break with the words in the error's message."""

    def broken(*args, **kwargs):
        raise RuntimeError(journey.says("error"))

    with monkeypatch.context() as patch:
        patch.setattr(cases, "case_by_receipt", broken)
        assert site.post("nobody", "/find/", {"code": "2222222222", "secret": "22222222"}).status_code in (429, 500)
        patch.setattr(cases, "load_draft", broken)
        assert site.get("nobody", "/speak/").status_code == 500


def allowed(place: str, kind: str) -> set[str]:
    return set(TABLE["place"][place].get(kind, "").split())


def is_allowed(sink: str, found: birds.Found) -> bool:
    """Tell whether the table lets this be found here."""
    if sink.startswith("sms:"):  # the recipient's number, to the gateway
        return found.kind == "number" and any(bird.phone.encode() in found.around for bird in (WHO, ON_WEB))
    if sink.startswith(("home:search/", "search:")):  # terms, sorted: whose they are is not told
        return found.kind == "words"
    if found.number is None:
        return False
    may = allowed(list(BIRDS)[found.number], found.kind)
    if sink == "command:import":
        return "listing" in may
    return "masked" in may and (sink in MASKED or sink.startswith(("disk:database", "backup:database")))


def test_what_was_typed_is_found_nowhere_else(typed):
    site, found = typed
    leaks = [f"{sink}: {hit.kind} …{hit.around.decode(errors='replace')}…" for sink, heap in found.items()
             for hit in birds.find(heap) if not is_allowed(sink, hit)]  # fmt: skip
    leaks += [f"headers {p.visitor} {p.address}: {hit.around!r}" for p in site.pages for hit in birds.find(p.headers)]
    assert leaks == [], "\n".join(leaks)
    pages_show_what_they_may(site)
    private_pages_are_kept_by_nobody(site)
    the_masked_words_are_really_there(found)


def shown(page: journey.Page) -> list[tuple[str, str]]:
    """Give (place, kind) of each canary that a page shows."""
    text = page.body.decode(errors="replace")
    hits = []
    for place, bird in BIRDS.items():
        forms = [form for number in (bird.phone, bird.id_number, bird.card) for form in (number, *_spaced(number))]
        hits += [(place, "number")] if any(form in text for form in forms) else []
        hits += [(place, kind) for kind in ("name", "address", "words") if getattr(bird, kind) in text]
    return hits


def _spaced(number: str) -> list[str]:
    ends = {11: (3, 7), 18: (6, 14)}.get(len(number), (4, 8, 12))
    return [number.translate(birds.WIDE), birds.grouped(number, ends, " "), birds.grouped(number, ends, "-")]


def _is_of_one_form(place: str, page_place: str) -> bool:
    """Tell whether something was typed into the form that an answer is to; identity goes with any words."""
    return bool(page_place) and place.partition("-")[0] in {"identity", page_place.partition("-")[0]}


def pages_show_what_they_may(site: Site) -> None:
    wrong = []
    for page in site.pages:
        for place, kind in shown(page):
            may = allowed(place, kind)
            is_own = "own" in may and _is_of_one_form(place, page.place)
            in_scope = (
                page.visitor in IN_SCOPE
                and "page" in may
                and page.address.startswith(OF_A_MATTER if place.startswith("matter-") else OF_A_CASE)
            )
            in_list = page.visitor in IN_SCOPE | {"linna"} and "masked" in may
            is_found = page.visitor in IN_SCOPE and "found" in may and page.address == "/desk/search/"
            if not (is_own or in_scope or in_list or is_found):
                wrong.append((page.visitor, page.address, page.status, page.place, place, kind))
    assert wrong == [], "\n".join(map(str, wrong))


def private_pages_are_kept_by_nobody(site: Site) -> None:
    kept = [(p.visitor, p.address) for p in site.pages if shown(p) and b"no-store" not in p.headers]
    assert kept == []


def the_masked_words_are_really_there(found: sinks.Sinks) -> None:
    """What may be found is found: the search works on what it searched."""
    heap = b"".join(found[column] for column in MASKED)
    masked = [place for place, may in TABLE["place"].items() if "masked" in may.get("words", "")]
    assert [place for place in masked if BIRDS[place].words.encode() not in heap] == []
    assert any(WHO.phone.encode() in heap for name, heap in found.items() if name.startswith("sms:"))
    assert {hit.kind for hit in birds.find(found["search:terms"])} == {"words"}


def test_the_table_is_about_every_kind():
    kinds = set(TABLE["kinds"])
    assert kinds == set(birds.MARKS) and all(set(may) <= kinds for may in TABLE["place"].values())
    assert len(TABLE["place"]) <= len(birds.TAGS)


@pytest.mark.parametrize("kind", birds.MARKS)
def test_the_search_finds_every_writing_in_every_encoding_among_noise(kind):
    import random

    noise = random.Random(7)
    for mark in birds.MARKS[kind]:
        for text in birds.writings(mark):
            for needle in birds.encodings(text):
                heap = noise.randbytes(300) + needle + noise.randbytes(300)
                assert any(found.kind == kind for found in birds.find(heap)), (text, needle)
    assert birds.find(noise.randbytes(400_000)) == []


@pytest.mark.parametrize("offset", range(6))
def test_base64_is_found_wherever_the_words_begin(offset):
    from base64 import b64encode, urlsafe_b64encode

    for encode in (b64encode, urlsafe_b64encode):
        for bird in BIRDS.values():
            assert birds.find(encode(b"x" * offset + bird.speech(WHO).encode()))


def test_a_canary_planted_in_any_sink_is_found(committed_database, home, tmp_path, capsys, monkeypatch):
    """Plant one in each kind of place by hand; each is found there and is not allowed there."""
    import logging

    from bandeng.ground.ledger import api as ledger

    site, bird = Site(build()), BIRDS["error"]
    case = cases.register(site.world.registration(), by=site.world.hand("liqiang"), now=MONDAY).case
    while ledger.sequence(now=MONDAY):
        pass
    with connection.cursor() as cursor:
        cursor.execute("UPDATE casework_case SET source_number = %s, source = 'x'", [bird.phone])
        cursor.execute("UPDATE directory_staff SET post_zh = %s", [bird.words])
    (home / "files").mkdir(exist_ok=True)
    (home / "files" / "left.txt").write_text(bird.id_number)
    with sinks.console() as log:
        logging.getLogger("bandeng.test").warning("about %s", bird.words)
    planted = checks.Check("planted", lambda now: iter([checks.Finding("x", bird.phone, bird.words)]))
    monkeypatch.setattr(checks, "CHECKS", [planted])
    found = sinks.columns() | sinks.raw_database() | sinks.directory("home", home) | sinks.commands(capsys, tmp_path)
    found["log"] = log.getvalue().encode()
    site.hold("speaker", case)
    site.get("speaker", "/mine/")
    site.pages[-1].headers += f"\nLocation: /?q={bird.phone}".encode()
    told = {sink for sink, heap in found.items() for hit in birds.find(heap) if not is_allowed(sink, hit)}
    expected = {
        "casework_case.source_number",
        "directory_staff.post_zh",
        "disk:database",
        "home:files/left.txt",
        "log",
        "command:check --json",
    }
    assert expected <= {name.replace("disk:database-wal", "disk:database") for name in told}
    assert any(name.startswith("backup:database") for name in told)
    assert birds.find(site.pages[-1].headers)
