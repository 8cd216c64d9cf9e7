"""Lives of cases, written down once by the real services and then repeated with other ids, times and words.

`record` lets the services lead one case through a life, inside a transaction that is rolled back, and turns every row
they wrote into a template. So the generator knows nothing of its own about rows, payloads or dates: what the services
come to write tomorrow is what it repeats tomorrow. `repeat_exactly` is the proof: a second case, led by the services
with other inputs, must come out of the template byte for byte.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.apps import apps
from django.db import connection, models, transaction

from bandeng.engines import deadlines
from bandeng.ground.acts import api as acts
from bandeng.ground.clocks import api as clocks
from bandeng.ground.core import api as core
from bandeng.ground.directory import api as directory
from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as cases
from bandeng.speak.casework import services

from .county import County

# Working days far enough from one another that no two limits end on the same day, and before any holiday.
DAYS = ["03-03", "03-04", "03-06", "03-07", "03-10", "03-11", "03-12", "03-13"]
PROCEDURE = {"spot": "on_the_spot", "ask": "enquiry"}
LIVES: dict[str, list[str]] = {
    "spot_confirmed": ["reply_on_the_spot", "confirm"],
    "spot_lapsed": ["reply_on_the_spot", "lapse"],
    "ask_confirmed": ["dispatch", "accept", "answer", "confirm"],
    "ask_rested": ["dispatch", "accept", "answer", "let_rest"],
    "general_confirmed": ["dispatch", "accept", "draft", "approve", "serve", "confirm"],
    "general_lapsed": ["dispatch", "accept", "draft", "approve", "serve", "lapse"],
    "general_withdrawn": ["dispatch", "withdraw"],
    "general_registered": [],
    "general_dispatched": ["dispatch"],
    "general_working": ["dispatch", "accept"],
    "general_drafted": ["dispatch", "accept", "draft"],
    "general_approved": ["dispatch", "accept", "draft", "approve"],
    "general_replied": ["dispatch", "accept", "draft", "approve", "serve"],
}
NOT_REPEATED = {"messaging_outboxmessage", "ledger_pending"}  # sent long ago, sequenced long ago
SEALED = {"wrapped", "words", "name", "phone", "phone_index", "salt", "leaf_hash", "facts", "basis", "opinion",
          "where_to_go", "remedy"}  # fmt: skip


class Differs(AssertionError):
    """A life cannot be repeated from its template; the message says where."""


@dataclass(frozen=True)
class Slot:
    """A place in a row or text that differs from case to case. `form` is how it is written there."""

    name: str
    form: str


@dataclass(frozen=True)
class Text:
    """A text with slots, as a %-template."""

    template: str
    slots: tuple[Slot, ...]


@dataclass
class Inputs:
    """What one case is made of."""

    county: County
    first: UUID
    area: UUID
    topic: UUID
    to: UUID
    at: list[datetime]
    words: str
    parts: dict[str, str]
    identity: residents.Identity
    channel: str
    is_hidden: bool = False

    @property
    def dispatch(self) -> UUID:
        return self.county.dispatching[self.first]

    def hand(self, role: str, office: UUID) -> cases.Hand:
        person = directory.Staff(pk=self.county.who(role, office), is_active=True)
        return cases.hand.staff(directory.permissions_of(person, self.at[0]))


@dataclass
class Life:
    """A recorded life: rows per table as lists of constants, Slots and payload Texts, and how dates arise."""

    name: str
    columns: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, list[list]] = field(default_factory=dict)
    clocks: list[tuple[deadlines.Limit, str, str]] = field(default_factory=list)  # limit, started at, written at
    idles: list[str] = field(default_factory=list)  # names of the times after which `idle` counts
    acts: list[tuple[Text, Text, Text]] = field(default_factory=list)  # head, payload, tail of the canonical bytes
    sealed: list[list[str]] = field(default_factory=list)  # names of the words each act commits to
    steps: int = 0
    is_open: bool = False
    ended: tuple[str, int] | None = None  # outcome and version where the resident ended it: its act commits to both

    def slots(self) -> set[Slot]:
        found = {slot for parts in self.acts for text in parts for slot in text.slots}
        return found | {v for rows in self.rows.values() for row in rows for v in row if isinstance(v, Slot)}


def _lead(name: str, given: Inputs) -> cases.Case:
    """Have the services lead one case through a life; `given.at` holds the time it was received, then each act's."""
    procedure = PROCEDURE.get(name.partition("_")[0], "general")
    item = cases.Registration(
        given.words, given.channel, given.first, procedure=procedure, received_at=given.at[0], area=given.area,
        topic=given.topic, identity=given.identity, is_name_hidden=given.is_hidden,
    )  # fmt: skip
    case = cases.register(item, by=given.hand("receptionist", given.first), now=given.at[1]).case
    for now, step in zip(given.at[2:], LIVES[name], strict=False):
        _STEPS[step](case.pk, given, now)
    return case


def _reply(given: Inputs, *names: str) -> cases.ReplyText:
    return cases.ReplyText(**{name: given.parts[name] for name in names})


_FULL, _SHORT = ("facts", "basis", "opinion", "remedy"), ("opinion",)
_STEPS: dict[str, Callable] = {
    "dispatch": lambda key, g, now: cases.dispatch(key, to=g.to, by=g.hand("dispatcher", g.dispatch), now=now),
    "accept": lambda key, g, now: cases.accept(key, by=g.hand("handler", g.to), now=now),
    "draft": lambda key, g, now: cases.draft_reply(key, _reply(g, *_FULL), by=g.hand("handler", g.to), now=now),
    "approve": lambda key, g, now: cases.approve(key, by=g.hand("approver", g.to), now=now),
    "serve": lambda key, g, now: cases.serve(key, method="phone", by=g.hand("handler", g.to), now=now),
    "answer": lambda key, g, now: cases.answer(
        key, _reply(g, *_SHORT), method="phone", by=g.hand("handler", g.to), now=now
    ),
    "reply_on_the_spot": lambda key, g, now: cases.reply_on_the_spot(
        key, _reply(g, *_SHORT), by=g.hand("receptionist", g.first), now=now
    ),
    "confirm": lambda key, g, now: cases.confirm(key, by=cases.hand.resident(key), now=now),
    "let_rest": lambda key, g, now: cases.let_rest(key, by=cases.hand.resident(key), now=now),
    "withdraw": lambda key, g, now: cases.withdraw(key, by=cases.hand.resident(key), now=now),
    "lapse": lambda key, g, now: services.lapse(key, now=now),
}


def _counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        counts = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts


def _written(case: cases.Case) -> dict[type[models.Model], list[models.Model]]:
    """Collect every row of a case, in an order that is the same each time."""
    case = cases.Case.objects.select_related("seal_key", "resident").get(pk=case.pk)
    done = acts.history("case", case.pk)
    started = {key: n for n, act in enumerate(done) for key in [c["clock"] for c in act.payload["clocks"]]}
    running = clocks.Clock.objects.filter(subject_key=case.pk)
    entries = {entry.pk: entry for entry in _model("ledger.LedgerEntry").objects.filter(pk__in=[a.pk for a in done])}
    return {
        core.SealKey: [core.SealKey.objects.get(pk=case.seal_key_id)],
        residents.Resident: [case.resident],
        cases.Case: [case],
        _model("casework.CaseAccess"): list(case.access.order_by("reason", "office")),
        clocks.Clock: sorted(running, key=lambda c: (started[str(c.pk)], c.parameter)),
        acts.Act: done,
        _model("ledger.LedgerEntry"): [entries[act.pk] for act in done],
        _model("casework.Reply"): list(case.replies.all()),
    }


def _model(name: str) -> type[models.Model]:
    return apps.get_model(name)


def _names(given: Inputs, rows: dict) -> dict:
    """Name every value that differs from case to case; two values must not have one name, nor one value two."""
    named: dict[object, str] = {}

    def put(value, name: str) -> None:
        if named.setdefault(value, name) != name:
            raise Differs(f"{name} and {named[value]} are both {value}: record them with other inputs.")

    case, done = rows[cases.Case][0], rows[acts.Act]
    for name in ("first", "area", "topic", "to", "dispatch"):
        put(getattr(given, name), name)
    for role, office in (
        ("receptionist", given.first), ("dispatcher", given.dispatch), ("handler", given.to), ("approver", given.to)
    ):  # fmt: skip
        put(given.county.who(role, office), role)
    put(case.pk, "case"), put(case.seal_key_id, "seal_key"), put(case.resident_id, "resident")
    for kind, model in (("act", acts.Act), ("clock", clocks.Clock), ("reply", _model("casework.Reply"))):
        for n, row in enumerate(rows[model]):
            put(row.pk, f"{kind}{n}")
    for n, at in enumerate(given.at[: len(done) + 1]):
        put(at, f"at{n}")
        if n:
            put(clocks.preview("idle", at).legal, f"idle{n}")
    for n, clock in enumerate(rows[clocks.Clock]):
        if clock.due_strict != clock.due_legal or clock.is_estimated:
            raise Differs(f"{clock.parameter}: the generator knows limits in working days inside the calendar alone.")
        put(clock.due_legal, f"due{n}")
    for n, act in enumerate(done):
        for name, digest in act.payload.get("sealed", {}).items():
            put(digest, f"digest{n}.{name}")
        if act.kind == "case.ended":
            put(act.payload["outcome"], f"outcome{n}")
    return named


def _forms(value, name: str) -> Iterator[tuple[str, Slot]]:
    """Give the spellings a value may have inside a JSON text."""
    if isinstance(value, UUID):
        yield str(value), Slot(name, "dash")
    elif isinstance(value, datetime):
        yield acts.timestamp(value), Slot(name, "utc")
        yield value.astimezone(deadlines.SHANGHAI).isoformat(), Slot(name, "local")
        yield value.astimezone(UTC).isoformat(), Slot(name, "iso")
    elif value is not None:
        yield str(value), Slot(name, "text")


def _text(plain: str, named: dict, case: cases.Case) -> Text:
    """Cut a text at its slots."""
    spellings = [pair for value, name in named.items() for pair in _forms(value, name)]
    spellings += [
        (case.code, Slot("code", "text")),
        (f'"channel":"{case.channel}"', Slot("channel", "json")),
        (f'"identity_mode":"{case.identity_mode}"', Slot("identity_mode", "json")),
    ]
    found = sorted(((plain.find(s), s, slot) for s, slot in spellings if s in plain), key=lambda hit: -len(hit[1]))
    marked, slots = plain.replace("%", "%%"), []
    for _at, spelling, slot in found:
        marked = marked.replace(spelling, f"\x00{len(slots)}\x00")
        slots.append(slot)
    pieces = marked.split("\x00")
    order = tuple(slots[int(piece)] for piece in pieces[1::2])
    return Text("%s".join(pieces[::2]), order)


def _cell(model: type[models.Model], n: int, column: models.Field, value, named: dict, case: cases.Case):
    """Turn one column of one row into a constant, a Slot or (payloads) a Slot that the act's text fills."""
    if model is clocks.Clock and column.name in {"alert_at", "second_alert_at"}:
        return Slot(f"clock{n}.{column.name}", "time")
    if column.name in SEALED and isinstance(value, bytes | memoryview):
        return Slot(f"{model._meta.model_name}{n}.{column.name}", "bytes")
    if column.name == "words_masked":
        return Slot("masked", "plain")
    if column.name == "payload":
        return Slot(f"payload{n}", "plain")
    if model is cases.Case and column.name in {"code", "channel", "identity_mode"}:
        return Slot(column.name, "text")
    if isinstance(value, datetime | UUID):
        if value in named:
            return Slot(named[value], "time" if isinstance(value, datetime) else "id")
        return value
    if isinstance(value, str) and value.startswith("staff:"):
        return Slot(named[UUID(value[6:])], "staff")
    return value


def record(name: str, given: Inputs) -> tuple[Life, dict]:
    """Record one life; gives it with what the services really wrote (for `repeat_exactly`)."""
    with transaction.atomic():
        before = _counts()
        case = _lead(name, given)
        grown = {table for table, n in _counts().items() if n != before[table]}
        rows = _written(case)
        transaction.set_rollback(True)
    known = {model._meta.db_table for model in rows} | NOT_REPEATED
    if not grown <= known:
        raise Differs(f"{name} also writes {', '.join(sorted(grown - known))}.")
    case, named = rows[cases.Case][0], _names(given, rows)
    life = Life(name, steps=len(rows[acts.Act]), is_open=case.closed_at is None)
    for model, found in rows.items():
        columns = [c for c in model._meta.concrete_fields if not isinstance(c, models.AutoField)]
        life.columns[model._meta.db_table] = [c.column for c in columns]
        life.rows[model._meta.db_table] = [
            [_cell(model, n, c, getattr(row, c.attname), named, case) for c in columns] for n, row in enumerate(found)
        ]
    for clock in rows[clocks.Clock]:
        written = next(n for n, a in enumerate(rows[acts.Act]) if str(clock.pk) in str(a.payload["clocks"]))
        life.clocks.append((clock.parameter_version.limit, named[clock.started_at], f"at{written + 1}"))
    for act in rows[acts.Act]:
        payload = json.dumps(act.payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        head, found_payload, tail = act.canonical().decode().partition(payload)
        if not found_payload or "\\" in payload:
            raise Differs(f"{act.kind}: the canonical bytes do not hold the payload as it is.")
        life.acts.append(tuple(_text(part, named, case) for part in (head, payload, tail)))
        life.sealed.append(sorted(act.payload.get("sealed", {})))
        if act.kind == "case.ended":
            life.ended = (case.outcome, act.payload["case"]["version"])
    used = {slot.name for slot in life.slots()}
    life.idles = [f"at{n}" for n in range(1, life.steps + 1) if f"idle{n}" in used]
    return life, {"rows": rows, "named": named}


def times(year: int = 2025) -> list[datetime]:
    """Give the times of recording."""
    first = [datetime.fromisoformat(f"{year}-{day}T09:13:21.120001+08:00") for day in DAYS]
    return [(at + timedelta(minutes=7 * n, microseconds=n)).astimezone(UTC) for n, at in enumerate(first)]


def record_all(county: County, words: str, parts: dict[str, str]) -> dict[str, Life]:
    """Record every life, and hold each against a second case with other inputs."""
    committees = [o for o in county.counters if county.dispatching[o] != o]
    lives = {}
    for n, name in enumerate(LIVES):
        first, second = (
            Inputs(
                county, office, county.villages[office][0], county.topics[n + k], county.departments[n + k],
                [at + timedelta(seconds=k) for at in times()], words[k:], parts,
                residents.Identity(name="某某某", phone="13900000000"), channel, bool(k),
            )
            for k, (office, channel) in enumerate(zip(committees[n : n + 2], ("letter", "phone"), strict=True))
        )  # fmt: skip
        lives[name], _rows = record(name, first)
        _repeat_exactly(lives[name], *record(name, second))
    return lives


def _repeat_exactly(life: Life, again: Life, wrote: dict) -> None:
    """Hold a template against what the services wrote for a second case."""
    if (life.columns, life.rows, life.clocks, life.idles, life.acts) != (
        again.columns, again.rows, again.clocks, again.idles, again.acts
    ):  # fmt: skip
        raise Differs(f"{life.name}: two cases of the same life are not alike; something varies that has no slot.")
    case = wrote["rows"][cases.Case][0]
    known = {slot: text for value, name in wrote["named"].items() for text, slot in _forms(value, name)}
    known |= {Slot("code", "text"): case.code}
    known |= {Slot(n, "json"): f'"{n}":"{getattr(case, n)}"' for n in ("channel", "identity_mode")}
    for parts, act in zip(life.acts, wrote["rows"][acts.Act], strict=True):
        text = "".join(t.template % tuple(known[slot] for slot in t.slots) for t in parts)
        if text.encode() != act.canonical():
            raise Differs(f"{life.name}, {act.kind}: {text} is not {act.canonical().decode()}")
