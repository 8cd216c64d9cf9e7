"""What can be varied in training: for ablations and for finding values by cross-validation, not for a county."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """The defaults were found by grouped cross-validation; 0 switches a part off."""

    dimensions: int = 300  # of word vectors
    sharpness: float = 20.0  # how quickly a word's likeness to descriptions becomes belonging
    descriptions: float = 1.0  # weight of the descriptions' scores beside what was learned
    meaning: float = 1.0  # word vectors of the message as features to learn from
    guesses: float = 0.2  # weight of an unlabelled message with a guessed class, beside an example's 1
    guessed_share: float = 0.6  # of each class's guesses, the clearest are taken
    fading: float = 10.0  # examples a class at which descriptions and guesses have half their weight
    feature_fading: float = 100.0  # the same for word vectors as features
    enough: float = 100.0  # examples a class from which on the first day is left behind
    correction: float = 0.0075  # how much examples are held to the first day before that: lower corrects more
    correction_shift: float = 30.0  # the same for a class as a whole: few examples say little of shares
    evidence: float = 50.0  # examples up to which they change no ranking of the first day, and from which on they may
    head: float = 0.5  # weight of each example's head as an example of its own, where examples do not only correct
    penalty: float = 1.0  # C of the support vector machines of more than fifty classes
    shrinkage: float = 4 / 3  # of least squares: higher learns less from each example
    folds: int = 3  # of held-out examples for calibration
