"""`bandeng verify` for outsiders: with public files and a public key, without an installation."""

import argparse
from base64 import b64encode
from pathlib import Path

from bandeng.engines import merkle

from . import failures
from .output import print_json, table
from .outside_files import (
    LogDirectory,
    Problem,
    fingerprint,
    origin_of,
    read_key,
    read_receipts_key,
    text_of,
)
from .words import gettext as _

OK, FOUND, USAGE = 0, 1, 2


def run(args: argparse.Namespace) -> int:
    """Check what was named; give the exit code."""
    if args.receipt and args.heads or not (args.receipt or args.log or args.heads):
        return _usage(_("Name what to check: --receipt FILE, --log DIR, or --heads OLD NEW with --log DIR."))
    if args.heads and not args.log:
        return _usage(_("Two heads are compared with the log between them: add --log DIR."))
    if not args.key and not args.receipt:
        return _usage(_("A log is checked with its public key: add --key FILE, such as log-key.pem."))
    if args.receipt:
        return _receipt(args)
    return _heads(args) if args.heads else _log(args)


def _usage(what: str) -> int:
    failures.say(what, _("`%s --help` shows how.") % "bandeng verify")
    return USAGE


# ---- a proof file ---------------------------------------------------------------------------------------------------


def _receipt(args: argparse.Namespace) -> int:
    text = text_of(Path(args.receipt))
    receipts_key = read_receipts_key(Path(args.receipts_key)) if args.receipts_key else None
    try:
        key = read_key(Path(args.key), _origin_in(text)) if args.key else merkle.case_proof_key(text)
        proof = merkle.check_case_proof(text, key, receipts_key)
    except merkle.InvalidProof as refused:
        return _answer(args, {"key": None}, [], [Problem(str(refused), "malformed", _("is not as in a proof file"))])
    except merkle.MalformedKey:
        return _answer(args, {"key": None}, [], [Problem("line 6", "malformed", _("names no public key"))])
    problems = [Problem(found.place, found.kind, _why(found.kind)) for found in proof.problems]
    if args.log and proof.head:
        problems += _is_in_log(Path(args.log), key, proof.head)
    facts = {"key": fingerprint(key), "key_is_given": bool(args.key), "origin": proof.origin, "code": proof.code,
             "made": proof.made, "size": proof.head and proof.head.size, "root": proof.head and proof.head.root.hex(),
             "receipt_signature_checked": proof.receipt_checked,
             "entries": [_entry(entry) for entry in proof.entries]}  # fmt: skip
    return _answer(args, facts, _receipt_words(args, proof, key), problems)


def _origin_in(text: str) -> str:
    line = next((line for line in text.split("\n")[:8] if line.startswith("origin ")), "")
    return origin_of(line.removeprefix("origin "))


def _is_in_log(folder: Path, key: merkle.VerifierKey, head: merkle.Checkpoint) -> list[Problem]:
    log = LogDirectory(folder)
    if problems := list(log.check(key)):
        return problems
    return _compared(merkle.compare_heads(head, log.head, log.fetch, log.size), log.size, ("--receipt", "--log"))


def _entry(entry: merkle.CaseEntry) -> dict:
    return {"number": entry.number, "kind": entry.kind, "state": entry.state, "place": entry.place, "at": entry.at}


def _receipt_words(args: argparse.Namespace, proof: merkle.CaseProof, key: merkle.VerifierKey) -> list[str]:
    lines = [_("Matter %(code)s in the log %(origin)s.") % {"code": proof.code, "origin": proof.origin}]
    if proof.head:
        said = _("Head of %(size)d entries, fingerprint %(root)s, in a file made on %(made)s.")
        lines.append(said % {"size": proof.head.size, "root": proof.head.root.hex(), "made": proof.made})
    else:
        lines.append(_("No head yet: fetch the file again in a minute."))
    wrong = {found.place for found in proof.problems}
    for entry in proof.entries:
        if f"entry {entry.number}" not in wrong:
            lines.append(_entry_words(entry))
    lines.append(
        _("The receipt in it was signed by the office.")
        if proof.receipt_checked
        else _("The receipt's own signature was not checked: --receipts-key receipts-key.pem does that.")
    )
    lines.append(_key_words(key))
    if not args.key:
        lines.append(
            _("That key is from the file itself, which only agrees with itself so far: add --key log-key.pem.")
        )
    return lines


def _entry_words(entry: merkle.CaseEntry) -> str:
    told = {"number": entry.number, "kind": entry.kind, "place": entry.place, "at": entry.at, "by": entry.erased_by}
    if entry.state == "unchanged":
        return _("%(number)d. %(kind)s of %(at)s is entry %(place)d of the log, unchanged.") % told
    if entry.state == "pending":
        return _("%(number)d. %(kind)s waits for the log: fetch the file again in a minute.") % told
    return _("%(number)d. %(kind)s was erased by decision %(by)d: what it said can no longer be shown.") % told


def _why(kind: str) -> str:
    return {
        "other-key": _("the file names another key than yours"),
        "other-origin": _("the file is of another log than your key"),
        "other-code": _("the entries are of a matter with another code"),
        "other-case": _("the entries are of more than one matter"),
        "other-kind": _("the entry says it is something else"),
        "not-signed": _("was not signed with this key, or was changed since"),
        "said-broken": _("the site itself says that this entry is not as it was entered"),
        "unproven": _("salt, content or head is missing, so nothing is proven"),
        "leads-elsewhere": _("salt, content and path do not lead to the signed head: one of them was changed"),
        "doubled": _("one entry of the log is shown twice"),
        "left-out": _("an entry of this matter was left out"),
        "erased-undecided": _("no decision to erase it is shown"),
        "malformed": _("is not a receipt"),
        "of-another-file": _("the receipt is of another file: log, code or time differ"),
        "other-leaf": _("the receipt promises another first entry"),
        "other-root": _("the receipt prints another total fingerprint"),
    }[kind]


# ---- a whole log, and two heads -------------------------------------------------------------------------------------


def _log(args: argparse.Namespace) -> int:
    log = LogDirectory(Path(args.log))
    key = read_key(Path(args.key), origin_of(log.note))
    problems = list(log.check(key))
    facts = {"key": fingerprint(key), "origin": key.name, "size": log.head and log.head.size,
             "root": log.head and log.head.root.hex(), "heads": len(log.heads)}  # fmt: skip
    words = [_("The log %s.") % key.name]
    if log.head and not problems:
        words.append(
            _("Its %(size)d entries lead to the signed head, fingerprint %(root)s; so do %(heads)d earlier ones.")
            % {"size": log.size, "root": log.head.root.hex(), "heads": len({h.size for h in log.heads} - {log.size})}
        )
    return _answer(args, facts, [*words, _key_words(key)], problems)


def _heads(args: argparse.Namespace) -> int:
    log = LogDirectory(Path(args.log))
    key = read_key(Path(args.key), origin_of(log.note))
    heads, problems = [], []
    for name in args.heads:
        try:
            heads.append(merkle.open_checkpoint(text_of(Path(name)), key))
        except ValueError:
            problems.append(Problem(name, "not-signed", _("was not signed with this key, or was changed since")))
    facts: dict = {"key": fingerprint(key), "origin": key.name}
    if problems:
        return _answer(args, facts, [_key_words(key)], problems)
    old, new = heads
    facts |= {"old": {"size": old.size, "root": old.root.hex()}, "new": {"size": new.size, "root": new.root.hex()}}
    damaged = list(log.check(key))
    if old.size == new.size or not damaged:
        found = merkle.compare_heads(old, new, log.fetch, log.size)
        problems = _compared(found, log.size, tuple(args.heads))
        facts |= {"comparison": found.kind, "proof": [b64encode(hash_).decode() for hash_ in found.path]}
    words = []
    if not damaged and not problems:
        said = _("The log of %(new)d entries begins with all %(old)d signed before: nothing was changed or taken out.")
        words.append(said % {"new": new.size, "old": old.size})
    return _answer(args, facts, [*words, _key_words(key)], [*problems, *damaged])


def _compared(found: merkle.HeadComparison, size: int, names: tuple[str, ...]) -> list[Problem]:
    told = {"size": size, "heads": ", ".join(map(str, found.sizes))}
    what = {
        "fork": _("fork: the log was signed with two histories; it does not contain the head of %(heads)s entries"),
        "shrunken": _("the later head has fewer entries than the earlier: the log has shrunk, or the two were swapped"),
        "beyond": _("a head of %(heads)s entries was signed, the log here has %(size)d: export it anew; if it still has"
                    " no more, it has shrunk"),
    }  # fmt: skip
    return [Problem(" ".join(names), found.kind, what[found.kind] % told)] if found.kind in what else []


def _key_words(key: merkle.VerifierKey) -> str:
    return _("Key used: SHA-256 of its PEM file %s.") % fingerprint(key)


def _answer(args: argparse.Namespace, facts: dict, words: list[str], problems: list[Problem]) -> int:
    if args.json:
        print_json({"is_proven": not problems, **facts, "problems": [vars(problem) for problem in problems]})
        return FOUND if problems else OK
    print("\n".join(words))
    if problems:
        print(table((_("where"), _("what is wrong")), [(problem.place, problem.what) for problem in problems]))
        print(_("Not proven: %d things are broken. Keep the files; they are evidence.") % len(problems))
    else:
        print(_("It holds."))
    return FOUND if problems else OK
