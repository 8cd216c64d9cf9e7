from .learning import CannotChoose, keep, learn, use
from .recording import settle, suggest_for_new

__all__ = ["CannotChoose", "keep", "learn", "settle", "suggest_for_new", "use"]
