"""Signed notes, checkpoints and proof files, against the vectors of Go's sumdb and of the C2SP documents."""

from base64 import b64decode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from bandeng.engines import merkle

# golang.org/x/mod/sumdb/note, note_test.go
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = Ed25519PrivateKey.from_private_bytes(b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:])
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
)
# c2sp.org/signed-note and c2sp.org/tlog-checkpoint; their public keys are not printed there.
POEM = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n— quasimodo.example/"
    "salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n"
)
SOFA = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
peter, enoch = merkle.VerifierKey.parse(PETER), merkle.VerifierKey.parse(ENOCH)
NOTE = TEXT + "\n" + PETER_LINE


def test_we_sign_the_published_note_byte_for_byte():
    assert merkle.sign_note(TEXT, "PeterNeumann", PETER_SECRET) == NOTE
    assert str(peter) == PETER and peter.public == PETER_SECRET.public_key().public_bytes_raw()


def test_known_signatures_are_given_and_unknown_ones_ignored():
    both = NOTE + ENOCH_LINE
    assert [s.name for s in merkle.open_note(both, peter).signatures] == ["PeterNeumann"]
    assert [s.name for s in merkle.open_note(both, peter, enoch).signatures] == ["PeterNeumann", "EnochRoot"]
    assert merkle.open_note(NOTE + PETER_LINE, peter).signatures == merkle.open_note(NOTE, peter).signatures
    assert merkle.open_note(both, peter).text == TEXT
    with pytest.raises(merkle.UnverifiedNote):
        merkle.open_note(NOTE, enoch)


def test_a_wrong_signature_of_a_known_key_refuses_the_note():
    with pytest.raises(merkle.InvalidSignature):
        merkle.open_note(NOTE.replace("cryptography", "cryptographY"), peter)
    with pytest.raises(merkle.InvalidSignature):
        merkle.open_note(TEXT + "\n" + PETER_LINE[:60] + "ABCD" + PETER_LINE[60:] + ENOCH_LINE, peter, enoch)


@pytest.mark.parametrize(
    "note",
    [
        "",
        TEXT,
        TEXT + "\n",
        TEXT + "\n" + PETER_LINE[:-1],
        "\x01" + NOTE,
        "\udcff" + NOTE,
        NOTE.replace("\n", "\r\n"),
        TEXT + "\n— Bad Name " + PETER_LINE.split(" ")[2],
        TEXT + "\n— Bad+Name " + PETER_LINE.split(" ")[2],
        NOTE + "Unexpected line.\n",
        NOTE.replace("nAM=", "nAN="),  # other padding bits, same bytes
        NOTE.replace("nAM=", "nAM"),
        TEXT + "\n— PeterNeumann x08g\n",
        TEXT + "\n" + PETER_LINE * 101,
    ],
)
def test_what_go_calls_a_malformed_note_is_refused(note):
    with pytest.raises(merkle.MalformedNote):
        merkle.open_note(note, peter)


def test_every_mangled_key_is_refused():
    cuts = [PETER[i:j] for i in range(len(PETER)) for j in range(i + 1, len(PETER) + 1)]
    changes = [PETER[:i] + chr(ord(c) + 1) + PETER[i + 1 :] for i, c in enumerate(PETER)]
    long = "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=="
    other_algorithm = "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    for wrong in [*cuts, *changes, long, other_algorithm]:
        if wrong != PETER:
            with pytest.raises(merkle.MalformedKey):
                merkle.VerifierKey.parse(wrong)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.just("\n"), max_size=80), st.data())
def test_any_text_is_signed_and_one_flipped_bit_is_found(text, data):
    note = merkle.sign_note(text + "\n", "log.example/测试", PETER_SECRET)
    key = merkle.VerifierKey("log.example/测试", peter.public)
    assert merkle.open_note(note, key).text == text + "\n"
    raw = bytearray(note.encode())
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ValueError):  # noqa: PT011 - malformed, unverified, invalid or not UTF-8: all are refusals
        merkle.open_note(raw.decode(), key)


def test_texts_that_cannot_be_notes_are_not_signed():
    for text, name in [("abc", "a"), ("a\tb\n", "a")]:
        with pytest.raises(merkle.MalformedNote):
            merkle.sign_note(text, name, PETER_SECRET)
    for name in ["", "a b", "a+b", "a\u3000b", "a\nb"]:
        with pytest.raises(merkle.MalformedKey):
            merkle.sign_note("a\n", name, PETER_SECRET)


def test_the_notes_of_the_specifications_are_read():
    poem = merkle.parse_note(POEM)
    assert poem.text.endswith("ed è subito sera.\n") and "\n\n" in poem.text
    assert poem.signatures[0].name == "quasimodo.example/salvatore"
    sofa = merkle.Checkpoint.parse(merkle.parse_note(SOFA).text)
    assert (sofa.origin, sofa.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert SOFA.startswith(str(sofa))


def test_a_checkpoint_is_signed_and_opened_by_its_own_log_alone():
    head = merkle.Checkpoint("PeterNeumann", 0, merkle.EMPTY_ROOT)
    note = head.sign(PETER_SECRET)
    assert merkle.open_checkpoint(note, peter) == head
    other = merkle.sign_note(str(merkle.Checkpoint("other.example", 0, merkle.EMPTY_ROOT)), peter.name, PETER_SECRET)
    with pytest.raises(merkle.MalformedCheckpoint):
        merkle.open_checkpoint(other, peter)


ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"o\n0\n{ROOT}",
        f"\n0\n{ROOT}\n",
        f"o\n00\n{ROOT}\n",
        f"o\n-1\n{ROOT}\n",
        f"o\n+1\n{ROOT}\n",
        f"o\n１\n{ROOT}\n",
        f"o\n\n{ROOT}\n",
        f"o\n{2**63}\n{ROOT}\n",
        f"o\n{10**300}\n{ROOT}\n",
        "o\n0\nAAAA\n",
        f"o\n0\n{ROOT[:-1]}\n",
        f"o\n0\n{ROOT}\nextension\n",
        f"o\n0\n{ROOT}\n\n",
    ],
)
def test_other_spellings_of_a_checkpoint_are_refused(text):
    with pytest.raises(merkle.MalformedCheckpoint):
        merkle.Checkpoint.parse(text)


def test_a_proof_file_is_checked_with_leaf_and_key_alone():
    leaves = [merkle.leaf_hash(bytes([i])) for i in range(7)]
    read = merkle.TileReader(lambda level, index: leaves if (level, index) == (0, 0) else [])
    note = merkle.Checkpoint(peter.name, 7, merkle.root_of(leaves)).sign(PETER_SECRET)
    for index, leaf in enumerate(leaves):
        text = merkle.write_proof(index, merkle.inclusion_path(read, index, 7), note)
        assert text.startswith(f"c2sp.org/tlog-proof@v1\nindex {index}\n") and text.endswith("\n\n" + note)
        assert merkle.check_proof(text, leaf, peter)[0] == index
        wrong = [
            text.replace("@v1", "@v2"),
            text.replace("index ", "index 0"),
            text.replace("index", "extra AA==\nindex"),
        ]
        for other in [*wrong, text.replace(f"index {index}", f"index {7 - index}"), "", "c2sp.org/tlog-proof@v1"]:
            with pytest.raises(merkle.InvalidProof):
                merkle.check_proof(other, leaf, peter)
        with pytest.raises(merkle.InvalidProof):
            merkle.check_proof(text, leaves[index - 1], peter)


def test_a_log_of_one_leaf_has_a_proof_file_without_path():
    leaf = merkle.leaf_hash(b"")
    text = merkle.write_proof(0, (), merkle.Checkpoint(peter.name, 1, leaf).sign(PETER_SECRET))
    assert merkle.check_proof(text, leaf, peter)[0] == 0
