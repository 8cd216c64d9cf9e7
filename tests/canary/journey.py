"""Everything somebody can type anywhere, typed through the real pages, every place with its own canaries."""

import io
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from bandeng.speak.casework import api as cases
from tests.canary.birds import Bird
from tests.fixtures_signing_in import sign_in_as

TABLE = tomllib.loads((Path(__file__).parent.parent / "expectations" / "canaries.toml").read_text())
BIRDS = {place: Bird(number) for number, place in enumerate(TABLE["place"])}
WHO, ON_WEB, CALLER = (BIRDS[f"identity-{where}"] for where in ("counter", "web", "import"))
SPEAKERS = {"web-words": ON_WEB, "added": ON_WEB, "import-words": CALLER, "import-rest": CALLER}


def says(place: str) -> str:
    return BIRDS[place].speech(SPEAKERS.get(place, WHO))


@dataclass
class Page:
    """One answer of the site: to whom, at which address, and where what was sent was typed."""

    visitor: str
    address: str
    status: int
    headers: bytes
    body: bytes
    place: str = ""


@dataclass
class Site:
    """The visitors and every answer they got."""

    world: object
    pages: list[Page] = field(default_factory=list)
    clients: dict[str, Client] = field(default_factory=dict)
    matter: str = "/desk/matters/"  # the address of the one that was made

    def client(self, visitor: str) -> Client:
        if visitor not in self.clients:
            client = Client(raise_request_exception=False)
            if person := self.world.staff.get(visitor):
                has_code = self.world.permissions(visitor).must_use_totp
                sign_in_as(client, person, has_code=has_code)
            self.clients[visitor] = client
        return self.clients[visitor]

    def hold(self, visitor: str, case: cases.Case) -> None:
        """Give a visitor the cookie of a case's receipt."""
        self.client(visitor).cookies.update(cases.remember(HttpResponse(), case).cookies)

    def get(self, visitor: str, address: str, data: dict | None = None, place: str = "", **headers) -> HttpResponse:
        return self._keep(visitor, address, self.client(visitor).get(address, data, **headers), place)

    def post(self, visitor: str, address: str, data: dict, place: str = "", **headers) -> HttpResponse:
        return self._keep(visitor, address, self.client(visitor).post(address, data, **headers), place)

    def _keep(self, visitor: str, address: str, response: HttpResponse, place: str) -> HttpResponse:
        body = b"".join(response.streaming_content) if response.streaming else response.content
        headers = "\n".join(f"{name}: {value}" for name, value in response.items())
        cookies = response.cookies.output()
        kept = f"{headers}\n{cookies}".encode()
        self.pages.append(Page(visitor, address, response.status_code, kept, body, place))
        return response


def photo(place: str) -> SimpleUploadedFile:
    """Make a photo whose name and EXIF tell who took it."""
    picture, out = Image.new("RGB", (24, 16), "#8a6"), io.BytesIO()
    exif = picture.getexif()
    exif[0x010E] = exif[0x013B] = exif[0x8298] = f"{BIRDS['file-content'].phone} {BIRDS['file-content'].id_number}"
    exif[0x9C9D] = BIRDS["file-content"].words.encode("utf-16-le")
    picture.save(out, "JPEG", exif=exif, comment=says("file-content").encode())
    return SimpleUploadedFile(f"{BIRDS[place].words}{BIRDS[place].phone}.jpg", out.getvalue(), "image/jpeg")


def paper(place: str) -> SimpleUploadedFile:
    """Make a PDF whose metadata tell who wrote it."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.docinfo["/Author"] = says("file-content")
        with pdf.open_metadata() as metadata:
            metadata["dc:creator"] = [says("file-content")]
        pdf.attachments["note.txt"] = says("file-content").encode()
        pdf.save(out)
    return SimpleUploadedFile(f"{BIRDS[place].name}{BIRDS[place].id_number}.pdf", out.getvalue(), "application/pdf")


def newest() -> cases.Case:
    return cases.Case.objects.select_related("seal_key").order_by("-registered_at", "-id").first()


def at_the_counter(site: Site) -> cases.Case:
    """Register with an identity, read back, correct, add papers."""
    form = {
        "words": says("counter-words"), "name": WHO.name, "phone": WHO.phone, "id_number": WHO.id_number,
        "address": WHO.address, "channel": "counter", "procedure": "general", "place": "柳树村", "key": str(uuid4()),
    }  # fmt: skip
    site.post("liqiang", "/desk/intake/draft/", {**form, "words": says("counter-draft")}, "counter-draft")
    site.get("liqiang", "/desk/intake/", place="counter-draft")
    assert site.post("liqiang", "/desk/intake/", form, "counter-words").status_code == 302
    case = newest()
    read_back = {"words": says("corrected"), "key": str(uuid4()), "files": [photo("file-name"), paper("file-name")]}
    address = f"/desk/intake/{case.code}/read-back/"
    site.get("liqiang", address, place="counter-words")
    assert site.post("liqiang", address, read_back, "corrected").status_code == 302
    for paper_ in ("", "?paper=a4", "?paper=slip"):
        site.get("liqiang", f"/desk/intake/{case.code}/receipt/{paper_}")
    spot = {**form, "words": "路灯坏了", "answer": says("counter-answer"), "is_on_the_spot": "on", "key": str(uuid4())}
    assert site.post("liqiang", "/desk/intake/", spot, "counter-answer").status_code == 302
    return case


def on_the_web(site: Site) -> cases.Case:
    """Speak on the web with a name; and begin once more and leave it."""
    site.post("resident", "/speak/", {"words": says("web-words")}, "web-words")
    reach = {"area": str(site.world.areas["liushu"].pk), "who": "hidden", "name": ON_WEB.name, "phone": ON_WEB.phone}
    site.post("resident", "/speak/reach/", reach, "web-words")
    check = site.get("resident", "/speak/check/", place="web-words")
    key = re.search(r'name="key" value="([^"]+)"', check.text)[1]
    assert site.post("resident", "/speak/check/", {"key": key}, "web-words").status_code == 302
    case = newest()
    site.get("resident", "/speak/receipt/")
    site.post("somebody", "/speak/draft/", {"words": says("web-draft")}, "web-draft")
    site.get("somebody", "/speak/", place="web-draft")
    assert (
        site.post(
            "resident",
            "/mine/add/",
            {"words": says("added"), "key": str(uuid4()), "photos": [photo("file-name")]},
            "added",
        ).status_code
        == 302
    )
    return case


def reply(**parts: str) -> dict:
    return {
        "kind": "answer",
        "result": "answered",
        "opinion": "",
        "facts": "",
        "basis": "",
        "where_to_go": "",
        "remedy": "",
    } | parts


def act(site: Site, who: str, case: cases.Case, name: str, data: dict, place: str = "", status: int = 302) -> None:
    version = cases.Case.objects.values_list("version", flat=True).get(pk=case.pk)
    response = site.post(who, f"/desk/cases/{case.code}/{name}/", {"version": version, **data}, place)
    assert response.status_code == status, (name, response.status_code, response.text[-3000:])


def linked(site: Site, case: cases.Case) -> None:
    """Make one matter of the case, write note and core with a draft kept on the way, and begin the answer with it."""
    bird = BIRDS["matter-title"]
    form = {"case": case.code, "title": bird.words + bird.phone, "key": str(uuid4()), "do": "make"}
    made = site.post("chenfang", "/desk/matters/new/", form, "matter-title")
    assert made.status_code == 302, made.text[-3000:]
    site.matter = made["Location"]
    site.post("liuyang", f"{site.matter}core/draft/", {"words": says("matter-draft")}, "matter-draft")
    site.get("liuyang", f"{site.matter}core/", place="matter-draft")
    for kind in ("note", "core"):
        sent = {"seen": "0", "words": says(f"matter-{kind}")}
        assert site.post("liuyang", f"{site.matter}{kind}/", sent, f"matter-{kind}").status_code == 302
        assert (
            site.post("liuyang", f"{site.matter}{kind}/", sent | {"words": "新"}, f"matter-{kind}").status_code == 409
        )
    site.post("liuyang", f"{site.matter}drafts/", {})
    site.post("liuyang", f"{site.matter}cases/{case.code}/draft/", {})


def at_the_desk(site: Site, case: cases.Case) -> None:
    """Return, settle, redispatch, draft, send back, answer: with a word of why each time."""
    office = {name: str(site.world.office(name)) for name in ("civil-affairs", "transport")}
    act(site, "chenfang", case, "dispatch", {"to": office["transport"]})
    act(site, "zhengkai", case, "return", {"reason": says("reason-return")}, "reason-return")
    act(
        site,
        "chenfang",
        case,
        "settle_return",
        {"to": office["civil-affairs"], "reason": says("reason-settle")},
        "reason-settle",
    )
    act(
        site,
        "chenfang",
        case,
        "redispatch",
        {"to": office["transport"], "reason": says("reason-redispatch")},
        "reason-redispatch",
    )
    act(site, "chenfang", case, "redispatch", {"to": office["civil-affairs"], "reason": "定了"})
    act(site, "liuyang", case, "accept", {})
    linked(site, case)
    site.get("liuyang", f"/desk/cases/{case.code}/draft/")
    site.post("liuyang", f"/desk/cases/{case.code}/drafts/draft/", reply(opinion=says("desk-draft")), "desk-draft")
    site.get("liuyang", f"/desk/cases/{case.code}/draft/", place="desk-draft")
    act(site, "liuyang", case, "draft", reply(facts=says("reply-facts")), "reply-facts", status=422)
    parts = {
        "opinion": says("reply-opinion"), "facts": says("reply-facts"), "basis": says("reply-basis"),
        "where_to_go": says("reply-where"), "remedy": says("reply-remedy"),
    }  # fmt: skip
    act(site, "liuyang", case, "draft", reply(**parts), "reply-facts")
    act(site, "zhaojun", case, "send_back", {"reason": says("reason-send-back")}, "reason-send-back")
    act(site, "liuyang", case, "draft", reply(**parts), "reply-facts")
    act(site, "zhaojun", case, "approve", {})
    act(site, "liuyang", case, "serve", {"method": "message"})
    site.post("liuyang", f"/desk/cases/{case.code}/identity/", {"purpose": "contact"}, "identity-counter")


def judged(site: Site, case: cases.Case) -> None:
    """Judge with own words and say what is missing; then have it answered and let it rest."""
    site.hold("speaker", case)
    marks = {"is_solved": "no", "result": "poor", "manner": "poor", "was_asked": "-", "words": says("judgement")}
    site.post("speaker", "/mine/judge/", marks | {"key": str(uuid4())}, "judgement")
    then = {"then_asked": "1", "then": "go_on", "missing": says("missing")}
    assert site.post("speaker", "/mine/judge/", marks | then | {"key": str(uuid4())}, "missing").status_code == 302
    site.get("speaker", "/mine/judge/thanks/")


def looked_for(site: Site) -> None:
    """Type it all into the boxes that look for something."""
    bird = BIRDS["search"]
    for text in (bird.phone, bird.id_number, bird.words, WHO.name, WHO.address):
        site.post("liuyang", "/desk/search/", {"q": text}, "search")
        site.post("liqiang", "/desk/again/", {"q": text}, "search")
        site.post("secadmin", "/desk/staff/", {"q": text}, "search")
        site.post("zhoutao", "/desk/erasures/", {"code": text}, "search")
        form = {"words": "x", "place": text, "topic": text, "channel": "counter", "procedure": "general"}
        site.post("liqiang", "/desk/intake/", form, "search")
    bird = BIRDS["lookup"]
    for text in (bird.phone, bird.id_number, bird.words, bird.name):
        site.post("nobody", "/find/", {"code": text, "secret": bird.phone}, "lookup")
        site.post("nobody", "/proof/", {"code": text, "secret": bird.card}, "lookup")


def wrong_forms(site: Site, case: cases.Case) -> None:
    """Send forms that cannot be taken: without fields, without a token, wrong passwords, numbers in hidden fields."""
    bird = BIRDS["wrong-form"]
    text = says("wrong-form")
    for who, address, data in (
        ("liqiang", "/desk/intake/", {"words": text, "channel": text, "key": bird.phone, "id_number": bird.phone}),
        ("liqiang", f"/desk/cases/{case.code}/trip/", {"key": bird.phone}),
        ("liqiang", f"/desk/again/{case.code}/", {"key": bird.phone}),
        ("liuyang", f"/desk/cases/{case.code}/draft/", {"version": bird.phone, "kind": text, "opinion": text}),
        ("liuyang", f"/desk/cases/{case.code}/accept/", {"version": 0, "more": text}),
        ("chenfang", "/desk/matters/new/", {"case": bird.phone, "more": text, "title": text, "key": bird.phone}),
        ("chenfang", f"{site.matter}join/", {"code": text, "key": bird.phone}),
        ("chenfang", f"{site.matter}split/", {"case": bird.phone, "key": bird.phone}),
        ("chenfang", f"{site.matter}undo/", {"step": bird.phone}),
        ("liuyang", f"{site.matter}core/", {"words": text, "seen": bird.phone}),
        ("zhoutao", f"/desk/cases/{case.code}/erasure/", {"ground": text, "reason": text}),
        ("nobody", "/speak/reach/", {"who": "anonymous", "name": WHO.name, "phone": bird.phone}),
        ("nobody", "/speak/check/", {"key": bird.phone}),
        ("nobody", "/text-size/", {"size": text, "next": f"/find/?{bird.phone}"}),
        ("nobody", "/desk/keys/switch/", {"next": f"/proof/tile/{bird.phone}"}),
        ("speaker", "/mine/add/", {"words": "", "key": bird.phone}),
        ("speaker", "/mine/judge/", {"is_solved": text, "words": text, "key": bird.phone}),
        ("speaker", "/mine/withdraw/", {"key": bird.phone}),
    ):  # fmt: skip
        site.post(who, address, data, "wrong-form")
    site.clients["careless"] = Client(enforce_csrf_checks=True)
    for address in ("/speak/", "/desk/sign-in/", "/find/"):
        site.post(
            "careless",
            address,
            {"words": text, "csrfmiddlewaretoken": bird.phone},
            "wrong-form",
            HTTP_ORIGIN=f"https://{bird.phone}.example",
        )
    word = BIRDS["password"]
    for name in (word.phone, word.name, "liuyang"):
        for _ in range(6):  # past the lock
            data = {"username": name, "password": word.words + word.id_number, "next": f"/desk/queue/?tab={word.card}"}
            site.post(
                "careful",
                f"/desk/sign-in/?next=/desk/{word.phone}/",
                data,
                "password",
                HTTP_USER_AGENT=word.words,
                HTTP_ACCEPT=word.phone,
            )


def pasted(site: Site, case: cases.Case) -> None:
    """Paste it into addresses and send it in headers and cookies, to pages that there are and that there are not."""
    bird, other = BIRDS["address-bar"], BIRDS["headers"]
    text = bird.words + bird.phone
    for address in (
        "/{}/", "/desk/cases/{}/", f"/desk/cases/{case.code}/{{}}/", "/desk/again/{}/", "/desk/erasures/{}/",
        "/desk/queue/?tab={}", "/desk/matters/?tab={}", "/desk/matters/?start={}", "/desk/matters/{}/",
        "/desk/search/?q={}", "/desk/staff/?q={}", "/mine/?q={}", "/find/?code={}",
        "/speak/?said={}", "/speak/receipt/?paper={}", "/speak/accusation/?paper={}", "/r/{}/{}",
        "/proof/{}.txt", "/proof/tile/{}",
        "/results/?period={}", "/desk/evaluation/?period={}", "/desk/sign-in/?next=/desk/search/?q={}",
        "/desk/sign-in/?next=/desk/cases/{}/", "/static/{}.css", "/mine/answer/{}/",
    ):  # fmt: skip
        for who in ("nobody", "liuyang", "speaker"):
            for value in (text, bird.phone):
                site.get(who, address.replace("{}", value))
    headers = {
        "HTTP_USER_AGENT": other.words + other.phone, "HTTP_REFERER": f"https://county.example/?q={other.words}",
        "HTTP_ACCEPT_LANGUAGE": other.phone, "HTTP_X_FORWARDED_FOR": other.phone, "HTTP_X_REQUEST_ID": other.phone,
    }  # fmt: skip
    for who, address in (
        ("nobody", "/"),
        ("nobody", "/no-such/"),
        ("liuyang", "/desk/queue/"),
        ("nobody", "/desk/queue/"),
    ):
        site.get(who, address, **headers)
    site.get("nobody", "/", HTTP_HOST=f"{other.phone}.example")
    cookies = Client()
    for name in ("sessionid", "csrftoken", "bandeng_draft", "bandeng_receipt", "messages", "text", "keys"):
        cookies.cookies[name] = other.phone
    site.clients["baker"] = cookies
    for address in ("/", "/speak/", "/mine/", "/desk/"):
        site.get("baker", address)


def accuse(site: Site) -> None:
    for who, address in (("nobody", "/speak/accusation/"), ("liqiang", "/desk/accusation/")):
        site.get(who, address)
        site.post(who, address, {"words": says("accusation"), "name": WHO.name, "key": str(uuid4())}, "accusation")


def sheet(place: Path) -> Path:
    """Write a sheet of another system: cells with words, a caller, and columns that nobody knows."""
    bird, rest = BIRDS["import-words"], BIRDS["import-rest"]
    known = ["工单编号", "主要内容", "来电时间", "来电人", "来电人电话", "备用列", "工单状态", "情绪", "村/社区"]
    place_name = BIRDS["import-place"].words + BIRDS["import-place"].phone
    full = ["HX-1", says("import-words"), "2026-11-20 09:00", CALLER.name, bird.phone, says("import-rest"), "在办"]
    odd = [rest.phone, f"路灯坏了{bird.words}", f"昨天{rest.words}{rest.phone}", CALLER.name, rest.id_number, rest.card]
    without_number = ["", says("import-rest"), "2026-11-20", "", "", "", "在办", "", ""]
    rows = [known, [*full, rest.words, place_name], [*odd, rest.words, "", ""], without_number]
    file = place / "sheet.csv"
    file.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in rows), encoding="utf-8")
    return file
