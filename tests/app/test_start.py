"""What a node was started with is kept in its folder: all but the password of its database."""

from __future__ import annotations

from pathlib import Path

import pytest

from jjm.app.settings import Settings
from jjm.app.start import database_url, keep_start, last_start, moved_start
from jjm.kit import Problem

SECRET = "s/e@cret"


@pytest.mark.parametrize(
    ("given", "kept", "secret"),
    [
        (
            f"postgresql://jjm:{SECRET.replace('/', '%2F')}@db.example:5432/jjm",
            "postgresql://jjm@db.example:5432/jjm",
            True,
        ),
        ("postgresql://db.example/jjm?password=x&sslmode=require", "postgresql://db.example/jjm?sslmode=require", True),
        ("postgresql:///jjm?host=/run/postgresql", "postgresql:///jjm?host=/run/postgresql", False),
    ],
)
def test_the_address_of_a_database_is_kept_and_its_password_is_not(
    tmp_path: Path, given: str, kept: str, secret: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    keep_start(Settings(tmp_path, database=given))
    assert last_start(tmp_path).database == kept
    assert "cret" not in (tmp_path / "node.start").read_text()
    said: list[str] = []
    assert database_url(tmp_path, given, said.append) == given
    assert not said
    if secret:
        with pytest.raises(Problem, match="database is needed") as refused:
            database_url(tmp_path, None)
        assert kept in refused.value.detail
    else:
        assert database_url(tmp_path, None) == kept


def test_another_database_than_that_of_the_last_start_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    assert database_url(tmp_path, "postgresql://a/b", said.append) == "postgresql://a/b"
    assert not said  # it was never started
    keep_start(Settings(tmp_path))
    database_url(tmp_path, "postgresql://a:secret@b/c", said.append)
    assert said == [f"The node in {tmp_path} was started with the database in it; this uses postgresql://a@b/c."]


def test_a_node_put_back_elsewhere_forgets_where_its_database_was(tmp_path: Path) -> None:
    keep_start(Settings(tmp_path, database="postgresql://a/b", standards=tmp_path, node_file=tmp_path / "node.yaml"))
    moved_start(tmp_path, None)
    assert database_url(tmp_path, None) is None
    assert last_start(tmp_path).standards == str(tmp_path)
    assert last_start(tmp_path).node == str(tmp_path / "node.yaml")


def test_a_spoilt_memory_is_said_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "node.start").write_text("[")
    with pytest.raises(Problem) as refused:
        last_start(tmp_path)
    assert "Delete it" in refused.value.detail
