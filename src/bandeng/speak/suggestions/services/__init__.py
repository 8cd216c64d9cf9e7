from .learning import CannotChoose, keep, learn, use
from .likeness import allow, denied, deny
from .recording import settle, suggest_for_new

__all__ = ["CannotChoose", "allow", "denied", "deny", "keep", "learn", "settle", "suggest_for_new", "use"]
