"""Every BANDENG_ variable, once: name, default, meaning. docs/reference/settings.md is written from this."""

import os
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True)
class Variable:
    """One environment variable: what it is called, what it is when unset, and what it does."""

    name: str
    default: str
    meaning: str

    @property
    def value(self) -> str:
        return os.environ.get(self.name, self.default)


class BadSetting(ValueError):
    """A BANDENG_ variable holds what cannot be used; the message says what to write instead."""


VARIABLES: dict[str, Variable] = {}


def variable(name: str, default: str, meaning: str) -> Variable:
    """Declare a variable; reading it elsewhere is not done."""
    VARIABLES[name] = Variable(name, default, meaning)
    return VARIABLES[name]


HOME = variable("BANDENG_HOME", "var", "Directory of the installation's own files: database, uploads, logs.")
DATABASE = variable(
    "BANDENG_DATABASE",
    "",
    "`postgres://user:password@host:port/name` or `sqlite:///path`. Unset: `bandeng.sqlite3` in BANDENG_HOME.",
)
KEYS = variable(
    "BANDENG_KEYS", "", "Directory of the keys, outside database and backup. Unset: `keys` in BANDENG_HOME."
)
DEBUG = variable("BANDENG_DEBUG", "0", "1 shows errors in detail and the page of components. Never on a real site.")
HOSTS = variable("BANDENG_HOSTS", "localhost,127.0.0.1,[::1]", "Host names the site answers to, with commas between.")
BASE_URL = variable("BANDENG_BASE_URL", "http://127.0.0.1:8000", "Address printed on receipts and in messages.")
COUNTY = variable("BANDENG_COUNTY", "青禾县", "Name of the county, as shown on every page.")
LOG_ORIGIN = variable(
    "BANDENG_LOG_ORIGIN",
    "bandeng.local/log",
    "Name of the public log in its signed heads. Chosen once; a demo database has one of its own.",
)
PHONE = variable("BANDENG_PHONE", "12345", "Telephone number printed where no office has one of its own.")
HTTPS = variable("BANDENG_HTTPS", "0", "1 behind a proxy that ends TLS: secure cookies, HSTS.")
SMS_URL = variable("BANDENG_SMS_URL", "", "HTTP address that takes short messages as JSON. Unset: none are sent.")
SMS_TOKEN = variable("BANDENG_SMS_TOKEN", "", "Bearer token for BANDENG_SMS_URL.")
SMTP_URL = variable("BANDENG_SMTP_URL", "", "`smtp://user:password@host:port` (`smtps://` for TLS). Unset: no e-mail.")
MAIL_FROM = variable("BANDENG_MAIL_FROM", "bandeng@localhost", "Sender of e-mails.")
METRICS_FROM = variable(
    "BANDENG_METRICS_FROM",
    "",
    "Addresses or networks, with commas between, that may read `/metrics` and `/readyz` beside this machine itself.",
)
METRICS_TOKEN = variable(
    "BANDENG_METRICS_TOKEN", "", "Bearer token that opens `/metrics` and `/readyz` from elsewhere."
)
DEMO = variable("BANDENG_DEMO", "0", "1 marks every page as fiction. Set by `bandeng demo`.")


def flag(of: Variable) -> bool:
    """Read a 0/1 variable."""
    if of.value not in {"0", "1"}:
        raise BadSetting(f"{of.name} is {of.value!r}; write 0 or 1.")
    return of.value == "1"


def networks(of: Variable) -> list[IPv4Network | IPv6Network]:
    """Read addresses and networks with commas between."""
    try:
        return [ip_network(part.strip()) for part in of.value.split(",") if part.strip()]
    except ValueError as error:
        raise BadSetting(f"{of.name}: {error}. Write addresses like 10.0.0.5 or 10.0.0.0/24.") from None


def home() -> Path:
    """Give the installation's directory, absolute."""
    return Path(HOME.value).resolve()


def keys_directory() -> Path:
    """Give the directory of the keys, absolute."""
    return Path(KEYS.value).resolve() if KEYS.value else home() / "keys"


def database() -> dict:
    """Turn BANDENG_DATABASE into Django's dictionary.

    SQLite: WAL with synchronous=FULL, so that an acknowledged receipt survives a power cut; IMMEDIATE
    transactions, since Django's select_for_update does nothing there and the transaction is the lock.
    """
    url = DATABASE.value or f"sqlite:///{home() / 'bandeng.sqlite3'}"
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:] if parts.path.startswith("//") else parts.path) or "bandeng.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                " PRAGMA cache_size=-3000; PRAGMA temp_store=MEMORY;"  # 3 MB for each thread; the kernel keeps the rest
                " PRAGMA secure_delete=ON;",  # what was erased leaves no trace in the file's free pages
            },
            "CONN_MAX_AGE": None,
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "bandeng.ground.core.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            # The server reads and plans each statement once a connection, not once a request: half of its CPU.
            "OPTIONS": {"server_side_binding": True, "prepare_threshold": 3, **dict(parse_qsl(parts.query))},
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,  # after a restart of the database each line is renewed before anybody needs it
        }
    raise BadSetting("BANDENG_DATABASE must begin with sqlite:/// or postgres://, see docs/reference/settings.md.")
