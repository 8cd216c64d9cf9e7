"""Fixtures that every test may ask for; the environment they stand in is set by `tests.settings`."""

from hypothesis import settings

from tests.fixtures_directory import directory_forgotten  # noqa: F401
from tests.fixtures_policies import small_tables_forgotten  # noqa: F401
from tests.world import world  # noqa: F401

# The same examples everywhere, and no time limit: a slow machine is not a wrong answer.
settings.register_profile("bandeng", deadline=None, derandomize=True)
settings.load_profile("bandeng")

pytest_plugins = ["tests.commits"]
