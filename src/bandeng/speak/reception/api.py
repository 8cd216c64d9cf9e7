"""The only door to `reception`."""

from .services import point_to_discipline, take_in
from .slips import Slip, slip_of

__all__ = ["Slip", "point_to_discipline", "slip_of", "take_in"]
