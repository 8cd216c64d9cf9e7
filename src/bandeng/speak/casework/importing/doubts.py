"""What can be doubtful about a row, in the words people read; row and column are named, never what somebody wrote.

One exception: the name of an office, place or topic that is not known, short and masked. Whoever adds it must see it.
"""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from .dates import Doubtful


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubt: the row as Excel numbers it (0: the whole sheet), the column's name, and what to do.

    A held row makes no case as it is.
    """

    row: int
    column: str
    code: str
    message: str
    what_to_do: str
    is_held: bool


_CORRECT_DATE = _("Write the date as 2024-03-05 or 2024-03-05 14:30 in the sheet and choose the file again.")
_CHECK = _("Nothing, if that is right. Otherwise correct the sheet and choose the file again.")
_ADD_ALIAS = _(
    "Write the name as the directory has it, or add this one there as another name. Without it a person chooses later."
)
_GIVE_NUMBER = _("Give every row a number of its own, so that a second import finds it again.")
_BY_ANSWER = _("It is told by whether there is an answer. Correct the status if that is wrong.")
_SWAPPED = _("Day and month may have been exchanged when the file was opened in another program.")
_ONE_EACH = _("Correct the numbers so that each matter has its own, or delete the wrong row.")

MESSAGES: dict[str, tuple[str, str]] = {
    "column_missing": (
        _("No column gives the %(what)s."),
        _("Name the column as one of: %(names)s. Then choose the file again."),
    ),
    "answers_without_dates": (_("The sheet has answers but no column of their dates."), _CHECK),
    "no_content": (_("The row has no words."), _("Add what was said, or leave the row: it makes no case.")),
    "only_title": (_("The row has a title alone."), _CHECK),
    "no_number": (_("The row has no number."), _GIVE_NUMBER),
    "number_rounded": (
        _("Excel has rounded this long number: its last digits are lost."),
        _("Export the file again with the number column as text."),
    ),
    "number_too_long": (_("The number has more than 80 characters."), _("Check that this is the column of numbers.")),
    "number_repeated": (_("The same row stands in the file more than once."), _("Nothing: it is taken once.")),
    "number_differs": (_("Rows with different words have the same number."), _ONE_EACH),
    "number_tells_who": (
        _("The number reads like a telephone or ID number."),
        _("Nothing: a code made from it is kept in its place, and a second import still finds it."),
    ),
    "changed_since": (
        _("The row was imported before and has changed since: %(columns)s."),
        _("Nothing was overwritten. Look the case up and add what is new."),
    ),
    "too_long": (
        _("The text has more than %(limit)d characters."),
        _("Check whether several matters stand in one cell, and give each its row."),
    ),
    "html": (_("The text holds remains of a web page."), _CHECK),
    "control_characters": (_("The text held characters that cannot be shown; they were left out."), _CHECK),
    "no_date": (_("There is no date on which it was received."), _CORRECT_DATE),
    Doubtful.UNREADABLE: (_("The date cannot be read."), _CORRECT_DATE),
    Doubtful.NO_DAY: (_("The date has no day."), _CORRECT_DATE),
    Doubtful.IMPOSSIBLE: (_("There is no such date."), _CORRECT_DATE),
    Doubtful.AMBIGUOUS: (_("Day and month could be either way round."), _CORRECT_DATE),
    Doubtful.SWAPPED: (_SWAPPED, _CORRECT_DATE),
    Doubtful.TOO_EARLY: (_("The date is before 1990."), _CORRECT_DATE),
    Doubtful.FUTURE: (_("The date is in the future."), _CORRECT_DATE),
    "answer_before_question": (_("The answer is dated before the question."), _CORRECT_DATE),
    "closed_before_question": (_("The end is dated before the question."), _CORRECT_DATE),
    "answered_without_answer": (
        _("The status says answered, but there is no answer in the row."),
        _("It comes in as open and gets an owner and a date. Add the answer if there was one."),
    ),
    "open_with_answer": (_("The status says open, but the row has an answer."), _CHECK),
    "answer_without_date": (_("The answer has no date that can be used."), _CORRECT_DATE),
    "status_unknown": (_("The status is not known."), _BY_ANSWER),
    "value_unknown": (_("What stands here is not known in this column."), _("It stays in the sealed original alone.")),
    "office_unknown": (_("No office is called “%(value)s”."), _ADD_ALIAS),
    "area_unknown": (_("No place is called “%(value)s”."), _ADD_ALIAS),
    "area_partly": (_("No place is called “%(value)s”; the larger place was taken."), _ADD_ALIAS),
    "topic_unknown": (_("No topic is called “%(value)s”."), _ADD_ALIAS),
    "phone_unreadable": (
        _("The telephone number cannot be read."),
        _("Correct it if the person is to be called back."),
    ),
    "tag_refused": (_("A tag labelled a person and was dropped."), _("Nothing. Such labels are never taken in.")),
}  # fmt: skip

HOLD = frozenset(
    {
        "column_missing",
        "no_content",
        "no_number",
        "number_rounded",
        "number_too_long",
        "number_differs",
        "too_long",
        "no_date",
    }
    | {"answer_before_question", "closed_before_question"}
)


def doubt(row: int, column: str, code: str, *, is_held: bool | None = None, **values: object) -> Doubt:
    """Make a doubt in the reader's language."""
    message, what_to_do = MESSAGES[code]
    held = code in HOLD if is_held is None else is_held
    return Doubt(row, column, str(code), gettext(message) % values, gettext(what_to_do) % values, held)


# What the columns without which there is no case give, for "No column gives the …".
GIVES = {"number": _("number"), "content": _("words"), "received_at": _("date on which it was received")}
