from .lease import Lease
from .seal_key import SealKey
from .wrong_try import WrongTry

__all__ = ["Lease", "SealKey", "WrongTry"]
