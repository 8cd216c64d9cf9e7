"""The language of the command: Chinese where the locale is Chinese, English elsewhere.

Standard gettext and not Django's: help and errors must speak before, and without, a working installation. The
catalogue is the same kind of file, beside this package.
"""

import gettext as standard
import os
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def language() -> str:
    """Give `zh-hans` or `en`, by LC_ALL, LC_MESSAGES or LANG, whichever is set first."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh-hans" if value.lower().startswith("zh") else "en"
    return "en"


def gettext(message: str) -> str:
    """Give a message in the command's language."""
    if language() == "en":
        return message
    return standard.translation("django", LOCALE, ["zh_Hans"], fallback=True).gettext(message)
