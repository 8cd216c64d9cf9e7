"""The only door to `policies`."""

from .models import Article, Law, Parameter, ParameterVersion, Procedure
from .selectors import (
    NoParameter,
    NoProcedure,
    articles,
    current_versions,
    limit_at,
    office_hours,
    procedure,
    procedures,
    value_at,
    version_at,
)
from .services import CannotSetParameter, set_parameter
from .tables import forget

__all__ = [
    "Article",
    "CannotSetParameter",
    "Law",
    "NoParameter",
    "NoProcedure",
    "Parameter",
    "ParameterVersion",
    "Procedure",
    "articles",
    "current_versions",
    "forget",
    "limit_at",
    "office_hours",
    "procedure",
    "procedures",
    "set_parameter",
    "value_at",
    "version_at",
]
