"""The county's small tables must not carry one test's rows into the next."""

import pytest


@pytest.fixture(autouse=True)
def directory_forgotten():
    """Read areas, offices and topics anew before and after each test."""
    from bandeng.ground.directory import api as directory  # not at the top: apps are not ready when conftest is read

    directory.forget()
    yield
    directory.forget()
