"""What the tests of reception's pages share beside their fixtures (conftest.py)."""

import re
from datetime import timedelta

from tests.world import MONDAY

NOW = MONDAY + timedelta(hours=1)
WORDS = "门口的路灯坏了两个月,我上礼拜在那儿摔了一跤。\n想请人来修。"


def without_keys(html: str) -> str:
    """Take out what is made anew for every page: the CSRF token and the form's key."""
    html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "CSRF", html)
    return re.sub(r'name="key" value="[^"]+"', "KEY", html)


def key_of(html: str) -> str:
    return re.search(r'name="key" value="([^"]+)"', html)[1]
