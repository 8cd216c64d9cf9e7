"""Eight tones: each a word's shape and colour. A status of any app maps to one of them."""

TONES = ("waiting", "working", "talk", "moved", "soon", "late", "done", "stopped")

OF_STATUS = {
    "registered": "waiting",
    "dispatched": "moved",
    "disputed": "talk",
    "working": "working",
    "drafted": "working",
    "approved": "working",
    "replied": "done",
    "closed": "done",
    "redirected": "moved",
    "rejected": "stopped",
    "merged": "moved",
    "terminated": "stopped",
}


def tone_of(status: str) -> str:
    """Give the tone of a status word; a tone's own name is itself, anything unknown waits."""
    return status if status in TONES else OF_STATUS.get(status, "waiting")
