"""Fixtures that every test may ask for; the environment they stand in is set by `tests.settings`."""

from tests.fixtures_directory import directory_forgotten  # noqa: F401
from tests.fixtures_policies import small_tables_forgotten  # noqa: F401
from tests.world import world  # noqa: F401

pytest_plugins = ["tests.commits"]
