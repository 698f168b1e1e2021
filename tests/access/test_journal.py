"""A journal of readings is free to be taken in as soon as it is closed, whoever was flushing it meanwhile."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from jjm.access.readings import journal
from jjm.access.readings.model import Reader


def test_closing_waits_for_who_flushes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written, flushing, go, flush = journal.Journal(tmp_path), Event(), Event(), os.fsync
    written.ids(
        Reader("asha", "person", None, None, None, "grievance", "household", "record"), datetime.now(UTC), ["H"]
    )

    def slow(file: int) -> None:
        flushing.set()
        go.wait(10)
        flush(file)

    monkeypatch.setattr(os, "fsync", slow)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(written.sync)
        assert flushing.wait(10)
        closing = threads.submit(written.close)
        assert journal.finished(tmp_path) == []
        go.set()
        first.result(10)
        closing.result(10)
    assert journal.finished(tmp_path) == [written.path]
    written.sync()  # has nothing to flush any more
