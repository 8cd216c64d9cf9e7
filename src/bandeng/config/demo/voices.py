"""What people say in the fictional county, and what its offices answer (voices.toml)."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bandeng.speak.casework import api as casework

REMEDY = (
    "不同意这个答复，可以在收到之日起三十日内请上一级机关复查，电话0999-5550101；也可以随时再来找我们，有新情况随时说。"
)


@dataclass(frozen=True)
class Voice:
    """One matter: words with places left open, and the parts of its answer."""

    topic: str
    words: str
    opinion: str
    procedure: str = "general"
    facts: str = ""
    basis: str = ""
    result: str = "answered"
    missing: str = ""
    where_to_go: str = ""
    remedy: str = ""
    fate: str = ""

    def spoken(self, village: str, rng: Random) -> "Voice":
        """Fill in a village, a group, a number of days and a month."""
        values = {
            "v": village,
            "n": rng.randint(1, 9),
            "d": rng.choice([3, 4, 5, 7, 8, 11]),
            "m": rng.choice("六七八九"),
        }
        texts = ("words", "opinion", "facts", "basis", "missing")
        return Voice(**{**vars(self), **{name: getattr(self, name).format(**values) for name in texts}})

    def reply(self) -> casework.ReplyText:
        """Give the answer with all that its kind must have."""
        kinds = {"redirected": "redirection", "rejected": "rejection"}
        return casework.ReplyText(
            opinion=self.opinion,
            facts=self.facts,
            basis=self.basis,
            where_to_go=self.where_to_go,
            remedy=self.remedy or REMEDY,
            kind=kinds.get(self.fate, "answer"),
            result="not_supported" if self.fate == "rejected" else self.result,
        )


def read() -> list[Voice]:
    """Read all of them."""
    text = (Path(__file__).parent / "voices.toml").read_text(encoding="utf-8")
    return [Voice(**row) for row in tomllib.loads(text)["voice"]]
