"""Turns that random walks seldom take: what is left open by one way out must not block the way back in."""

from tests.speak.test_casework_loop import HOUR, dispatched
from tests.world import MONDAY

from bandeng.speak.casework import api as cases


def test_a_dispute_that_a_withdrawal_ended_does_not_block_the_next_return(world):
    case = dispatched(world)
    resident = cases.hand.resident(case.pk)
    cases.return_case(case.pk, reason="不归我", by=world.hand("liuyang"), now=MONDAY + 2 * HOUR)
    cases.withdraw(case.pk, by=resident, now=MONDAY + 3 * HOUR)
    cases.reopen(case.pk, missing="还没好", by=resident, now=MONDAY + 4 * HOUR)
    cases.dispatch(case.pk, to=world.office("transport"), by=world.hand("chenfang"), now=MONDAY + 5 * HOUR)
    assert not cases.visible(world.permissions("liuyang")).exists()
    cases.return_case(case.pk, reason="也不归我", by=world.hand("zhengkai"), now=MONDAY + 6 * HOUR)
    cases.settle_return(
        case.pk, to=world.office("transport"), reason="归你", by=world.hand("chenfang"), now=MONDAY + 7 * HOUR
    )
    assert world.fresh(case).status == "dispatched"
