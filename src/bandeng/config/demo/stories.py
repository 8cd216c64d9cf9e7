"""What becomes of a matter. Each fate is a generator: it does a step by casework's services and yields when it goes on.

A story that is not finished at the end of the play stays where it is: that is how cases come to wait.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from bandeng.ground.directory import api as directory
from bandeng.ground.residents import api as residents
from bandeng.judge.evaluation import api as evaluation
from bandeng.speak.casework import api as casework

from .people import identity
from .pictures import photo
from .stage import Stage, Story
from .voices import Voice

WORDS_ADDED = ("今天又去看了，还是老样子。", "补充一句：下雨天更严重。", "昨天有人来量过，没说哪天动工。")
CORRECTIONS = ("更正：是村东头，不是村西头。", "刚才说的日子记错了，是上个星期三。")
SENT_BACK = ("事实部分没写哪天谁去看的，补上；“协调处理”改成具体做什么、哪天做完。", "依据要写到条，救济途径漏了期限。")
RETURNED = ("按履职事项清单，这一项的主责单位不是我单位，请依清单另派。", "查了我单位职责清单，没有这一项。")
OPINIONS = {
    "yes": ("办得快，谢谢。", "来人很客气，话说得清楚。", "早这样就好了。"),
    "partly": ("修是修了，不知道管多久。", "态度好，就是慢。"),
    "no": ("答复写得好看，地里还是老样子。", "打电话来说好话，事没动。"),
}


@dataclass
class Matter:
    """One case on its way: who said what where, and the key of the case once it is registered."""

    stage: Stage
    voice: Voice
    area: directory.Area
    is_photographed: bool = False
    who: residents.Identity | None = None
    counter: UUID | None = None  # where they speak; none: as it comes
    key: UUID = field(init=False)

    @property
    def now(self) -> datetime:
        return self.stage.now

    @property
    def case(self) -> casework.Case:
        return casework.Case.objects.defer("words", "words_masked").get(pk=self.key)

    @property
    def speaker(self) -> casework.Hand:
        """The resident, with the receipt."""
        return casework.hand.resident(self.key)

    def chance(self, share: float) -> bool:
        return self.stage.rng.random() < share

    def hand(self, role: str, office: UUID) -> casework.Hand:
        return self.stage.people.hand(role, office, self.stage.rng)

    def right_office(self) -> UUID:
        """Give the office that the dispatch catalogue names, or the county's centre where it has nobody to handle."""
        topic = directory.topic(self.voice.topic)
        named = directory.suggest(topic.pk, self.area.pk, now=self.now)
        able = [s.office.pk for s in named if s.office.pk in self.stage.people.handling]
        return able[0] if able else directory.office("qzzx").pk

    def wrong_office(self) -> UUID:
        right = self.right_office()
        return self.stage.rng.choice([office for office in self.stage.people.handling if office != right])


# ---- steps ----------------------------------------------------------------------------------------------------------


def _registration(m: Matter) -> casework.Registration:
    rng, voice = m.stage.rng, m.voice
    channel = rng.choices(("counter", "phone", "web", "letter", "visit"), (45, 20, 20, 7, 8))[0]
    if voice.procedure == "on_the_spot":
        channel = "counter"
    town = directory.dispatch_office_for(m.area)
    office = town if channel != "web" and m.chance(0.8) else directory.office("qzzx")
    office = directory.offices()[m.counter] if m.counter else office
    mode = "shown" if m.who else rng.choices(("shown", "hidden", "anonymous"), (60, 15, 25))[0]
    topic = directory.topic(voice.topic).pk if channel != "web" or m.chance(0.5) else None
    return casework.Registration(
        voice.words,
        channel,
        office.pk,
        procedure=voice.procedure,
        received_at=m.now - timedelta(days=2) if channel == "letter" else m.now,
        area=m.area.pk,
        topic=topic,
        identity=m.who or (identity(m.area.label_zh, rng) if mode != "anonymous" else residents.Identity()),
        is_name_hidden=mode == "hidden",
    )


def registers(m: Matter) -> Story:
    """Somebody speaks: at a counter, on the telephone, on the web, by letter, during a visit."""
    item = _registration(m)
    by = casework.ON_THE_WEB if item.channel == "web" else m.hand("receptionist", item.first_receiver)
    m.key = casework.register(item, by=by, now=m.now).case.pk
    if item.channel == "counter" and m.chance(0.2):
        yield m.now + timedelta(minutes=4)
        casework.correct_words(m.key, m.stage.rng.choice(CORRECTIONS), by=by, now=m.now)
    if m.is_photographed:
        casework.attach(m.key, photo(m.stage.rng), "现场照片.jpg", by=m.speaker, now=m.now)


def dispatched(m: Matter, to: UUID | None = None) -> Story:
    """The dispatcher gives it to an office, by the catalogue unless told otherwise."""
    yield m.stage.later(0.3, 3)
    topic = directory.topic(m.voice.topic)
    casework.dispatch(
        m.key,
        to=to or m.right_office(),
        topic=topic.pk,
        basis="派单目录",
        by=m.hand("dispatcher", m.case.dispatch_office_id),
        now=m.now,
    )


def accepted(m: Matter) -> Story:
    """The office signs for it, and mostly calls the resident."""
    yield m.stage.later(0.2, 4)
    case = m.case
    by = m.hand("handler", case.holder_id)
    casework.accept(m.key, by=by, now=m.now)
    casework.log_view(m.key, staff_id=m.stage.people.staff_ids[by.key], now=m.now)
    if case.identity_mode == "shown" and m.chance(0.6):
        yield m.stage.later(0.1, 2)
        casework.open_identity(m.key, purpose="contact", by=by, now=m.now)


def asked_again(m: Matter, times: int = 1) -> Story:
    """The resident comes or calls again: a trip that the office cost, and often some words more."""
    for _time in range(times):
        yield m.stage.later(6, 14)
        office = m.case.first_receiver_id
        casework.note_trip(m.key, office=office, by=m.hand("receptionist", office), now=m.now)
        if m.chance(0.5):
            casework.add_words(m.key, m.stage.rng.choice(WORDS_ADDED), by=m.speaker, now=m.now)


def drafted(m: Matter) -> Story:
    """The handler writes the answer for the approver."""
    yield m.stage.later(4, 11)
    casework.draft_reply(m.key, m.voice.reply(), by=m.hand("handler", m.case.holder_id), now=m.now)


def approved(m: Matter) -> Story:
    """Somebody else reads and approves it."""
    yield m.stage.later(0.5, 5)
    casework.approve(m.key, by=m.hand("approver", m.case.holder_id), now=m.now)


def served(m: Matter) -> Story:
    """The resident gets the answer."""
    yield m.stage.later(0.2, 3)
    method = m.stage.rng.choice(("online", "phone", "in_person", "message", "post"))
    casework.serve(m.key, method=method, by=m.hand("handler", m.case.holder_id), now=m.now)


def answered(m: Matter) -> Story:
    """From wherever it is to an answer served, in the way its procedure goes."""
    if m.case.status == "registered":
        yield from dispatched(m)
    if m.case.status == "dispatched":
        yield from accepted(m)
    if m.case.procedure == "enquiry":
        yield m.stage.later(1, 6)
        by = m.hand("handler", m.case.holder_id)
        casework.answer(m.key, m.voice.reply(), method="phone", by=by, now=m.now)
        return
    yield from drafted(m)
    yield from approved(m)
    yield from served(m)


def not_solved(m: Matter) -> Story:
    """The resident says what is still missing."""
    yield m.stage.later(7, 24)
    missing = m.voice.missing or "跟答复里说的不一样，事情还在那儿。"
    judged(m, m.stage.rng.choice(("no", "partly")), then=evaluation.GO_ON, missing=missing)


def judged(m: Matter, is_solved: str, *, then: str = evaluation.REST, missing: str = "") -> None:
    """The resident says what they think of the answer, where no handler sees it, and lets it rest or go on."""
    rng = m.stage.rng
    marks = {"yes": (6, 3, 1, 2), "partly": (2, 4, 2, 2), "no": (1, 2, 5, 2)}[is_solved]
    result, manner = (rng.choices(evaluation.Judgement.MARKS, marks)[0] for _mark in range(2))
    words = rng.choice(OPINIONS[is_solved]) if m.chance(0.4) else ""
    opinion = evaluation.Opinion(is_solved, result, manner, rng.choice((False, False, False, None, True)), words)
    key = f"demo:{m.key}:{m.now:%j%H%M%S}"
    evaluation.judge(m.key, opinion, by=m.speaker, now=m.now, idempotency_key=key, then=then, missing=missing)


# ---- fates ----------------------------------------------------------------------------------------------------------


def registered(m: Matter) -> Story:
    yield from registers(m)


def waiting(m: Matter) -> Story:
    yield from registers(m)
    yield from dispatched(m)


def deemed(m: Matter) -> Story:
    """Nobody signs; the clock does."""
    yield from waiting(m)
    yield m.stage.later(15, 18)
    if m.chance(0.5):
        yield from drafted(m)
        yield from approved(m)
        yield from served(m)


def disputed(m: Matter) -> Story:
    yield from registers(m)
    wrong = m.wrong_office()
    yield from dispatched(m, to=wrong)
    yield m.stage.later(0.5, 3)
    casework.return_case(m.key, reason=m.stage.rng.choice(RETURNED), by=m.hand("handler", wrong), now=m.now)


def settled(m: Matter, *, is_upheld: bool) -> Story:
    yield from registers(m)
    first = m.wrong_office() if is_upheld else m.right_office()
    yield from dispatched(m, to=first)
    yield m.stage.later(0.5, 3)
    casework.return_case(m.key, reason=m.stage.rng.choice(RETURNED), by=m.hand("handler", first), now=m.now)
    yield m.stage.later(2, 9)
    casework.settle_return(
        m.key,
        to=m.right_office(),
        reason="按履职事项清单和事发地点，由该单位主办，其他单位配合。",
        by=m.hand("dispatcher", m.case.dispatch_office_id),
        now=m.now,
    )
    yield from answered(m)


def settled_elsewhere(m: Matter) -> Story:
    yield from settled(m, is_upheld=True)


def settled_back(m: Matter) -> Story:
    yield from settled(m, is_upheld=False)


def redispatched(m: Matter) -> Story:
    yield from registers(m)
    yield from dispatched(m, to=m.wrong_office())
    yield from accepted(m)
    yield m.stage.later(1, 4)
    casework.redispatch(
        m.key,
        to=m.right_office(),
        reason="核对派单目录，该事项由另一单位主责，时限不变。",
        by=m.hand("dispatcher", m.case.dispatch_office_id),
        now=m.now,
    )
    yield from accepted(m)


def working(m: Matter) -> Story:
    yield from waiting(m)
    yield from accepted(m)
    if m.chance(0.2):
        yield from asked_again(m)


def overdue(m: Matter) -> Story:
    """Signed for and left lying: reminders, the superior office, trips."""
    yield from waiting(m)
    yield from accepted(m)
    yield from asked_again(m, m.stage.rng.randint(1, 3))


def answered_late(m: Matter) -> Story:
    yield from overdue(m)
    yield m.stage.later(35, 45)
    yield from answered(m)


def writing(m: Matter) -> Story:
    yield from waiting(m)
    yield from accepted(m)
    yield from drafted(m)


def sent_back(m: Matter) -> Story:
    yield from writing(m)
    yield m.stage.later(0.5, 3)
    reason = m.stage.rng.choice(SENT_BACK)
    casework.send_back(m.key, reason=reason, by=m.hand("approver", m.case.holder_id), now=m.now)
    if m.chance(0.5):
        yield from drafted(m)
        yield from approved(m)
        yield from served(m)


def to_serve(m: Matter) -> Story:
    yield from writing(m)
    yield from approved(m)


def replied(m: Matter) -> Story:
    """Answered; nobody has said anything yet. After the limit the clock closes it as silent."""
    yield from registers(m)
    yield from answered(m)


def confirmed(m: Matter) -> Story:
    yield from replied(m)
    yield m.stage.later(2, 30)
    if m.chance(0.8):
        judged(m, "yes")
    else:
        casework.confirm(m.key, by=m.speaker, now=m.now)


def let_rest(m: Matter) -> Story:
    yield from replied(m)
    yield m.stage.later(2, 30)
    if m.chance(0.8):
        judged(m, m.stage.rng.choice(("partly", "no")))
    else:
        casework.let_rest(m.key, by=m.speaker, now=m.now)


def withdrawn(m: Matter) -> Story:
    yield from waiting(m)
    yield m.stage.later(1, 8)
    casework.withdraw(m.key, by=m.speaker, now=m.now)


def reopened(m: Matter) -> Story:
    yield from replied(m)
    yield from not_solved(m)


def reopened_confirmed(m: Matter) -> Story:
    yield from reopened(m)
    yield from answered(m)
    yield m.stage.later(4, 20)
    casework.confirm(m.key, by=m.speaker, now=m.now)


def escalated(m: Matter) -> Story:
    """Not solved for the third time: now it is with the superior office."""
    yield from reopened(m)
    for _round in range(2):
        yield from answered(m)
        yield from not_solved(m)


def refused(m: Matter) -> Story:
    """It belongs elsewhere, or is not accepted: with ground, law, another way and remedy."""
    yield from registers(m)
    yield m.stage.later(1, 4)
    casework.draft_reply(m.key, m.voice.reply(), by=m.hand("dispatcher", m.case.dispatch_office_id), now=m.now)
    yield from approved(m)
    yield from served(m)


def on_the_spot(m: Matter) -> Story:
    yield from registers(m)
    yield m.now + timedelta(minutes=9)
    office = m.case.first_receiver_id
    casework.reply_on_the_spot(m.key, m.voice.reply(), by=m.hand("receptionist", office), now=m.now)
    if m.chance(0.6):
        yield m.now + timedelta(minutes=5)
        casework.confirm(m.key, by=m.speaker, now=m.now)
