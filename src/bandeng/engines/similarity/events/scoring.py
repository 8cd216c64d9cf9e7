"""How alike two groups are, and from where on they are one event."""

import numpy as np

# Fixed beforehand on planted streams (benchmarks/engines/planted.py) and looked at on a city's four events: the middle
# of the range in which both stay flat. Below .2 what has only the matter in common flows together; above .4 an event
# told in many words falls apart.
THRESHOLD = 0.30
HALF_LIFE = 365.0  # days without a message after which likeness counts half: the longest pause in known events is 88
WITNESSES, HELP = 20, 0.25  # a group of n members is believed n^.25 times as easily, up to 20 members


def score(mean: np.ndarray, one: np.ndarray, other: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """Score two groups: their mean likeness, helped by members, faded by the days between them.

    The mean over all pairs, not the nearest pair: no chain of neighbours leads from one event to another. Two messages
    of a large event are seldom as alike as two that stand alone must be (other words for one matter, .22 in the mean),
    and what many witnesses tell is less by chance: hence the help.
    """
    helped = np.minimum(one, WITNESSES) * np.minimum(other, WITNESSES)
    return mean * helped.astype(np.float64) ** HELP * fading(gap)


def fading(gap: np.ndarray) -> np.ndarray:
    """Give the share of likeness that is left after days without a message."""
    return 0.5 ** (np.asarray(gap) / HALF_LIFE)


def least_mean(threshold: float) -> float:
    """Give the mean likeness below which no number of members lifts two groups over the threshold."""
    return threshold / WITNESSES ** (2 * HELP)
