"""Turns for others where one writes at a time."""

import time

from django.db import connection

BREATH = 0.04  # seconds: who waits for SQLite's lock looks again after 25 ms, later after 50 to 100


def give_way() -> None:
    """Leave room for other writers between two transactions, on SQLite: without a pause the same one gets in again."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        time.sleep(BREATH)
