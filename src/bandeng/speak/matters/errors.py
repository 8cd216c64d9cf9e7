"""What cannot be done with a matter. Each message says what to do instead."""

from bandeng.speak.casework import api as cases


class CannotLink(cases.CannotMove):
    """These cases cannot be joined, split or undone so."""


class StaleText(cases.CannotMove):
    """Somebody else wrote a newer version since the page was opened; what was typed is kept on the page."""
