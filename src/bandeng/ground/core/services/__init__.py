from .sealed_keys import erase_keys, rewrap_keys, wrapped_under

__all__ = ["erase_keys", "rewrap_keys", "wrapped_under"]
