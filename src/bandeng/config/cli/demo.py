"""`bandeng demo`: a fictional county in a database, a log and keys of its own."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from bandeng.config import environment

from .failures import NotReady
from .installation import setup, unapplied
from .output import progress, table
from .processes import require_free
from .words import gettext as _

HELP = _("Make a fictional county with people and cases, and serve it.")
ABOUT = _(
    "Everything comes in by the imports and services a real county uses. It lies apart (`demo` in BANDENG_HOME) with\n"
    "keys and a log of its own, so that fiction never enters a county's log. Made once, used again; --reset makes it\n"
    "anew."
)
EXAMPLE = "bandeng demo --serve"

MAKING = "making"
READY = "ready"  # written last: a county cut short is made again
ORIGIN = "demo.bandeng.example/log"
STARTING = 60.0  # seconds the web process gets to answer


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--serve", action="store_true", help=_("serve it, with a worker, until Ctrl-C"))
    parser.add_argument("--host", default="127.0.0.1", help=_("address to listen on (default: %(default)s)"))
    parser.add_argument("--port", type=int, default=8000, help=_("port to listen on (default: %(default)s)"))
    parser.add_argument("--home", type=Path, help=_("where it lies (default: `demo` in BANDENG_HOME)"))
    parser.add_argument("--cases", type=int, default=200, help=_("how many cases (default: %(default)s)"))
    parser.add_argument("--reset", action="store_true", help=_("make it anew"))


def run(args: argparse.Namespace) -> int:
    home = (args.home or environment.home() / "demo").resolve()
    if args.serve:
        require_free(args.host, args.port, is_made=True)
    _settle(home, f"http://{args.host}:{args.port}")
    if args.reset or not (home / READY).exists():
        _clear(home)
    setup()  # makes the keys, in the home that _clear left
    _build_once(home, args.cases)
    if not args.serve:
        print(_("The county is in %s. See it with `bandeng demo --serve`.") % home)
        return 0
    return _serve(args.host, args.port)


def _settle(home: Path, base_url: str) -> None:
    """Point this process and its children at the demonstration, whatever the environment says of a real county."""
    own = {
        environment.HOME: str(home),
        environment.DATABASE: "",
        environment.KEYS: "",
        environment.LOG_ORIGIN: ORIGIN,
        environment.DEMO: "1",
        environment.BASE_URL: base_url,
        environment.SMS_URL: "",
        environment.SMTP_URL: "",
        environment.HTTPS: "0",
    }
    os.environ.update({variable.name: value for variable, value in own.items()})


def _clear(home: Path) -> None:
    """Leave an empty home with a mark that says what it is; never touch a directory that bears no such mark."""
    marks = [home / READY, home / MAKING]
    if home.exists() and any(home.iterdir()) and not any(mark.exists() for mark in marks):
        raise NotReady(_("%s is no demonstration.") % home, _("Choose another --home."))
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    (home / MAKING).touch()


def _build_once(home: Path, count: int) -> None:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    if (home / READY).exists():
        if unapplied():  # made by an earlier version
            call_command("migrate", verbosity=0, interactive=False)
        return

    from bandeng.config.demo.build import build
    from bandeng.ground.core import clock

    print(_("Making the county …"), flush=True)
    settings.KEYRING.make_all()
    with connection.cursor() as cursor:  # what a power cut takes is made again
        cursor.execute("PRAGMA synchronous=OFF")
    call_command("migrate", verbosity=0, interactive=False)
    with progress(count, "cases") as bar:
        build(now=clock.now(), cases=count, progress=bar.update)
    (home / MAKING).rename(home / READY)


def _serve(host: str, port: int) -> int:
    command = [sys.executable, "-m", "bandeng.config.cli"]
    serve = [*command, "serve", "--with-parent", "--host", host, "--port", str(port)]
    # In sessions of their own: Ctrl-C reaches this process alone, which then ends them in order.
    children = [
        subprocess.Popen(each, start_new_session=True)  # noqa: S603 - our own interpreter
        for each in (serve, [*command, "worker", "--with-parent"])
    ]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        _wait_for(host, port, children)
        _tell(host, port)
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(15)
            except subprocess.TimeoutExpired:
                child.kill()


def _wait_for(host: str, port: int, children: list) -> None:
    import socket

    until = time.monotonic() + STARTING
    while time.monotonic() < until:
        if any(child.poll() is not None for child in children):
            raise NotReady(_("The web process or the worker ended at once."), _("The lines above say why."))
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((host, port)) == 0:
                return
        time.sleep(0.1)
    raise NotReady(_("The web process does not answer."), _("Try again with BANDENG_DEBUG=1."))


def _tell(host: str, port: int) -> None:
    from types import SimpleNamespace

    from bandeng.faces.desk.demo import sign_ins
    from bandeng.ground.core import clock

    shown = sign_ins(SimpleNamespace(now=clock.now()))
    base = f"http://{host}:{port}"
    print()
    print(_("Residents:  %s/") % base)
    print(_("Staff:      %s/desk/") % base)
    print(_("Password of everybody: %s") % shown["password"])
    rows = [(each.username, each.name, each.role, each.office, each.code) for each in shown["first"]]
    print(table((_("user name"), _("name"), _("role"), _("office"), _("code of this half minute")), rows))
    print(
        _("All accounts and fresh codes stand on the sign-in page. Everything here is fiction. Ctrl-C ends it."),
        flush=True,
    )
