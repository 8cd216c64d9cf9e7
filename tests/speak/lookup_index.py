"""The index of the tests' own host, fed as the worker feeds it."""

from tests.world import MONDAY

from bandeng.ground.ledger import api as ledger
from bandeng.speak.lookup import api as lookup


def fed(now=MONDAY) -> None:
    """Give every act its leaf and let the index read all of them."""
    while ledger.sequence(now=now):
        pass
    for _ in range(1000):
        if not lookup.feed():
            return
    raise AssertionError("the feed never ends")
