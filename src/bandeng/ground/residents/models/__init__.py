from .resident import Resident

__all__ = ["Resident"]
