"""The proof file: verifies without node or network, and proves nothing once a single bit of it is altered."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode

import pytest
from changes import AT
from hypothesis import given
from hypothesis import strategies as st
from ledger.test_tree import naive_root

from jjm.kit import Problem, canonical, digest
from jjm.ledger import Signer, verify_proof
from jjm.ledger.leaf import leaves
from jjm.ledger.model import Batch
from jjm.ledger.proof import write_proof
from jjm.ledger.tree import inclusion_path, leaf_hash

SALT = b"0123456789abcdef"
RECORD: dict[str, object] = {
    "type": "household",
    "id": "HH-21-3",
    "version": 1,
    "change": "create",
    "valid_from": "2026-11-23",
    "valid_to": None,
    "source": None,
    "reason": None,
    "data": {"head": "सीता देवी", "members": 5, "location": {"type": "Point", "coordinates": [85.0, 20.25]}},
}
SIZE = 11


def file(signer: Signer, record: dict[str, object] | None = None, salt: bytes = b"", position: int = 3) -> str:
    """The proof of a household among eleven."""
    said = digest(RECORD, SALT)
    batch = Batch(
        type="household",
        at=AT,
        actor="engineer-7",
        node="jjm.odisha.example",
        subjects=[f"HH-21-{i}" for i in range(SIZE)],
        versions=[1] * SIZE,
        changes=["create"] * SIZE,
        digests=[said] * SIZE,
    )
    hashes = [leaf_hash(leaf) for leaf in leaves(batch)]
    path = [naive_root(hashes[start:end]) for start, end in inclusion_path(3, SIZE)]
    note = signer.checkpoint(SIZE, naive_root(hashes))
    return write_proof(leaves(batch)[3], position, path, note, record, salt)


def extra(document: str) -> dict[str, object]:
    return json.loads(b64decode(document.split("\n")[1].removeprefix("extra ")))


def with_extra(document: str, content: object) -> str:
    lines = document.split("\n")
    lines[1] = "extra " + b64encode(canonical(content)).decode()
    return "\n".join(lines)


def test_a_proof_of_the_leaf_alone(signer: Signer) -> None:
    document = file(signer)
    assert document.startswith("c2sp.org/tlog-proof@v1\nextra ")
    proven = verify_proof(document, signer.verifier.vkey)
    assert (proven.position, proven.head.size, proven.head.origin) == (3, SIZE, signer.name)
    assert (proven.leaf["subject"], proven.leaf["version"]) == ("HH-21-3", 1)
    assert proven.record is None


def test_a_proof_of_what_the_record_said(signer: Signer) -> None:
    proven = verify_proof(file(signer, RECORD, SALT), signer.verifier.vkey)
    assert proven.record == RECORD


@pytest.mark.parametrize("salt", [b"", b"another salt"])
def test_the_salt_belongs_to_the_record(signer: Signer, salt: bytes) -> None:
    with pytest.raises(Problem, match="not what the node recorded"):
        verify_proof(file(signer, RECORD, salt), signer.verifier.vkey)


@pytest.mark.parametrize("field", ["data", "valid_from", "version", "id"])
def test_an_altered_record_is_refused(signer: Signer, field: str) -> None:
    altered = RECORD | {field: {"head": "someone else"} if field == "data" else 7}
    with pytest.raises(Problem, match="not what the node recorded"):
        verify_proof(file(signer, altered, SALT), signer.verifier.vkey)


def test_a_record_that_is_another_one_is_refused(signer: Signer) -> None:
    # Its digest would fit, were the leaf of HH-21-3 not about HH-21-3.
    document = file(signer, RECORD, SALT)
    assert isinstance(extra(document)["leaf"], str)
    other = with_extra(document, extra(document) | {"record": RECORD | {"id": "HH-21-4"}})
    with pytest.raises(Problem):
        verify_proof(other, signer.verifier.vkey)


def test_another_position_is_refused(signer: Signer) -> None:
    for position in (0, 2, 4, 10, 11, 10**18):
        with pytest.raises(Problem, match="not entry"):
            verify_proof(file(signer, position=position), signer.verifier.vkey)


def test_another_nodes_key_is_refused(signer: Signer) -> None:
    other = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    with pytest.raises(Problem, match="no signature of PeterNeumann"):
        verify_proof(file(signer), other)


@given(data=st.data())
def test_any_altered_character_is_refused(signer: Signer, data: st.DataObject) -> None:
    document = file(signer, RECORD, SALT)
    place = data.draw(st.integers(0, len(document) - 1))
    put = data.draw(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=2).filter(lambda t: t != document[place])
    )
    with pytest.raises(Problem):
        verify_proof(document[:place] + put + document[place + 1 :], signer.verifier.vkey)


@given(data=st.data())
def test_any_flipped_bit_of_the_leaf_or_the_record_is_refused(signer: Signer, data: st.DataObject) -> None:
    document = file(signer, RECORD, SALT)
    lines = document.split("\n")
    content = bytearray(b64decode(lines[1].removeprefix("extra ")))
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    content[bit // 8] ^= 1 << bit % 8
    lines[1] = "extra " + b64encode(content).decode()
    with pytest.raises(Problem):
        verify_proof("\n".join(lines), signer.verifier.vkey)


@pytest.mark.parametrize(
    "content", [1, [], {}, {"leaf": 5}, {"leaf": ""}, {"leaf": "{}", "record": {}}, {"leaf": "[" * 5000}]
)
def test_odd_extra_content_is_refused(signer: Signer, content: object) -> None:
    with pytest.raises(Problem):
        verify_proof(with_extra(file(signer), content), signer.verifier.vkey)


@pytest.mark.parametrize("record", [[], 5, "text", {"data": [[[[]]]]}, {"version": 2**60, "x": 1.0}, {}])
def test_odd_records_are_refused(signer: Signer, record: object) -> None:
    document = file(signer)
    odd = extra(document) | {"record": record}
    lines = document.split("\n")
    lines[1] = "extra " + b64encode(json.dumps(odd).encode()).decode()
    for salt in ("", "zz"):
        lines[1] = "extra " + b64encode(json.dumps(odd | {"salt": salt}).encode()).decode()
        with pytest.raises(Problem):
            verify_proof("\n".join(lines), signer.verifier.vkey)


@pytest.mark.parametrize("document", ["", "\n\n", "c2sp.org/tlog-proof@v1\n\n", "a" * 10_000])
def test_what_is_no_proof_file_is_refused(signer: Signer, document: str) -> None:
    with pytest.raises(Problem, match="not a proof file"):
        verify_proof(document, signer.verifier.vkey)
