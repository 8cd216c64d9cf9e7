from .lease import Lease
from .seal_key import SealKey

__all__ = ["Lease", "SealKey"]
