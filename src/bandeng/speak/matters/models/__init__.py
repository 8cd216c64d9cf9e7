from .matter import Matter, MatterCase
from .proposal import Proposal, ProposedCase, ProposedLink
from .text import CoreUse, MatterText

__all__ = ["CoreUse", "Matter", "MatterCase", "MatterText", "Proposal", "ProposedCase", "ProposedLink"]
