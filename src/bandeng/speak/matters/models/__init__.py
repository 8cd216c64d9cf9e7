from .matter import Matter, MatterCase
from .proposal import Proposal, ProposedCase, ProposedLink
from .text import CoreUse, MatterText, MatterView

__all__ = ["CoreUse", "Matter", "MatterCase", "MatterText", "MatterView", "Proposal", "ProposedCase", "ProposedLink"]
