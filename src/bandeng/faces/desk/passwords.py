"""First passwords, handed over once and replaced at the first sign-in."""

import secrets

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are read for one another


def new_password() -> str:
    """Make a password of four groups of four, 79 bits, that can be read out over the telephone."""
    return "-".join("".join(secrets.choice(LETTERS) for _n in range(4)) for _group in range(4))
