"""Signed notes: those of others are read, and nothing altered passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jjm.kit import Problem
from jjm.ledger import Signer, Verifier
from jjm.ledger.note import parse_checkpoint

# Signed by the implementation of the Go checksum database (its documentation's example).
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_NOTE = (
    GO_TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ROOT = bytes(range(32))
ROOT_64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


def test_a_note_signed_by_another_implementation() -> None:
    verifier = Verifier.parse(GO_KEY)
    assert verifier.open(GO_NOTE) == GO_TEXT
    assert verifier.vkey == GO_KEY


def test_a_checkpoint_and_its_form(signer: Signer) -> None:
    note = signer.checkpoint(42, ROOT)
    lines = note.split("\n")
    assert lines[:4] == ["jjm.odisha.example/log", "42", ROOT_64, ""]
    assert lines[4].startswith("— jjm.odisha.example/log ")
    assert lines[5:] == [""]
    assert parse_checkpoint(Verifier.parse(signer.verifier.vkey).open(note)) == ("jjm.odisha.example/log", 42, ROOT)


def test_unknown_signatures_beside_ours_are_ignored(signer: Signer) -> None:
    note = signer.checkpoint(42, ROOT)
    witnessed = note + "— witness.example mJirIklj\n" + f"— {signer.name} AAAAAAAA\n"
    assert signer.verifier.open(witnessed) == signer.verifier.open(note)


@given(data=st.data())
def test_an_altered_note_is_refused(signer: Signer, data: st.DataObject) -> None:
    note = signer.checkpoint(42, ROOT)
    place = data.draw(st.integers(0, len(note) - 1))
    letter = data.draw(st.characters(exclude_categories=["Cs"]).filter(lambda c: c != note[place]))
    with pytest.raises(Problem, match="proof does not hold"):
        signer.verifier.open(note[:place] + letter + note[place + 1 :])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        "text\n",
        "text\n\n",
        "a\n\n— b",
        "a\n\n— b c\n",
        "a\n\nb c\n",
        "a\tb\n\n— jjm.odisha.example/log AAAAAAAA\n",
    ],
)
def test_what_is_no_note_is_refused(signer: Signer, note: str) -> None:
    with pytest.raises(Problem):
        signer.verifier.open(note)


def test_the_same_key_under_another_name_is_another_key(signer: Signer) -> None:
    other = Verifier("jjm.assam.example/log", signer.verifier.public)
    with pytest.raises(Problem, match="no signature of jjm"):
        other.open(signer.checkpoint(1, ROOT))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\n1\n{root}",
        "a\n01\n{root}\n",
        "a\n-1\n{root}\n",
        "a\n１\n{root}\n",
        "a\n1\n{root}\n\n",
        "\n1\n{root}\n",
        "a\n1\n\n",
        "a\n1\nAAECAwQF\n",
        "a\n1\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Problem, match="not a checkpoint"):
        parse_checkpoint(text.replace("{root}", ROOT_64))


def test_extension_lines_are_read_over() -> None:
    text = f"a\n1\n{ROOT_64}\nsomething new\n"
    assert parse_checkpoint(text) == ("a", 1, ROOT)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        "name+c74f20a3",
        GO_KEY[:-1],
        GO_KEY.replace("Peter", "Paul"),
        GO_KEY.replace("c74f20a3", "c74f20a4"),
        GO_KEY.replace("+ARpc", "+AhpC"),
        GO_KEY.removeprefix("PeterNeumann"),
        "नाम+1+2",
    ],
)
def test_what_is_no_key_is_refused(vkey: str) -> None:
    with pytest.raises(Problem, match="verifier key cannot be read"):
        Verifier.parse(vkey)
