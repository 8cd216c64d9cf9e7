from .once import once
from .pointing import point_to_discipline
from .taking_in import take_in

__all__ = ["once", "point_to_discipline", "take_in"]
