"""Parts of addresses that are what they claim to be: anything else is an address that there is not.

Somebody pastes a telephone number where a code belongs. With `<str:code>` that would travel on: into the address of
the sign-in page, into what a session remembers.
"""

from .ids import is_code, tidy_code


class CodeConverter:
    """A case's code, grouped or not, with its check character."""

    regex = r"[0-9A-Za-z]{2,10}(?:[ \-]?[0-9A-Za-z]{1,8}){0,3}"

    def to_python(self, value: str) -> str:
        if len(value) > 14 or not is_code(tidy_code(value)):
            raise ValueError("not a code")
        return value

    def to_url(self, value: str) -> str:
        return value
