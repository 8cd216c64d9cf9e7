from .area import Area
from .catalogue import CatalogueEntry, Duty
from .office import Office
from .posting import Posting
from .role import Role
from .staff import Staff
from .topic import Topic

__all__ = ["Area", "CatalogueEntry", "Duty", "Office", "Posting", "Role", "Staff", "Topic"]
