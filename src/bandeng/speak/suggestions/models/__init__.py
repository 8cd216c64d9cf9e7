from .learned_model import LearnedModel
from .suggested import Suggested

__all__ = ["LearnedModel", "Suggested"]
