"""JPEG without its metadata, pixels untouched: for photos inside PDFs, where a phone writes place and time."""

SOI, EOI, SOS = 0xD8, 0xD9, 0xDA
# JFIF (0) and Adobe (14) say how colours are coded and stay; the other application segments and comments go.
DROPPED = {0xE0 + n for n in range(1, 16) if n != 14} | {0xFE}
BARE = {0x01, *range(0xD0, 0xD8)}  # markers without a length


def without_metadata(data: bytes) -> bytes:
    """Copy a JPEG up to the end of its first picture, without EXIF, XMP, profiles, comments; else as it is."""
    if data[:2] != b"\xff\xd8":
        return data
    out, at = bytearray(data[:2]), 2
    while at + 1 < len(data):
        start = data.find(b"\xff", at)
        if start < 0 or start + 1 >= len(data):
            break
        marker = data[start + 1]
        if marker == 0 or marker in BARE:  # inside a scan: a stuffed byte, a restart
            out += data[at : start + 2]
            at = start + 2
            continue
        if marker == 0xFF:  # a fill byte before a marker
            out += data[at:start]
            at = start + 1
            continue
        out += data[at:start]
        if marker == EOI:
            return bytes(out + b"\xff\xd9")
        end = start + 2 + int.from_bytes(data[start + 2 : start + 4], "big")
        if marker not in DROPPED:
            out += data[start:end]
        at = end
    return bytes(out) + data[at:]  # cut short: as it was, for a reader that bears with it
