"""The project's settings, in a home of the tests' own, so that no test touches an installation.

The settings read the environment when imported, and pytest-django imports them before any conftest: so it is set here.
"""

import os
import tempfile

_HOME = tempfile.TemporaryDirectory(prefix="bandeng-test-")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's loop runs in the tests' thread
os.environ["BANDENG_HOME"] = _HOME.name
os.environ["BANDENG_KEYS"] = f"{_HOME.name}/keys"
os.environ["BANDENG_LOG_ORIGIN"] = "test.example/log"
os.environ["BANDENG_DEBUG"] = "1"

from bandeng.config.settings import *  # noqa: E402, F403

STATIC_ROOT.mkdir()  # noqa: F405
