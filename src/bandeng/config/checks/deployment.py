"""Is this fit for a county? Asked by `bandeng check --deploy`, beside what must hold in any installation.

A question gives the subjects for which it does not hold; its remedy says what to do. docs/reference/deployment.md is
written from this list.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bandeng.config import environment, worker
from bandeng.config.cli.demo import ORIGIN
from bandeng.config.operation import room

from . import host
from .framework import Finding

LOCAL = {"localhost", "127.0.0.1", "[::1]", "::1"}
TOKEN_LENGTH = 24


@dataclass(frozen=True)
class Question:
    """One thing that must hold: what is asked, what to do where it does not, and how to find out."""

    code: str
    asked: str  # for the reference alone
    remedy: Promise
    failing: Callable[[datetime], Iterable[str]]
    is_warning: bool = False
    needs_database: bool = False


def findings(now: datetime, *, has_database: bool) -> Iterator[Finding]:
    """Ask every question that can be asked."""
    for each in QUESTIONS:
        if has_database or not each.needs_database:
            for subject in each.failing(now):
                yield Finding(each.code, subject, str(each.remedy), each.is_warning)


def _if(subject: str, is_wrong: bool) -> list[str]:
    return [subject] if is_wrong else []


def _unset(*variables: environment.Variable) -> list[str]:
    return [variable.name for variable in variables if not os.environ.get(variable.name)]


def _hosts(now: datetime) -> list[str]:
    name = urlsplit(settings.BASE_URL).hostname or ""
    is_open = any(host.startswith(("*", ".")) for host in settings.ALLOWED_HOSTS)
    return _if("BANDENG_HOSTS", is_open or set(settings.ALLOWED_HOSTS) <= LOCAL or name not in settings.ALLOWED_HOSTS)


def _base_url(now: datetime) -> list[str]:
    parts = urlsplit(settings.BASE_URL)
    return _if(settings.BASE_URL, parts.scheme != "https" or not parts.hostname or parts.hostname in LOCAL)


def _cookies(now: datetime) -> list[str]:
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY")
    return [name for name in names if not getattr(settings, name)]


def _key_modes(now: datetime) -> list[str]:
    directory = settings.KEYRING.directory
    if not directory.is_dir():
        return []  # that they are missing says the check of keys
    found = directory.stat()
    wrong = _if(str(directory), found.st_mode & 0o077 != 0 or found.st_uid != os.geteuid())
    return wrong + [str(path) for path in sorted(directory.iterdir()) if path.stat().st_mode & 0o177]


def _keys_beside_data(now: datetime) -> list[str]:
    directory = settings.KEYRING.directory.resolve()
    return _if(str(directory), directory.is_relative_to(settings.HOME.resolve()))


def _home_modes(now: datetime) -> list[str]:
    return _if(str(settings.HOME), settings.HOME.is_dir() and settings.HOME.stat().st_mode & 0o007 != 0)


def _demo(now: datetime) -> list[str]:
    marks = [name for name in ("ready", "making") if (settings.HOME / name).exists()]
    return _if(str(settings.HOME), settings.DEMO or ORIGIN == settings.LOG_ORIGIN or bool(marks))


def _disk(now: datetime) -> list[str]:
    free = room.free()
    return _if(f"{free / 1024**3:.1f} GiB", free < room.AMPLE)


def _token(now: datetime) -> list[str]:
    return _if("BANDENG_METRICS_TOKEN", 0 < len(settings.METRICS_TOKEN) < TOKEN_LENGTH)


def _root(now: datetime) -> list[str]:
    return _if("root", os.geteuid() == 0)


def _code(now: datetime) -> list[str]:
    package = Path(environment.__file__).resolve().parent.parent
    return _if(str(package), os.geteuid() != 0 and os.access(package, os.W_OK))


QUESTIONS: list[Question] = [
    Question(
        "debug-on",
        "Errors are not shown in detail.",
        _("Pages of errors would show what residents wrote. Take BANDENG_DEBUG away."),
        lambda now: _if("BANDENG_DEBUG", settings.DEBUG),
    ),
    Question(
        "demo",
        "It is not the demonstration.",
        _("Fiction must not mix with a county: set BANDENG_HOME, BANDENG_DATABASE and BANDENG_LOG_ORIGIN of its own."),
        _demo,
    ),
    Question(
        "hosts",
        "It answers to its own name alone, and to the one it prints on receipts.",
        _("Name the host of BANDENG_BASE_URL, and no pattern: BANDENG_HOSTS=bandeng.example.gov.cn"),
        _hosts,
    ),
    Question(
        "base-url",
        "Receipts carry an address that residents can reach, over TLS.",
        _("Write it as residents type it: BANDENG_BASE_URL=https://bandeng.example.gov.cn"),
        _base_url,
    ),
    Question(
        "https-off",
        "A proxy ends TLS.",
        _("Put the proxy of deploy/nginx.conf before it and set BANDENG_HTTPS=1."),
        lambda now: _if("BANDENG_HTTPS", not settings.HTTPS),
    ),
    Question(
        "hsts-off",
        "Browsers are told to come back over TLS only, for a year.",
        _("Set BANDENG_HTTPS=1."),
        lambda now: _if("Strict-Transport-Security", settings.SECURE_HSTS_SECONDS < 31_536_000),
    ),
    Question(
        "cookies-open",
        "Cookies travel over TLS only and no script reads them.",
        _("Set BANDENG_HTTPS=1."),
        _cookies,
    ),
    Question(
        "names-unset",
        "The county, its telephone and its log have names of their own.",
        _("Set it; the value shipped is an example. The log's name is chosen once and never changed."),
        lambda now: _unset(environment.COUNTY, environment.PHONE, environment.LOG_ORIGIN),
    ),
    Question(
        "keys-open",
        "Nobody else on this machine can read the keys.",
        _("Run `chmod 700` on the directory and `chmod 600` on the keys, as the user that runs Bandeng."),
        _key_modes,
    ),
    Question(
        "keys-in-home",
        "The keys lie apart from what is backed up.",
        _("One stolen copy would hold both. Move them and set BANDENG_KEYS; keep them as `bandeng keys export` does."),
        _keys_beside_data,
        is_warning=True,
    ),
    Question(
        "home-open",
        "Strangers on this machine cannot look into the installation's files.",
        _("Run `chmod 750` on it."),
        _home_modes,
    ),
    Question(
        "root",
        "It runs as a user of its own.",
        _("Make one (`useradd --system`) and run web, worker and commands as it."),
        _root,
        is_warning=True,
    ),
    Question(
        "code-writable",
        "The user that runs it cannot change its program.",
        _("Let root own the program; the user needs to write BANDENG_HOME and BANDENG_KEYS alone."),
        _code,
        is_warning=True,
    ),
    Question(
        "disk-low",
        "There is room for a year of attachments to begin with.",
        _("Make room, or put BANDENG_HOME on a larger disk; below 0.5 GiB `/readyz` says no."),
        _disk,
        is_warning=True,
    ),
    Question(
        "token-short",
        "The token for metrics cannot be guessed.",
        _("Take a longer one: `openssl rand -hex 24`"),
        _token,
    ),
    Question(
        "sms-unset",
        "Residents without a computer are told by short message.",
        _("Set BANDENG_SMS_URL and BANDENG_SMS_TOKEN, or have the office telephone: nothing is sent."),
        lambda now: _unset(environment.SMS_URL),
        is_warning=True,
    ),
    Question(
        "mail-unset",
        "E-mail goes out, with a sender of the county's.",
        _("Set BANDENG_SMTP_URL and BANDENG_MAIL_FROM; until then none is sent."),
        lambda now: _unset(environment.SMTP_URL, environment.MAIL_FROM),
        is_warning=True,
    ),
    Question(
        "time-zone",
        "Days are Shanghai's, here and in the database.",
        _("Install the package tzdata; lawful dates are counted by it."),
        lambda now: host.wrong_zones(),
        needs_database=True,
    ),
    Question(
        "clock-unsynchronised",
        "The machine's clock is kept right by a time server.",
        _("Lawful dates and the log's heads hang on it: `timedatectl set-ntp true`, or chrony."),
        lambda now: host.unsynchronised(),
        is_warning=True,
    ),
    Question(
        "clock-skew",
        "The clocks of web, database and the last signed head agree.",
        _("Set the clock right on the machine that is off before anything else is signed."),
        lambda now: host.skewed(now),
        needs_database=True,
    ),
    Question(
        "database-careless",
        "What was acknowledged survives a power cut.",
        _("Switch it back on for this database: a receipt must not promise what a power cut takes."),
        lambda now: host.careless_settings(),
        needs_database=True,
    ),
    Question(
        "database-old",
        "The database is one that Bandeng is tested with, in UTF-8.",
        _("PostgreSQL 15 or newer, made with `createdb -E UTF8`."),
        lambda now: host.unfit_database(),
        needs_database=True,
    ),
    Question(
        "worker-silent",
        "A worker runs.",
        _("Start bandeng-worker.service: without it nobody is reminded, nothing is sent, the log does not grow."),
        lambda now: _if("bandeng worker", not worker.is_alive(now=now)),
        needs_database=True,
    ),
]
