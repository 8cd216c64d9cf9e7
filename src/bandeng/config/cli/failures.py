"""What went wrong as one line, with what to do about it."""

import sys

from .words import gettext as _


class NotReady(Exception):
    """The surroundings are not ready for the command; `remedy` says what to do."""

    def __init__(self, what: str, remedy: str):
        super().__init__(what)
        self.remedy = remedy


def say(what: str, remedy: str = "") -> None:
    """Print one line to standard error."""
    line = " ".join(f"{what} {remedy}".split())
    print(f"bandeng: {line}", file=sys.stderr)


def explain(error: Exception) -> tuple[str, str]:
    """Give what happened, and what to do. An unforeseen error's text is left out: it may quote what somebody said."""
    from django.db import DatabaseError, InterfaceError, OperationalError

    from bandeng.config.environment import BadSetting
    from bandeng.ground.core.keys import MissingKey

    match error:
        case NotReady():
            return str(error), error.remedy
        case BadSetting():
            return str(error), ""
        case MissingKey():
            return str(error), _("BANDENG_KEYS names the directory of keys.")
        case DatabaseError() | InterfaceError() if is_unmigrated(error):
            return _("The database has not been set up for this version."), _("Run `bandeng migrate`.")
        case OperationalError() | InterfaceError():
            return _database(error)
        case PermissionError():
            return (
                _("%s may not be written or read.") % error.filename,
                _("Give this user the right to, or set BANDENG_HOME to another directory."),
            )
        case FileNotFoundError():
            return _("%s is not there.") % error.filename, _("Look whether the name is right.")
        case OSError() if error.strerror:
            return f"{error.strerror}: {error.filename or ''}", ""
    return _unforeseen(error)


def is_unmigrated(error: Exception) -> bool:
    """Tell whether a database error speaks of a table or column that is not there."""
    text = str(error)
    return any(sign in text for sign in ("no such table", "no such column", "does not exist")) and (
        "database" not in text.partition("does not exist")[0]
    )


def _database(error: Exception) -> tuple[str, str]:
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if "locked" in first:
        return _("The database is busy with another program."), _("Try again in a moment.")
    return (
        _("The database cannot be reached (%s).") % first,
        _("Look whether it is running and whether BANDENG_DATABASE is right."),
    )


def _unforeseen(error: Exception) -> tuple[str, str]:
    traceback, place = error.__traceback__, "?"
    while traceback is not None:
        place = f"{traceback.tb_frame.f_globals.get('__name__', '?')}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return (
        _("This should not happen: %(kind)s at %(place)s.") % {"kind": type(error).__name__, "place": place},
        _("BANDENG_DEBUG=1 shows more; please report it."),
    )
