from .leases import drop_leases
from .sealed_keys import erase_keys, rewrap_keys, wrapped_under

__all__ = ["drop_leases", "erase_keys", "rewrap_keys", "wrapped_under"]
