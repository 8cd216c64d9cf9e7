from .judging import GO_ON, REST, CannotJudge, Opinion, answer_to_judge, judge
from .reading import Words, periods_with_words, read_words

__all__ = [
    "GO_ON",
    "REST",
    "CannotJudge",
    "Opinion",
    "Words",
    "answer_to_judge",
    "judge",
    "periods_with_words",
    "read_words",
]
