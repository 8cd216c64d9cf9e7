from .giving import create_many
from .opening import address_for_sending, open_identity

__all__ = ["address_for_sending", "create_many", "open_identity"]
