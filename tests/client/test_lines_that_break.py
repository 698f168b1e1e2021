"""Lines that break and nodes that ask for a pause: nothing is lost, nothing is done twice."""

from __future__ import annotations

import gzip
from pathlib import Path

import orjson
import pytest
from bad_line import BadLine
from nodes import Served

from jjm.client import AsyncClient, Client, Patience, Position, Refused, Unreachable, Untrusted


def figures(village: str, count: int) -> list[dict[str, object]]:
    """So many records about a village, of about a kilobyte each."""
    sources = ("imis", "antyodaya", "census", "sbm", "state", "survey", "aankalan", "registry")
    return [
        {"village": village, "figure_source": sources[n % 8], "year": 1901 + n // 8, "remarks": f"{n:0900}"}
        for n in range(count)
    ]


def springs(node: Client, name: str) -> int:
    """How many springs bear that name."""
    return len(list(node.list("spring", {"name": name}, fields=["name"])))


def test_an_answer_that_is_lost_does_not_make_a_record_twice(node: Client, far: Client, line: BadLine) -> None:
    far.types()
    line.cut("down", 10)
    made = far.create("spring", {"name": "Lost answer", "village": "VIL-399510"})
    assert line.made == 1
    assert springs(node, "Lost answer") == 1
    assert node.get("spring", made.id)["name"] == "Lost answer"


def test_a_call_that_may_not_be_made_twice_is_not(far: Client, line: BadLine) -> None:
    far.types()
    line.cut("down", 10)
    with pytest.raises(Unreachable) as lost:
        far.call("POST", "/api/v1/tokens", content=b'{"name": "x", "scopes": ["read"]}')
    assert lost.value.arrived


def test_an_upload_cut_in_the_middle_is_sent_again_and_taken_in_once(node: Client, far: Client, line: BadLine) -> None:
    far.types()
    line.cut("up", 300_000, 200_000)
    done = far.import_records("village_figure", figures("VIL-399511", 1_000), source="cut upload")
    assert line.made == 2
    assert (done.created, done.refused) == (1_000, 0)
    assert node.page("village_figure", {"village": "VIL-399511"}, limit=1, count=True).count == 1_000


def test_a_download_goes_on_where_it_broke(node: Client, far: Client, line: BadLine, tmp_path: Path) -> None:
    node.import_records("village_figure", figures("VIL-399512", 1_000))
    export = far.export("village_figure", {"village": "VIL-399512"}, gzip=False)
    (file,) = export.files
    line.cut("down", 300_000, 400_000)
    heard: list[int] = []
    target = far.download(file, tmp_path / "figures.ndjson", told=heard.append)
    assert line.made == 2
    assert heard == sorted(heard), "what came already was fetched again"
    assert len(target.read_bytes().splitlines()) == export.records == 1_000
    with pytest.raises(FileExistsError):
        far.download(file, target)
    assert [p.name for p in tmp_path.iterdir()] == ["figures.ndjson"]


def test_a_download_that_was_given_up_goes_on_next_time(
    far: Client, line: BadLine, served: Served, tmp_path: Path
) -> None:
    export = far.export("village", gzip=False)
    (file,) = export.files
    line.cut("down", file.bytes // 2)
    with Client(line.url, auth=served.token, patience=Patience(tries=1)) as hasty:
        assert file.bytes > 2_000
        hasty.download(file, tmp_path / "first.ndjson")  # what came was progress, so it goes on at once
    assert line.made == 1
    part = tmp_path / f".second.ndjson.{file.sha256[:16]}.part"
    part.write_bytes((tmp_path / "first.ndjson").read_bytes()[:1_000])
    heard: list[int] = []
    far.download(file, tmp_path / "second.ndjson", told=heard.append)
    assert heard[0] > 1_000
    broken = tmp_path / f".third.ndjson.{file.sha256[:16]}.part"
    broken.write_bytes(b"x" * 1_000)
    with pytest.raises(Untrusted, match="broken"):
        far.download(file, tmp_path / "third.ndjson")
    assert not broken.exists()
    assert far.download(file, tmp_path / "third.ndjson").stat().st_size == file.bytes


def test_the_feed_is_drained_over_a_breaking_line_each_change_once(far: Client, line: BadLine) -> None:
    line.cut("down", 20_000, 30_000, 50_000)
    seen = [change.position for change in far.changes(limit=100)]
    assert line.made == 3
    assert seen == sorted(set(seen))
    assert len(seen) >= 50


def test_a_follower_goes_on_from_the_position_it_kept(node: Client) -> None:
    *_, last = node.stretches()
    kept = Position.parse(str(last.position))
    assert list(node.changes(kept)) == []
    made = node.create("spring", {"name": "News", "village": "VIL-399513"})
    following = node.stretches(kept, types=["springs"], wait=20)
    stretch = next(following)
    (change,) = stretch
    assert (change.type, change.what, change.record.id) == ("spring", "created", made.id)
    assert stretch.position.number == change.position
    node.retire("spring", made.id, etag=made.etag)
    (gone,) = next(following)
    assert (gone.what, gone.record.id, "name" in gone.record) == ("retired", made.id, False)


def test_only_what_is_asked_for_is_told(node: Client) -> None:
    *_, last = node.stretches()
    made = node.create("spring", {"name": "Filtered", "village": "VIL-399515", "discharge": 2.0})
    node.patch("spring", made.id, {"discharge": 3.0}, etag=made.etag)
    node.create("spring", {"name": "Elsewhere", "village": "VIL-399516"})
    asked = {"types": ["springs"], "within": "village/399515", "kinds": ["changed"], "fields": ["name"]}
    change = next(iter(node.changes(last.position, **asked, wait=20)))  # it is told once it has its position
    assert change.record.id == made.id
    assert (change.what, change.record["name"], "discharge" in change.record) == ("changed", "Filtered", False)


def test_a_position_of_another_history_is_refused_with_the_one_that_still_holds(node: Client) -> None:
    *_, last = node.stretches()
    assert last.position.epoch
    with pytest.raises(Refused) as rewritten:
        list(node.changes(Position(last.position.number + 1_000, "of-another-history")))
    assert (rewritten.value.code, rewritten.value.status) == ("history-rewritten", 410)
    assert rewritten.value.more["epoch"] == last.position.epoch
    assert rewritten.value.more["position"] <= last.position.number


async def test_the_asynchronous_client_bears_the_same(line: BadLine, served: Served, tmp_path: Path) -> None:
    async with AsyncClient(line.url, auth=served.token, patience=Patience(first=0.01)) as far:
        await far.types()
        line.cut("up", 100_000)
        records = figures("VIL-399514", 1_000)
        assert (await far.import_records("village_figure", records)).created == 1_000
        export = await far.export("village_figure", {"village": "VIL-399514"})
        line.cut("down", 10_000)
        got = await far.download(export.files[0], tmp_path / "s.ndjson.gz")
        lines = gzip.decompress(got.read_bytes()).splitlines()
        assert len({orjson.loads(one)["id"] for one in lines}) == 1_000
        assert line.made == 2
