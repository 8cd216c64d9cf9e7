"""The steps of the page "check it yourself", which a test runs as they stand on the page.

Tools: a POSIX shell, coreutils, grep, sed, openssl 3. Everything binary stays in files, and text becomes binary by
`base64 -d` and `printf` with octal, which every shell knows; so neither xxd nor bash is needed.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Command:
    """One block to type. `says` is what the computer answers where all is well."""

    words: str | Promise
    lines: str
    says: str = ""


@dataclass(frozen=True)
class Step:
    """One question that is answered by commands."""

    title: str | Promise
    words: str | Promise
    commands: tuple[Command, ...]


SIGNED = "Signature Verified Successfully"
SAME = "SAME"
ENDING = f"&& echo {SAME} || echo DIFFERENT"

STEPS = (
    Step(
        _("Did the office sign this receipt?"),
        _("A signature fits one text and one key only. If one letter was changed, it no longer fits."),
        (
            Command(
                _("Take the receipt out of the proof file. Skip this if you kept the receipt itself as receipt.txt."),
                "sed -n '/^-----BEGIN RECEIPT-----$/,/^-----END RECEIPT-----$/p' proof.txt | sed '1d;$d' > receipt.txt",
            ),
            Command(
                _("Read it."),
                "cat receipt.txt",
            ),
            Command(
                _("Part the text from its signature."),
                "grep -v '^signature ' receipt.txt > note.txt\n"
                "grep '^signature ' receipt.txt | cut -d ' ' -f 2 | base64 -d > sig.bin",
            ),
            Command(
                _("Check the signature."),
                "openssl pkeyutl -verify -pubin -inkey receipts-key.pem -rawin -in note.txt -sigfile sig.bin",
                SIGNED,
            ),
        ),
    ),
    Step(
        _("Did the log sign this head?"),
        _("The head sums up the whole log in three lines: its name, how many entries it has, and one number for all."),
        (
            Command(
                _("Take the head out of the proof file, and part the text from its signature."),
                "sed -n '/^-----BEGIN CHECKPOINT-----$/,/^-----END CHECKPOINT-----$/p' proof.txt"
                " | sed '1d;$d' > head.txt\n"
                "head -n 3 head.txt > note.txt\n"
                "grep '^— ' head.txt | head -n 1 | cut -d ' ' -f 3 | base64 -d | tail -c 64 > sig.bin",
            ),
            Command(
                _("Check the signature."),
                "openssl pkeyutl -verify -pubin -inkey log-key.pem -rawin -in note.txt -sigfile sig.bin",
                SIGNED,
            ),
        ),
    ),
    Step(
        _("What does the entry say, and is it the one on my receipt?"),
        _("Entry 1 is the registration of your matter. Names and words are not in it, only codes, days and numbers."),
        (
            Command(_("Choose the entry. For the next one write n=2, then n=3, and do steps 3 and 4 again."), "n=1"),
            Command(
                _("Take out the entry and its salt (random figures that keep strangers from guessing it); read it."),
                'grep "^content $n " proof.txt | cut -d " " -f 3 | base64 -d > content.json\n'
                'grep "^salt $n " proof.txt | cut -d " " -f 3 | base64 -d > salt.bin\n'
                "cat content.json",
            ),
            Command(
                _("Compute its fingerprint, in two rounds."),
                "{ printf 'bandeng/leaf/v1\\000'; cat salt.bin content.json; }"
                " | openssl dgst -sha256 -binary > inner.bin\n"
                "{ printf '\\000'; cat inner.bin; } > outer.bin\n"
                "openssl dgst -sha256 -binary outer.bin > node.bin",
            ),
            Command(
                _("For entry 1: compare it with the line “leaf” of the receipt."),
                '[ "$(sha256sum outer.bin | cut -c 1-64)" = "$(grep "^leaf " receipt.txt | cut -d " " -f 2)" ] '
                + ENDING,
                SAME,
            ),
        ),
    ),
    Step(
        _("Is the entry in the log?"),
        _("From your entry one climbs to the number that stands for the whole log. Each step takes in a neighbour."),
        (
            Command(
                _("Climb."),
                'grep "^path $n " proof.txt | while read -r word number side hash; do\n'
                "  printf '%s' \"$hash\" | base64 -d > other.bin\n"
                '  if [ "$side" = L ]; then cat other.bin node.bin; else cat node.bin other.bin; fi > pair.bin\n'
                "  { printf '\\001'; cat pair.bin; } | openssl dgst -sha256 -binary > node.bin\n"
                "done",
            ),
            Command(
                _("Compare where you arrived with the third line of the head."),
                '[ "$(base64 < node.bin)" = "$(sed -n 3p head.txt)" ] ' + ENDING,
                SAME,
            ),
        ),
    ),
)
