"""The only door to `suggestions`."""

from .beside import beside
from .learning_due import is_due
from .models.learned_model import SUBJECTS
from .services import keep, learn, settle, suggest_for_new, use

__all__ = ["SUBJECTS", "beside", "is_due", "keep", "learn", "settle", "suggest_for_new", "use"]
