"""Fixtures of the pages of reception: the hour they are opened at."""

import pytest
from tests.speak.reception_people import NOW

from bandeng.ground.core import clock


@pytest.fixture
def at_the_counter(monkeypatch):
    """Make it Monday, 10:30."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
