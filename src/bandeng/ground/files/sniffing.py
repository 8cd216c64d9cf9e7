"""What an upload really is, by its bytes. Names and declared types are never asked."""

from dataclasses import dataclass

from .models.stored_file import Kind

HEAD = 4096  # bytes that are enough to tell

HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
WORD_TYPES = (".doc", ".docx", ".wps", ".odt", ".rtf", ".xls", ".xlsx", ".ppt", ".pptx")


@dataclass(frozen=True)
class Sniffed:
    """A kind and media type that are taken, or the code of why not."""

    kind: Kind | None = None
    media_type: str = ""
    refusal: str = ""


def sniff(head: bytes) -> Sniffed:
    """Tell what begins with `head` (the first HEAD bytes)."""
    if head.startswith(b"\xff\xd8\xff"):
        return Sniffed(Kind.PICTURE, "image/jpeg")
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Sniffed(Kind.PICTURE, "image/png")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Sniffed(Kind.PICTURE, "image/webp")
    if head.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\t \0").startswith(b"%PDF-"):
        return Sniffed(Kind.PDF, "application/pdf")
    if head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS:
        return Sniffed(refusal="heic")
    return Sniffed(refusal=_foreign(head))


def _foreign(head: bytes) -> str:
    """Find the advice for what is not taken."""
    if not head:
        return "empty"
    import puremagic  # a table of a megabyte, for a file that is none of ours: not carried by every process

    try:
        guesses = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return "unknown_type"
    names = {guess.extension for guess in guesses} | {guess.mime_type.partition("/")[0] for guess in guesses}
    if names & set(WORD_TYPES):
        return "office_document"
    return "film" if names & {"video", "audio"} else "unknown_type"
