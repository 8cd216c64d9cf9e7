"""What staff do with several cases: link them, decide on what the worker proposes, write for all, look a draft over."""

import re
from typing import TYPE_CHECKING

from .browser import Browser, Page, Unexpected
from .judging import ACT, NOTE, Promise

if TYPE_CHECKING:
    from .clients import Team

JOINED = "matter.case_joined"
PROPOSED = re.compile(r"/desk/matters/proposals/[0-9a-f-]{36}/")


class Linking:
    """A team's work with matters. Of a case that may be in one already nothing is promised."""

    def __init__(self, team: "Team"):
        self.team, self.journal = team, team.world.journal
        self.loose: list[str] = []  # codes of this team's cases that nobody here has linked

    def add(self, code: str) -> None:
        """Take a case that was led to its end; of three one matter is made, and now and then a proposal decided on."""
        self.loose.append(code)
        if len(self.loose) >= 3:
            self.make()
        if self.team.rng.random() < 0.5:
            self.decide()

    def make(self) -> None:
        """Make one matter, as the form does: sent again, it gives the first one."""
        desk, codes = self.team.desks["dispatcher"], self.loose
        self.loose = []
        page = desk.get("/desk/matters/new/?" + "&".join(f"case={code}" for code in codes))
        form = {"csrfmiddlewaretoken": page.hidden("csrfmiddlewaretoken"), "key": page.hidden("key"),
                "case": codes, "title": "同一段水管", "do": "make"}  # fmt: skip
        answer = self.send(desk, "/desk/matters/new/", form, codes)
        if answer.status == 302:
            self.write(answer.location, codes[0])
        elif answer.status != 422:  # one of them was in a proposal that this dispatcher accepted
            raise Unexpected(f"making a matter: {answer.status}")

    def decide(self) -> None:
        """Accept or decline the proposal that waits longest; one that is gone was proposed otherwise or decided on."""
        desk = self.team.desks["dispatcher"]
        found = PROPOSED.search(desk.get("/desk/matters/?tab=proposed").text)
        if found is None:
            return
        page = desk.get(found[0])
        codes = page.values("case") if page.status == 200 else []
        if len(codes) < 2:
            return
        form = {"csrfmiddlewaretoken": page.hidden("csrfmiddlewaretoken"), "key": page.hidden("key"),
                "shown": page.values("shown"), "case": codes,
                "title": "一件事", "do": "accept" if self.team.rng.random() < 0.7 else "decline"}  # fmt: skip
        answer = self.send(desk, found[0], form, codes if form["do"] == "accept" else [])
        if answer.status not in {302, 404, 409, 422}:
            raise Unexpected(f"deciding on a proposal: {answer.status}")

    def send(self, desk: Browser, path: str, form: dict, codes: list[str]) -> Page:
        """Send a form that puts cases into a matter; what it promises is told where it led there."""
        promises = [Promise(ACT, JOINED, code) for code in codes]
        for promise in promises:
            self.journal.asked(promise)
        answer = desk.post(path, form, cut=lambda: [self.journal.cut(promise) for promise in promises])
        if answer.status == 302 and re.fullmatch(r"/desk/matters/[0-9a-f-]{36}/", answer.location):
            for promise in promises:
                self.journal.told(promise)
        return answer

    def write(self, address: str, code: str) -> None:
        """Write the note of the investigation for all of them."""
        desk, promise = self.team.desks["handler"], Promise(NOTE, self.team.mark(), code)
        page = desk.get(f"{address}note/")
        if page.status != 200:
            raise Unexpected(f"the note's page: {page.status}")
        form = {"csrfmiddlewaretoken": page.hidden("csrfmiddlewaretoken"), "seen": page.hidden("seen"),
                "words": f"水管接头裂了，{promise.mark}。"}  # fmt: skip
        answer = self.team.do(promise, lambda cut: desk.post(f"{address}note/", form, cut=cut))
        if answer.status != 302:
            raise Unexpected(f"writing a note: {answer.status}")
        self.journal.told(promise)

    def look_over(self, code: str, fields: dict[str, str]) -> None:
        """Ask about the words of a draft and for its preview; what was typed is kept on the way, whoever is killed."""
        desk = self.team.desks["handler"]
        for what in ("words", "preview"):
            opinion = f"{fields['opinion']}{what}，{self.team.mark()}。"
            address = f"/desk/cases/{code}/draft/{what}/"
            answer = desk.post(address, {**fields, "opinion": opinion})
            if answer.status != 200:
                raise Unexpected(f"{what} of a draft: {answer.status}")
            if opinion not in desk.get(f"/desk/cases/{code}/draft/").text:
                raise Unexpected(f"a draft of {code} that was looked over is not kept")
