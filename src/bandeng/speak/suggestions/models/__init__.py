from .learned_model import LearnedModel
from .not_alike import NotAlike
from .suggested import Suggested

__all__ = ["LearnedModel", "NotAlike", "Suggested"]
