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

# No line is longer than 66 characters, so that none is broken on paper or on a narrow window.
TAKE_RECEIPT = r"""
sed -n '/BEGIN RECEIPT-/,/END RECEIPT-/p' proof.txt |
  sed '1d;$d' > receipt.txt
"""
PART_RECEIPT = r"""
grep -v '^signature ' receipt.txt > note.txt
grep '^signature ' receipt.txt | cut -d ' ' -f 2 |
  base64 -d > sig.bin
"""
CHECK_SIGNATURE = r"""
openssl pkeyutl -verify -pubin -inkey {name}-key.pem \
  -rawin -in note.txt -sigfile sig.bin
"""
TAKE_HEAD = r"""
sed -n '/BEGIN CHECKPOINT-/,/END CHECKPOINT-/p' proof.txt |
  sed '1d;$d' > head.txt
head -n 3 head.txt > note.txt
grep '^— ' head.txt | head -n 1 | cut -d ' ' -f 3 |
  base64 -d | tail -c 64 > sig.bin
"""
TAKE_ENTRY = r"""
grep "^content $n " proof.txt | cut -d ' ' -f 3 |
  base64 -d > content.json
grep "^salt $n " proof.txt | cut -d ' ' -f 3 |
  base64 -d > salt.bin
cat content.json
"""
HASH_ENTRY = r"""
printf 'bandeng/leaf/v1\000' | cat - salt.bin content.json |
  openssl dgst -sha256 -binary > inner.bin
printf '\000' | cat - inner.bin > outer.bin
openssl dgst -sha256 -binary outer.bin > node.bin
"""
COMPARE_LEAF = r"""
mine=$(sha256sum outer.bin | cut -c 1-64)
theirs=$(grep '^leaf ' receipt.txt | cut -d ' ' -f 2)
[ "$mine" = "$theirs" ] && echo SAME || echo DIFFERENT
"""
CLIMB = r"""
grep "^path $n " proof.txt | while read -r word number side hash
do
  printf '%s' "$hash" | base64 -d > other.bin
  case $side in
    L) cat other.bin node.bin > pair.bin ;;
    R) cat node.bin other.bin > pair.bin ;;
  esac
  printf '\001' | cat - pair.bin |
    openssl dgst -sha256 -binary > node.bin
done
"""
COMPARE_ROOT = r"""
mine=$(base64 < node.bin)
theirs=$(sed -n 3p head.txt)
[ "$mine" = "$theirs" ] && echo SAME || echo DIFFERENT
"""

STEPS = (
    Step(
        _("Did the office sign this receipt?"),
        _("A signature fits one text and one key only. If one letter was changed, it no longer fits."),
        (
            Command(
                _("Take the receipt out of the proof file. Skip this if you kept the receipt itself as receipt.txt."),
                TAKE_RECEIPT,
            ),
            Command(
                _("Read it."),
                "cat receipt.txt",
            ),
            Command(
                _("Part the text from its signature."),
                PART_RECEIPT,
            ),
            Command(
                _("Check the signature."),
                CHECK_SIGNATURE.format(name="receipts"),
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
                TAKE_HEAD,
            ),
            Command(
                _("Check the signature."),
                CHECK_SIGNATURE.format(name="log"),
                SIGNED,
            ),
        ),
    ),
    Step(
        _("What does the entry say, and is it the one on my receipt?"),
        _("Entry 1 is the registration of your matter. Names and words are not in it, only codes, days and numbers."),
        (
            Command(
                _(
                    "Choose the entry. For the next one write n=2, then n=3, and do steps 3 and 4 again. Lines marked"
                    " “pending” are not in yet: fetch the proof file again in a minute."
                ),
                "n=1",
            ),
            Command(
                _("Take out the entry and its salt (random figures that keep strangers from guessing it); read it."),
                TAKE_ENTRY,
            ),
            Command(
                _("Compute its fingerprint, in two rounds."),
                HASH_ENTRY,
            ),
            Command(
                _("For entry 1: compare it with the line “leaf” of the receipt."),
                COMPARE_LEAF,
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
                CLIMB,
            ),
            Command(
                _("Compare where you arrived with the third line of the head."),
                COMPARE_ROOT,
                SAME,
            ),
        ),
    ),
)
