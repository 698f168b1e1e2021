"""The node's key: made once, the same ever after, and never readable without its passphrase."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from jjm.kit import Problem
from jjm.ledger import open_signer

NAME = "jjm.odisha.example/log"


@pytest.fixture(autouse=True)
def no_passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JJM_KEY_PASSPHRASE", raising=False)


def test_the_key_stays_the_same(folder: Path) -> None:
    first = open_signer(folder, NAME)
    assert open_signer(folder, NAME).verifier == first.verifier
    assert open_signer(folder.with_name("other"), NAME).verifier != first.verifier


def test_nothing_lies_about_unencrypted(folder: Path) -> None:
    open_signer(folder, NAME)
    assert sorted(file.name for file in folder.iterdir()) == ["ledger.key", "ledger.secret"]
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in folder.iterdir())
    sealed = (folder / "ledger.key").read_bytes()
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in sealed
    with pytest.raises(TypeError):
        load_pem_private_key(sealed, None)


def test_a_passphrase_of_the_environment_leaves_no_secret_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JJM_KEY_PASSPHRASE", "correct horse")
    key = open_signer(folder, NAME).verifier
    assert [file.name for file in folder.iterdir()] == ["ledger.key"]
    assert open_signer(folder, NAME).verifier == key
    for wrong in ("", "wrong"):
        monkeypatch.setenv("JJM_KEY_PASSPHRASE", wrong)
        with pytest.raises(Problem) as refusal:
            open_signer(folder, NAME)
        assert refusal.value.code == "key-locked"
        assert "correct horse" not in str(refusal.value)


def test_a_passphrase_given_later_replaces_the_secret(folder: Path) -> None:
    key = open_signer(folder, NAME).verifier
    assert open_signer(folder, NAME, "given later").verifier == key
    assert [file.name for file in folder.iterdir()] == ["ledger.key"]
    with pytest.raises(Problem):
        open_signer(folder, NAME, "another")


def test_a_lost_secret_makes_no_new_key(folder: Path) -> None:
    open_signer(folder, NAME)
    (folder / "ledger.secret").unlink()
    with pytest.raises(Problem, match="A key of the node is locked"):
        open_signer(folder, NAME)


def test_processes_that_start_together_get_one_key(folder: Path) -> None:
    script = "import sys, pathlib; from jjm.ledger import open_signer; " + (
        f"print(open_signer(pathlib.Path(sys.argv[1]), {NAME!r}).verifier.vkey)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    started = [
        subprocess.Popen([sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, env=environment)
        for _ in range(4)
    ]
    assert len({process.communicate()[0] for process in started} - {b""}) == 1
    assert sorted(file.name for file in folder.iterdir()) == ["ledger.key", "ledger.secret"]


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nbreak"])
def test_names_that_no_key_may_have(folder: Path, name: str) -> None:
    with pytest.raises(ValueError, match="cannot name a key"):
        open_signer(folder, name)
