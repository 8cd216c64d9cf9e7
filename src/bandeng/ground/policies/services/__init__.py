from .parameters import CannotSetParameter, set_parameter

__all__ = ["CannotSetParameter", "set_parameter"]
