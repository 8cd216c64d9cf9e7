"""A matter of hundreds of cases: its pages cost the statements of a small one, show a part, and count the whole."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.fixtures_signing_in import sign_in_as
from tests.speak.test_casework_loop import HOUR
from tests.speak.test_matters_proposals import group
from tests.world import MONDAY

from bandeng.ground.core import clock
from bandeng.ground.residents import api as residents
from bandeng.speak.casework import api as cases
from bandeng.speak.matters import api as matters
from bandeng.speak.matters import selectors
from bandeng.speak.matters.services.common import MOST

NOW = MONDAY + 3 * HOUR
FEW, MANY = 10, 300


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def many(world, n: int, first: int = 0) -> list:
    """Register cases of different people and let 民政局 sign for them."""
    items = [
        world.registration(words=f"路灯不亮，第{k}盏", identity=residents.Identity(name="某人", phone=f"139{k:08d}"))
        for k in range(first, first + n)
    ]
    keys = []
    for start in range(0, n, 100):
        done = cases.register_many(items[start : start + 100], by=world.hand("liqiang"), now=MONDAY)
        keys += [each.case.pk for each in done]
    for key in keys:
        cases.dispatch(key, to=world.office("civil-affairs"), by=world.hand("chenfang"), now=MONDAY + HOUR)
        cases.accept(key, by=world.hand("liuyang"), now=MONDAY + 2 * HOUR)
    return keys


def test_pages_of_three_hundred_cases_cost_the_statements_of_ten(world):
    by, handler = world.hand("chenfang"), world.hand("liuyang")
    liuyang = sign_in_as(Client(), world.staff["liuyang"], has_code=False)
    keys = many(world, FEW)
    matter = matters.make(keys, title="路灯", by=by, now=NOW)
    matters.write_text(matter.pk, "core", "月底前亮。", seen=0, by=handler, now=NOW)
    matters.make_drafts(matter.pk, by=handler, now=NOW)
    code = cases.Case.objects.get(pk=keys[0]).code
    addresses = [reverse(name, args=[matter.pk]) for name in ("matter", "matter-note", "matter-drafts")]
    addresses += [f"{reverse('matter', args=[matter.pk])}?page=6", reverse("matters"), reverse("case", args=[code])]

    def costs() -> dict[str, int]:
        return {address: min(_cost(liuyang, address) for _look in range(3)) for address in addresses}

    few = costs()
    more = many(world, MANY - FEW, FEW)
    for start in range(0, len(more), MOST):
        matters.join(matter.pk, more[start : start + MOST], by=by, now=NOW)
    assert costs() == few
    _shows_a_part_and_counts_the_whole(liuyang, addresses[0])
    _takes_out_on_its_own_page(liuyang, matter, addresses[0])


def _cost(client: Client, address: str) -> int:
    """Count the statements of a page. Now and then some more bring what a process keeps for half a minute."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def _shows_a_part_and_counts_the_whole(liuyang: Client, address: str) -> None:
    shown = set()
    for number in range(1, 7):
        page = liuyang.get(f"{address}?page={number}").content.decode()
        shown |= set(re.findall(r'name="case" value="(\w+)"', page))
        assert len(shown) == 50 * number and "300 人反映" in page and f"第 {number} 页，共 6 页" in page
    for number in ("0", "7", "-1", "x", "9" * 40):
        page = liuyang.get(f"{address}?page={number}")
        assert page.status_code == 200 and page.content.decode().count('name="case"') == 50
    assert page.content.decode().count("还有 90 件") >= 2  # a step that joined a hundred names ten


def _takes_out_on_its_own_page(liuyang: Client, matter, address: str) -> None:
    page = liuyang.get(f"{address}?page=3").content.decode()
    action = re.search(r'action="([^"]+/split/[^"]*)"', page)[1]
    code = re.search(r'name="case" value="(\w+)"', page)[1]
    answer = liuyang.post(action, {"case": code})
    assert answer.status_code == 302 and answer["Location"] == f"{address}?page=3"
    assert code not in re.findall(r'name="case" value="(\w+)"', liuyang.get(answer["Location"]).content.decode())
    assert matter.members.filter(left_at__isnull=True).count() == MANY - 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="counts the steps of SQLite's own machine")
def test_a_list_of_proposals_walks_through_what_is_proposed_and_not_through_all_cases(world):
    """A thousand imported cases made one page of it take fourteen seconds: both ends of each link met every case."""
    keys = many(world, FEW)
    matters.propose([group(*cases.Case.objects.filter(pk__in=keys[:3]))], now=NOW)
    few = _steps(world)
    many(world, MANY - FEW, FEW)
    assert _steps(world) < 3 * few


def _steps(world) -> int:
    """Count hundreds of steps of SQLite's machine while proposals are read."""
    permissions, steps = world.permissions("chenfang"), []
    connection.connection.set_progress_handler(lambda: steps.append(1) and None, 100)
    try:
        [item] = selectors.proposed(permissions, selectors.proposals(permissions))
    finally:
        connection.connection.set_progress_handler(None, 0)
    assert len(item.members) == 3 and item.words
    return len(steps)
