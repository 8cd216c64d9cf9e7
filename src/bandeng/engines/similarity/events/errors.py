"""What a stream or a person's word can have wrong."""


class UnusableMessage(ValueError):
    """A message without an id, text or time that can be read; the message says which and why."""


class DuplicateId(ValueError):
    """Two messages have one id."""


class UnknownMessage(KeyError):
    """An id that no message here has."""

    def __str__(self) -> str:
        return str(self.args[0])


class Contradiction(ValueError):
    """A person's words cannot all be obeyed: two messages are to be together and apart."""


class UnreadableState(ValueError):
    """A saved state is of another version, or broken."""
