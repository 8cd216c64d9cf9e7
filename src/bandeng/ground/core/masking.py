"""Mask what identifies a person in words, by the language engine: for lists and search on the same host, never exports.

What the engine finds by form and cue goes, and what the case knows of its people. Doors go where the words call them
somebody's home: where a thing happened (8幢1304室漏水) is what whoever mends it must read.
"""

from collections.abc import Iterable

from bandeng.engines import language

_PLACEHOLDERS = language.persons.PLACEHOLDERS
PHONE, ID_NUMBER, CARD, PLATE = (_PLACEHOLDERS[kind] for kind in ("phone", "id_number", "card", "plate"))
EMAIL, ACCOUNT, NAME, ADDRESS = (_PLACEHOLDERS[kind] for kind in ("email", "account", "name", "address"))

VERSION = 2  # of the engine's rules: whoever changes what they find counts on, and rows masked before are masked anew


def mask(
    text: str,
    *,
    names: Iterable[str] = (),
    phones: Iterable[str] = (),
    id_numbers: Iterable[str] = (),
    addresses: Iterable[str] = (),
) -> str:
    """Replace what identifies a person by what it is; see `language.mask`. Everything else stays, case numbers too.

    `names`, `phones`, `id_numbers` and `addresses` are those that the case knows.
    """
    return language.mask(text, names=names, phones=phones, id_numbers=id_numbers, addresses=addresses, only_homes=True)
