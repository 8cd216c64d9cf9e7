"""Why a file is not taken, and what to do instead: one text per code."""

from django.utils.translation import gettext as _

MAX_MEGABYTES = 20


def refusal_text(code: str, *, megabytes: int | None = None) -> str:
    """Say in the reader's language why and what now."""
    if code == "photo_too_big":
        return _(
            "The photo is too large (%(size)d MB). Choose one of at most %(limit)d MB, or bring it to the counter and"
            " we will scan it for you."
        ) % {"size": megabytes, "limit": MAX_MEGABYTES}
    texts = {
        "too_big": _(
            "The file is too large. Choose one of at most %(limit)d MB, or bring it to the counter and we will scan it"
            " for you."
        )
        % {"limit": MAX_MEGABYTES},
        "empty": _("The file is empty. Choose it again, or bring the paper to the counter."),
        "heic": _(
            "This photo is in a format (HEIC) that many computers cannot show. On the phone choose Settings → Camera →"
            " Formats → Most Compatible, or take a screenshot of the photo and send that."
        ),
        "office_document": _("Documents are taken as PDF: save it as PDF, or photograph the pages."),
        "film": _("Films and recordings cannot be sent here. Photos and PDF can; or come to the counter with it."),
        "unknown_type": _("Only photos (JPEG, PNG, WebP) and PDF can be sent. Or bring it to the counter."),
        "unreadable": _("The file could not be opened. Send it again, or bring the paper to the counter."),
        "too_heavy": _("The file takes too much to open. Photograph the pages, or bring the paper to the counter."),
        "too_many_pixels": _("The photo is too large. Take it again in a smaller size, or bring it to the counter."),
        "too_many_pages": _("The PDF has more than 300 pages. Send the pages that matter, or bring it to the counter."),
        "encrypted": _("The PDF is locked with a password. Save it without one, or photograph the pages."),
        "erased": _("The file was erased together with what it belonged to."),
    }
    return texts.get(code, texts["unreadable"])
