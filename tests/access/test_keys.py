"""What a node signs with its key can be checked with the public half, and by nobody else's."""

from __future__ import annotations

from pathlib import Path

import orjson
from joserfc import jws
from joserfc.jwk import KeySet

from jjm.access import open_node_key, signed_by


def test_the_key_is_kept_and_its_signature_holds(tmp_path: Path) -> None:
    made = open_node_key(tmp_path)
    token = made.sign({"name": "IN-OD", "areas": ["state/21"]})
    again = open_node_key(tmp_path)
    assert again.id == made.id
    assert orjson.loads(signed_by(token, again.public()) or b"") == {"name": "IN-OD", "areas": ["state/21"]}
    assert jws.deserialize_compact(token, KeySet.import_key_set(made.public()), algorithms=["Ed25519"]).payload
    assert "d" not in made.public()["keys"][0]


def test_another_key_or_an_altered_word_is_not_believed(tmp_path: Path) -> None:
    made, other = open_node_key(tmp_path / "a"), open_node_key(tmp_path / "b")
    head, body, signature = made.sign({"name": "IN-OD"}).split(".")
    altered = other.sign({"name": "IN-AS"}).split(".")[1]
    for token, keys in (
        (f"{head}.{body}.{signature}", other.public()),
        (f"{head}.{altered}.{signature}", made.public()),
        ("no token", made.public()),
        (f"{head}.{body}.{signature}", {"keys": "none"}),
    ):
        assert signed_by(token, keys) is None
