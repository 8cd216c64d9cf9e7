"""Fill recorded lives with ids, times and words: rows for SQLite as tuples, for PostgreSQL as lines of COPY."""

import json
import os
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from bandeng.engines import deadlines, merkle
from bandeng.ground.acts import api as acts
from bandeng.ground.core import api as core
from bandeng.ground.core.ids import CODE_ALPHABET, _check_character
from bandeng.ground.core.sealing import FORMAT
from bandeng.ground.residents import api as residents

from . import texts
from .county import County
from .lives import LIVES, Life, Slot

CODES = len(CODE_ALPHABET) ** 9
STRIDE = 6_364_136_223_846  # no multiple of 29, so that every case has a code of its own
CHANNELS = ("counter", "counter", "phone", "phone", "web", "visit", "letter")
ENDED = {"spot_confirmed": 25, "spot_lapsed": 20, "general_withdrawn": 15, "ask_confirmed": 12, "ask_rested": 8,
         "general_confirmed": 10, "general_lapsed": 10}  # fmt: skip
OPEN = {"general_registered": 20, "general_dispatched": 20, "general_working": 25, "general_drafted": 8,
        "general_approved": 5, "general_replied": 22}  # fmt: skip
# How long a step takes, in hours.
HOURS = {"dispatch": (0.2, 6), "accept": (0.2, 16), "draft": (1, 30), "approve": (0.5, 10), "serve": (0.2, 8),
         "answer": (1, 20), "reply_on_the_spot": (0.1, 0.7), "confirm": (1, 200), "let_rest": (1, 200),
         "withdraw": (1, 40)}  # fmt: skip
# How long ago the last step of an open case was, at most: short enough that no limit has passed.
REACH = {"general_registered": 80, "general_replied": 200}


class Dialect:
    """How values are written for a store."""

    def __init__(self, is_copy: bool):
        self.is_copy = is_copy
        self.null = r"\N" if is_copy else None

    def id(self, dashed: str) -> str:
        return dashed if self.is_copy else dashed.replace("-", "")

    def time(self, iso: str) -> str:
        """Turn `2026-11-23T01:30:00.000001+00:00` into what Django writes."""
        return iso.replace("T", " ") if self.is_copy else iso[:-6].replace("T", " ")

    def bytes(self, value: bytes) -> str | bytes:
        return rf"\\x{value.hex()}" if self.is_copy else value

    def constant(self, value):
        if isinstance(value, UUID):
            return self.id(str(value))
        if isinstance(value, list | dict):
            return json.dumps(value)
        if not self.is_copy:
            return int(value) if isinstance(value, bool) else value
        if value is None:
            return self.null
        return ("t" if value else "f") if isinstance(value, bool) else str(value)


class Compiled:
    """A life made ready for one dialect: every slot is a place in one list of values."""

    def __init__(self, life: Life, dialect: Dialect):
        self.life, self.dialect = life, dialect
        self.at = {slot: n for n, slot in enumerate(sorted(life.slots(), key=lambda s: (s.name, s.form)))}
        self.blank: list = [dialect.null] * (len(self.at) + 1)  # the last place takes what this life has no use for
        self.rows = [(table, self._row(row)) for table, rows in life.rows.items() for row in rows]
        self.acts = [tuple((t.template, itemgetter(*map(self.place, t.slots))) for t in parts) for parts in life.acts]
        self.sealed = [
            [(name, self.find(f"digest{n}.{name}", "text")) for name in s] for n, s in enumerate(life.sealed)
        ]
        self.parts = [p for p in ("facts", "basis", "opinion", "remedy") if Slot(f"reply0.{p}", "bytes") in self.at]
        made = [s.name for s in self.at if s.form in {"id", "dash"} and s.name.rstrip("0123456789") in MADE]
        self.ids = sorted({*made, "resident"}, key=lambda name: (MADE.index(name.rstrip("0123456789")), name))

    def place(self, slot: Slot) -> int:
        return self.at.get(slot, len(self.at))

    def find(self, name: str, form: str) -> int:
        return self.place(Slot(name, form))

    def _row(self, row: list) -> Callable:
        if self.dialect.is_copy:
            cells = [None if isinstance(c, Slot) else self.dialect.constant(c).replace("%", "%%") for c in row]
            line = "\t".join("%s" if cell is None else cell for cell in cells)
            get = itemgetter(*(self.place(c) for c in row if isinstance(c, Slot)))
            return lambda values: line % get(values)
        places = []
        for cell in row:
            if isinstance(cell, Slot):
                places.append(self.place(cell))
            else:
                places.append(len(self.blank))
                self.blank.append(self.dialect.constant(cell))
        return itemgetter(*places)


MADE = ("seal_key", "resident", "case", "clock", "act", "reply")


@dataclass
class Chunk:
    """Rows by table, and the leaves of the chunk's acts in the order of their times."""

    rows: dict[str, list]
    leaves: list[tuple[str, bytes]]
    cases: int


class Writer:
    """Makes the rows of any chunk of cases; the same seed and numbers give the same county, people and dates."""

    def __init__(self, lives: dict[str, Life], county: County, counter, *, total: int, seed: int, until: datetime,
                 since: datetime, is_copy: bool):  # fmt: skip
        self.dialect, self.county, self.counter = Dialect(is_copy), county, counter
        self.total, self.seed, self.until, self.since = total, seed, until, since
        self.lives = {name: Compiled(life, self.dialect) for name, life in lives.items()}
        self.ended = total - total // 20
        keyring = settings.KEYRING
        self.words_key = AESGCM(keyring.sealing("words", keyring.current("words")))
        self.identity_key = AESGCM(keyring.sealing("identity", keyring.current("identity")))
        self.blind = keyring.secret("blind")
        # What an installation that has registered somebody has, and the checks look for.
        keyring.secret("tokens"), keyring.signing("receipts")
        self.due_forms = lru_cache(4096)(self._due_forms)

    def chunk(self, first: int, end: int) -> Chunk:
        rng = random.Random(f"{self.seed}:{first}")
        rows: dict[str, list] = defaultdict(list)
        leaves: list[tuple[str, str, bytes]] = []
        for number in range(first, min(end, self.total)):
            kinds = ENDED if number < self.ended else OPEN
            name = rng.choices(list(kinds), kinds.values())[0]
            self._case(self.lives[name], number, rng, rows, leaves)
        leaves.sort()
        return Chunk(dict(rows), [(id_, leaf) for _at, id_, leaf in leaves], min(end, self.total) - first)

    def _case(self, made: Compiled, number: int, rng: random.Random, rows: dict, leaves: list) -> None:
        values, at = made.blank.copy(), self._times(made.life, number, rng)
        ids = self._ids(made, values, at[1])
        self._offices(made, values, rng)
        self._times_in(made, values, at)
        values[made.find("code", "text")] = code(number)
        has_name = self._person(made, values, rng, ids)
        self._words(made, values, rng, ids)
        if made.life.ended:  # always the last act of a life
            outcome, version = made.life.ended
            seal = core.blind_index(self.blind, "case_outcome", f"{ids['case']}:{version}:{outcome}")
            values[made.find(f"outcome{len(made.acts) - 1}", "text")] = seal.hex()
        for n, (head, payload, tail) in enumerate(made.acts):
            salt = os.urandom(32)
            for name, place in made.sealed[n]:
                values[place] = acts.words_digest(salt, name, self.said[name])
            text = payload[0] % payload[1](values)
            leaf = merkle.leaf_hash_of(
                merkle.commit(salt, f"{head[0] % head[1](values)}{text}{tail[0] % tail[1](values)}".encode())
            )
            values[made.find(f"payload{n}", "plain")] = text
            values[made.find(f"act{n}.salt", "bytes")] = self.dialect.bytes(salt)
            values[made.find(f"ledgerentry{n}.leaf_hash", "bytes")] = self.dialect.bytes(leaf)
            leaves.append((self.iso[n + 1], values[made.find(f"act{n}", "id")], leaf))
        for table, fill in made.rows:
            if has_name or table != "residents_resident":
                rows[table].append(fill(values))

    def _times(self, life: Life, number: int, rng: random.Random) -> list[datetime]:
        """Give the time of receipt and of each act; all differ in their microseconds."""
        at, uniform = [timedelta(0)], rng.uniform
        at.append(at[0] + timedelta(hours=rng.choice((0, 0, uniform(0.1, 2)))))
        for step in LIVES[life.name]:
            if step == "lapse":
                continue
            at.append(at[-1] + timedelta(hours=uniform(*HOURS[step])))
        if number < self.ended:
            share = (number + rng.random()) / self.ended
            first = self.since + (self.until - timedelta(days=40) - self.since) * share
        else:
            first = self.until - at[-1] - timedelta(hours=uniform(0.1, REACH.get(life.name, 20)))
        found = [(first + gap).replace(microsecond=1 + (number * 16 + n) % 999_983) for n, gap in enumerate(at)]
        found[0] = min(found[0], found[1])
        if LIVES[life.name][-1:] == ["lapse"]:
            due = self.counter.due(found[-1], life.clocks[-1][0]).legal.astimezone(UTC)
            found.append(due + timedelta(seconds=uniform(1, 60)))
        return found

    def _ids(self, made: Compiled, values: list, at: datetime) -> dict[str, str]:
        """Make UUIDv7s of the time of registration, so that every table grows at its end."""
        stamp = f"{int(at.timestamp() * 1000):012x}"
        stamp, noise, ids = f"{stamp[:8]}-{stamp[8:]}-7", os.urandom(9 * len(made.ids)).hex(), {}
        for n, name in enumerate(made.ids):
            bits = noise[18 * n : 18 * n + 18]
            ids[name] = dashed = f"{stamp}{bits[:3]}-a{bits[3:6]}-{bits[6:18]}"
            values[made.find(name, "dash")] = dashed
            values[made.find(name, "id")] = self.dialect.id(dashed)
        return ids

    def _offices(self, made: Compiled, values: list, rng: random.Random) -> None:
        county, pick = self.county, rng.choice
        first, to = pick(county.counters), pick(county.departments)
        dispatch = county.dispatching[first]
        given = {"first": first, "to": to, "dispatch": dispatch, "area": pick(county.villages[first])}
        given |= {"topic": pick(county.topics), "receptionist": county.posted["receptionist"][first]}
        given |= {"dispatcher": county.posted["dispatcher"][dispatch], "handler": county.posted["handler"][to]}
        given["approver"] = county.posted["approver"][to]
        for name, key in given.items():
            dashed = str(key)
            values[made.find(name, "dash")] = dashed
            values[made.find(name, "id")] = self.dialect.id(dashed)
            values[made.find(name, "staff")] = f"staff:{dashed}"

    def _times_in(self, made: Compiled, values: list, at: Sequence[datetime]) -> None:
        self.iso = [moment.isoformat() for moment in at]
        for n, iso in enumerate(self.iso):
            values[made.find(f"at{n}", "iso")] = iso
            values[made.find(f"at{n}", "utc")] = f"{iso[:26]}Z"
            values[made.find(f"at{n}", "local")] = at[n].astimezone(deadlines.SHANGHAI).isoformat()
            values[made.find(f"at{n}", "time")] = self.dialect.time(iso)
        for n, (limit, started, written) in enumerate(made.life.clocks):
            due = self.counter.due(at[int(started[2:])], limit)
            self._put_due(made, values, f"due{n}", due.legal)
            # What had been warned of by now is left out, as if the day before had been somebody else's installation.
            after = self.until if made.life.is_open else at[int(written[2:])]
            alerts = [self.due_forms(alert)[2] for alert in due.alerts if alert > after] + [self.dialect.null] * 2
            values[made.find(f"clock{n}.alert_at", "time")] = alerts[0]
            values[made.find(f"clock{n}.second_alert_at", "time")] = alerts[1]
        for name in made.life.idles:
            self._put_due(made, values, f"idle{name[2:]}", self.counter.due(at[int(name[2:])], IDLE).legal)

    def _put_due(self, made: Compiled, values: list, name: str, due: datetime) -> None:
        for form, text in zip(("utc", "local", "time"), self.due_forms(due), strict=True):
            values[made.find(name, form)] = text

    def _due_forms(self, due: datetime) -> tuple[str, str, str]:
        at = due.astimezone(UTC)
        return acts.timestamp(at), due.isoformat(), self.dialect.time(at.isoformat())

    def _person(self, made: Compiled, values: list, rng: random.Random, ids: dict[str, str]) -> bool:
        channel, mode = rng.choice(CHANNELS), rng.choice(("anonymous", "hidden", "shown", "shown"))
        for name, value in (("channel", channel), ("identity_mode", mode)):
            values[made.find(name, "text")] = value
            values[made.find(name, "json")] = f'"{name}":"{value}"'
        self.person = residents.Identity()
        if mode == "anonymous":
            values[made.find("resident", "id")] = self.dialect.null
            return False
        given, phone = texts.identity(rng)
        self.person = residents.Identity(name=given, phone=phone)
        for name, value in (("name", given), ("phone", phone)):
            sealed = seal(self.identity_key, value.encode(), f"resident.{name}:{ids['resident']}")
            values[made.find(f"resident0.{name}", "bytes")] = self.dialect.bytes(sealed)
        index = core.blind_index(self.blind, "phone", phone)
        values[made.find("resident0.phone_index", "bytes")] = self.dialect.bytes(index)
        return True

    def _words(self, made: Compiled, values: list, rng: random.Random, ids: dict[str, str]) -> None:
        plain_key, words = os.urandom(32), texts.message(rng)
        key = AESGCM(plain_key)
        wrapped = seal(self.words_key, plain_key, f"seal_key:{ids['seal_key']}")
        self.said = {"words": words.encode(), "resident": ids["resident"].encode() if self.person else b""}
        values[made.find("sealkey0.wrapped", "bytes")] = self.dialect.bytes(wrapped)
        sealed = seal(key, self.said["words"], f"case.words:{ids['case']}")
        values[made.find("case0.words", "bytes")] = self.dialect.bytes(sealed)
        values[made.find("masked", "plain")] = residents.mask_given(words, self.person)
        if made.parts:
            answer = texts.answer(rng)
            for part in made.parts:
                self.said[part] = answer[part].encode()
                sealed = seal(key, self.said[part], f"reply.{part}:{ids['reply0']}")
                values[made.find(f"reply0.{part}", "bytes")] = self.dialect.bytes(sealed)


IDLE = deadlines.Limit(5, "working_day")  # `Writer` is told by `generate` if the county's parameter is another


def seal(key: AESGCM, plain: bytes, context: str) -> bytes:
    """Do what core.seal does, with a key that is set up once."""
    nonce = os.urandom(12)
    return FORMAT + nonce + key.encrypt(nonce, plain, context.encode())


def code(number: int) -> str:
    """Give the code of a case by its number: all differ, and neighbours do not look alike."""
    number, letters = (number * STRIDE + 271_828_182_845) % CODES, []
    for _ in range(9):
        number, at = divmod(number, 29)
        letters.append(CODE_ALPHABET[at])
    body = "".join(letters)
    return body + _check_character(body)
