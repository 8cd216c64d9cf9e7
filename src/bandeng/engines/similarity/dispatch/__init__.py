"""Where a message belongs: ranked classes (topics, offices) with calibrated probability, reasons, and "not sure".

Method. Words by rjieba, single characters and pairs of them, hashed; TF-IDF, each kind of length one. From the first
day the classes' own words speak: word vectors from the unlabelled stream (latent semantic analysis, Deerwester et al.
1990) tell for every word which description it is near to, and the messages that are clearest by that are learned from
as guesses (self-training, Yarowsky 1995). Dispatches that people confirmed first correct this: a logistic regression
whose scores begin with the first day's, penalised for leaving them. From a hundred a class on a machine of least
squares for each class (Rifkin et al. 2003), all classes alike heavy, learns from them by themselves; of more than
fifty classes a linear support vector machine (Fan et al. 2008). Word vectors and descriptions are linear in the
words, so that everything folds into one table of small integers that NumPy alone reads. Scores, their spread by its
root, become probabilities by a temperature and a shift for each class, fitted on held-out examples (Guo et al. 2017),
near-duplicates kept together.

Limits: texts are read to 20,000 characters; a class is known by its words only, not by the place of the matter; several
matters in one message are ranked, not separated. `train` needs SciPy and scikit-learn, `Model` only NumPy.
"""

from .data import ClassDescription, Example, Ranked, Report, Suggestion, Word
from .errors import CannotTrain, NewerModel, UnreadableModel
from .model import Model
from .reading import Reader
from .settings import Settings
from .training import train

__all__ = [
    "CannotTrain",
    "ClassDescription",
    "Example",
    "Model",
    "NewerModel",
    "Ranked",
    "Reader",
    "Report",
    "Settings",
    "Suggestion",
    "UnreadableModel",
    "Word",
    "train",
]
