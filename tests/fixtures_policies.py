"""Process-wide tables must not carry one test's rows into the next."""

import pytest


@pytest.fixture(autouse=True)
def small_tables_forgotten():
    """Read limits and calendar anew before and after each test."""
    from bandeng.ground.clocks import api as clocks  # not at the top: apps are not ready when conftest is read
    from bandeng.ground.policies import api as policies

    for app in (policies, clocks):
        app.forget()
    yield
    for app in (policies, clocks):
        app.forget()
