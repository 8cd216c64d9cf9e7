from .judgement import Judgement

__all__ = ["Judgement"]
