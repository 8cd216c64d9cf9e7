from .law import Article, Law
from .parameter import Parameter, ParameterVersion
from .procedure import Procedure

__all__ = ["Article", "Law", "Parameter", "ParameterVersion", "Procedure"]
