"""Fixtures that every test may ask for; the environment they stand in is set by `tests.settings`."""

import pytest
from django.utils import translation
from hypothesis import settings

from tests.fixtures_directory import directory_forgotten  # noqa: F401
from tests.fixtures_policies import small_tables_forgotten  # noqa: F401
from tests.fixtures_signing_in import sign_in  # noqa: F401
from tests.world import world  # noqa: F401

# The same examples everywhere, and no time limit: a slow machine is not a wrong answer.
settings.register_profile("bandeng", deadline=None, derandomize=True)
settings.load_profile("bandeng")


@pytest.fixture(autouse=True)
def language_left_as_found():
    """Commands speak the terminal's language; what a test switched on does not reach the next one."""
    yield
    translation.deactivate()


pytest_plugins = ["tests.commits"]
