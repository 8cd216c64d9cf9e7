from .act import Act

__all__ = ["Act"]
