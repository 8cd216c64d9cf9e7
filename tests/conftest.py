"""What every test stands on: a home of its own, so that no test touches an installation."""

import os
import tempfile

_HOME = tempfile.TemporaryDirectory(prefix="bandeng-test-")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's loop runs in the tests' thread
os.environ["BANDENG_HOME"] = _HOME.name
os.environ["BANDENG_KEYS"] = f"{_HOME.name}/keys"
os.environ["BANDENG_LOG_ORIGIN"] = "test.example/log"
os.environ["BANDENG_DEBUG"] = "1"

from tests.fixtures_directory import directory_forgotten  # noqa: E402, F401
from tests.fixtures_policies import small_tables_forgotten  # noqa: E402, F401
from tests.world import world  # noqa: E402, F401

pytest_plugins = ["tests.commits"]
