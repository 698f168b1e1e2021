"""What is sealed opens with the right key in the right place, and with nothing else; keys can be renewed."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jjm.kit import Problem, Unopened, Vault, drop_keys_set_aside, open_vault, renew_key
from jjm.kit.sealing import FRONT

VAULT = Vault(b"k" * 32)
BOUND = b"household\0HHD-21-1\x001"


@given(st.lists(st.tuples(st.binary(max_size=200), st.binary(max_size=60))))
def test_everything_sealed_opens_where_it_was_bound(said: list[tuple[bytes, bytes]]) -> None:
    numbers = [os.urandom(16) for _ in said]
    sealed = VAULT.seal_each([plain for plain, _ in said], [bound for _, bound in said], numbers)
    again = pickle.loads(pickle.dumps(VAULT))
    places = zip(numbers, sealed, said, strict=True)
    assert [again.open_with(number, box, bound) for number, box, (_, bound) in places] == [p for p, _ in said]


def test_the_same_value_differs_each_time_it_is_sealed() -> None:
    sealed = [VAULT.seal(b"9876543210", BOUND) for _ in range(500)]
    for part in (slice(0, 16), slice(20, 52), slice(52, None)):
        assert len({box[part] for box in sealed}) == len(sealed)
    same = VAULT.seal_each([b"9876543210"] * 500, [BOUND] * 500, [bytes(16)] * 500)
    assert len({box[FRONT:] for box in same}) == len(same)


@pytest.mark.parametrize(
    "bound", [b"household\0HHD-21-2\x001", b"household\0HHD-21-1\x002", b"tap\0HHD-21-1\x001", b""]
)
def test_a_value_moved_elsewhere_does_not_open(bound: bytes) -> None:
    with pytest.raises(Unopened):
        VAULT.open(VAULT.seal(b"9876543210", BOUND), bound)


def test_no_byte_can_be_altered() -> None:
    sealed = VAULT.seal(b"9876543210", BOUND)
    for place in range(len(sealed)):
        altered = sealed[:place] + bytes((sealed[place] ^ 1,)) + sealed[place + 1 :]
        with pytest.raises(Unopened):
            VAULT.open(altered, BOUND)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(Unopened, match="not here"):
        Vault(b"l" * 32).open(VAULT.seal(b"x", BOUND), BOUND)


def test_a_new_key_wraps_anew_and_touches_no_value() -> None:
    number = os.urandom(16)
    sealed = VAULT.seal_each([b"9876543210"], [BOUND], [number])[0]
    both, new = Vault(b"n" * 32, b"k" * 32), Vault(b"n" * 32)
    assert not both.is_current(sealed)
    assert both.open_with(number, sealed, BOUND) == b"9876543210"
    moved = both.rewrapped(number, sealed)
    assert both.is_current(moved)
    assert moved[FRONT:] == sealed[FRONT:]
    assert new.open_with(number, moved, BOUND) == b"9876543210"
    with pytest.raises(Unopened):
        VAULT.open_with(number, moved, BOUND)


def test_keys_are_renewed_in_their_folder(tmp_path: Path) -> None:
    first = open_vault(tmp_path, "personal")
    old = first.seal(b"x", BOUND)
    renew_key(tmp_path, "personal")
    renew_key(tmp_path, "personal")
    third = open_vault(tmp_path, "personal")
    assert third.open(old, BOUND) == b"x"
    assert len(set(third.ids)) == 3
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    kept = old[:16] + third.rewrapped(old[:16], old[16:])
    assert drop_keys_set_aside(tmp_path, "personal") == 2
    last = open_vault(tmp_path, "personal")
    assert last.open(kept, BOUND) == b"x"
    with pytest.raises(Unopened):
        last.open(old, BOUND)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["personal.key", "personal.secret"]


def test_a_renewed_key_stays_behind_its_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JJM_KEY_PASSPHRASE", "a long one")
    old = open_vault(tmp_path, "personal").seal(b"x", BOUND)
    renew_key(tmp_path, "personal")
    assert open_vault(tmp_path, "personal").open(old, BOUND) == b"x"
    monkeypatch.setenv("JJM_KEY_PASSPHRASE", "another")
    with pytest.raises(Problem) as locked:
        open_vault(tmp_path, "personal")
    assert locked.value.code == "key-locked"
