"""A node: its database, registries, ledger and jobs, started in order and stopped in reverse."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import httpx

from jjm.access import (
    MASTER_KEY,
    NODE,
    Access,
    Consents,
    Gate,
    Presence,
    Readings,
    Remote,
    Rotation,
    Scope,
    Vault,
    bearers,
    create_token,
    known_purposes,
    open_node_key,
)
from jjm.access import holdings as access_holdings
from jjm.app.beginning import seed_states
from jjm.app.openapi import VERSION
from jjm.app.settings import PERSONAL, UNNAMED, Settings
from jjm.app.telling import Codes
from jjm.app.upkeep import keep_going
from jjm.exchange import Exchange, bring_sealed
from jjm.exchange import begin as begin_exchange
from jjm.exchange import holdings as exchange_holdings
from jjm.federation import HERE, Federation, Network, Own, Shared
from jjm.kit import (
    Clock,
    Cluster,
    Database,
    Jobs,
    Problem,
    SystemClock,
    kept_answers,
    migrate,
    open_vault,
    recall,
    remember,
    scrubber,
)
from jjm.kit import Vault as Box
from jjm.ledger import Sequencer, Verifier, begin_history, open_signer
from jjm.notify import Notices, carriers_from
from jjm.notify import holdings as notice_holdings
from jjm.registry import (
    Bulk,
    Reach,
    Registry,
    Whose,
    erase_again,
    prepare,
)
from jjm.registry import holdings as registry_holdings
from jjm.solutions import solutions
from jjm.standards import default_folder, load, validators
from jjm.workflow import OWN as OWN_DEEDS
from jjm.workflow import Deeds, OnCases, Workflows, joined
from jjm.workflow import holdings as workflow_holdings
from jjm.workflow import prepare as prepare_workflows

BLOCKS = (
    *(solution.package for solution in solutions()),
    "jjm.kit",
    "jjm.ledger",
    "jjm.access",
    "jjm.registry",
    "jjm.exchange",
    "jjm.federation",
    "jjm.workflow",
    "jjm.notify",
    "jjm.web",
)
READINGS = "readings"
_LANE = 2
_log = logging.getLogger(__name__)


@dataclass
class Node:
    """A running node, for the web application and for whoever starts it."""

    settings: Settings
    database: Database
    registry: Registry
    access: Access
    gate: Gate
    sequencer: Sequencer
    verifier: Verifier
    cluster: Cluster | None
    admin_token: str | None
    bulk: Bulk
    federation: Federation
    exchange: Exchange
    workflows: Workflows
    notices: Notices
    rotation: Rotation
    stopping: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def running(
    settings: Settings,
    clock: Clock | None = None,
    wires: httpx.AsyncBaseTransport | None = None,
    deeds: Deeds | None = None,
) -> AsyncGenerator[Node, None]:
    """Start a node and stop it again in the end. `wires` lead to other nodes; the machine's network, if left out.

    `deeds` are brought besides those of the solutions that are found, for the workflows to name.

    Raises Problem for a faulty standard, a database that cannot be reached, or one of a newer release.
    """
    clock = clock or SystemClock(timedelta(seconds=settings.clock_off))
    settings.folder.mkdir(parents=True, exist_ok=True)
    catalogue = load(settings.standards or default_folder())
    scrubber.also(field for standard in catalogue.types.values() for field in standard.personal_fields - {"ext"})
    async with AsyncExitStack() as stack:
        cluster = None if settings.database else Cluster(settings.folder)
        url = settings.database or await _start(stack, cluster)
        database = await Database.connect(url)
        stack.push_async_callback(database.close)
        await migrate(database, BLOCKS)
        settings = await _named(database, settings)
        readings = Readings(settings.folder / READINGS, clock)
        vault = await _vault(database, settings)
        registry = Registry(database, catalogue, validators(catalogue), settings.name, clock, readings, vault)
        for line in await prepare(registry):
            _log.info("standards: %s", line)
        signer = open_signer(settings.folder, settings.name)
        sequencer = Sequencer(database, signer, clock)
        if settings.centre in (None, HERE):
            await seed_states(registry)
        token = await _admin_token(database, clock, settings)
        access = _access(registry, settings, vault)
        notices = await _notices(stack, access, settings)
        workflows = Workflows(registry, access, _deeds(deeds))
        registry.hangings = OnCases(workflows)
        if count := await erase_again(registry, access):
            _log.warning("%s records that had been erased came back with this database, and were erased again", count)
        bulk = await _bulk(stack, registry, settings, sequencer)
        lane = await Database.connect(url, size=_LANE)
        stack.push_async_callback(lane.close)
        registry.consents = Consents(lane, clock, access.vault, readings)
        network = Network(registry, access.key, _own(settings, signer.verifier))
        federation = Federation(registry, access, network, wires, sequencer.wake)
        await _join(federation, settings)
        exchange = Exchange(registry, access, sequencer.news, bulk.jobs, sequencer.wake, settings.webhooks_private)
        begin_exchange(exchange)
        async with database.write() as conn:
            await prepare_workflows(workflows, conn)
        if count := await bring_sealed(exchange):
            _log.info("%s secrets of webhooks and batches were brought under the node's vault", count)
        rotation = _rotation(registry, exchange, notices, bulk.jobs, vault)
        node = Node(
            settings, database, registry, access, access.gate, sequencer, signer.verifier, cluster, token, bulk,
            federation, exchange, workflows, notices, rotation,
        )  # fmt: skip
        await keep_going(stack, node)
        yield node


async def _join(federation: Federation, settings: Settings) -> None:
    """Know the other nodes from the last good list; where there is a Centre, let them sign calls and own records."""
    await federation.network.load()
    federation.access.nodes = federation.network.keys_of
    if settings.centre:
        federation.access.gate.signed = federation.callers.actor
        federation.registry.authority = Shared(federation.network)


def _access(registry: Registry, settings: Settings, vault: Box) -> Access:
    """Who may do what on this node, and the keys that it speaks with."""
    presence = Presence(registry.catalogue)
    purposes = known_purposes(registry.catalogue)
    gate = Gate(registry.database, registry.clock, bearers(settings.environment, presence), purposes)
    return Access(
        registry.database, registry.clock, registry.catalogue, settings.name, settings.folder,
        open_node_key(settings.folder), gate, Reach(registry), Whose(registry), Vault(vault), presence, settings.urls,
        settings.environment, providers={one.name: Remote(one) for one in settings.providers},
        calls_per_minute=settings.calls_per_minute,
    )  # fmt: skip


def _rotation(registry: Registry, exchange: Exchange, notices: Notices, jobs: Jobs, vault: Box) -> Rotation:
    """What follows another master key: all that any block has sealed."""
    access = exchange.access
    sealed = [
        *registry_holdings(registry),
        *access_holdings(access.vault),
        *exchange_holdings(exchange),
        *workflow_holdings(access.vault),
        *notice_holdings(notices),
    ]
    return Rotation(access, jobs, [*sealed, kept_answers(vault)])


def _deeds(more: Deeds | None) -> Deeds:
    """What workflow files may name. Raises Problem `deeds-twice`."""
    found = [(solution.package, solution.deeds) for solution in solutions()]
    return joined([("jjm.workflow", OWN_DEEDS), *found, ("this start", more or Deeds())])


async def _named(database: Database, settings: Settings) -> Settings:
    """The settings under the name that the node has had since its first start. Raises Problem `node-name`."""
    async with database.write() as conn:
        await begin_history(conn)
        known = await recall(conn, "name")
        if known is None:
            await remember(conn, "name", settings.name)
            return settings
    if settings.name not in (known, UNNAMED):
        detail = f"This node is {known} in every version it recorded and signed; it cannot become {settings.name}."
        raise Problem("node-name", 409, "A node keeps its name", f"{detail} Leave the name out, or use a new folder.")
    return replace(settings, name=str(known))


def _own(settings: Settings, verifier: Verifier) -> Own:
    return Own(
        settings.name,
        settings.title,
        settings.url.rstrip("/") or None,
        verifier.vkey,
        f"jjm {VERSION}",
        settings.centre,
        settings.centre_key,
    )


async def _vault(database: Database, settings: Settings) -> Box:
    """What seals personal data with the key in the node's folder. Raises Problem `key-locked` without the right one."""
    vault = open_vault(settings.folder, PERSONAL)
    async with database.write() as conn:
        known = await recall(conn, MASTER_KEY)
        if known is None:
            await remember(conn, MASTER_KEY, vault.ids[0])
        elif known not in vault.ids:
            detail = (
                f"What is personal in the database was sealed with another key than {settings.folder / PERSONAL}.key. "
                "Put that key back, with its .secret where it has one; without it nobody can open what is personal."
            )
            raise Problem("key-locked", 503, "A key of the node is locked", detail)
    return vault


async def _bulk(stack: AsyncExitStack, registry: Registry, settings: Settings, sequencer: Sequencer) -> Bulk:
    """Files in and out; what stands ready for them is let go with the stack."""
    jobs = Jobs(registry.database, registry.clock)
    bulk = Bulk(registry, jobs, settings.folder, settings.upload_bytes, wake=sequencer.wake)
    stack.callback(bulk.close)
    await bulk.tidy()
    return bulk


async def _notices(stack: AsyncExitStack, access: Access, settings: Settings) -> Notices:
    """How this node tells people; access sends its codes by the same way. Raises Problem `node-file`."""
    carriers, fault = carriers_from(settings.messages, settings.folder)
    if fault is not None:
        raise Problem("node-file", 400, "The node file cannot be understood", "See the errors.", [fault])
    for carrier in carriers.values():
        stack.push_async_callback(carrier.close)
    notices = Notices(access, carriers)
    if "sms" in carriers:
        access.messages = Codes(notices)
    return notices


async def _start(stack: AsyncExitStack, cluster: Cluster | None) -> str:
    assert cluster is not None
    url = await cluster.start()
    stack.push_async_callback(cluster.stop)
    return url


async def _admin_token(database: Database, clock: Clock, settings: Settings) -> str | None:
    """Make the administrator's token at first start, kept in a file that only its owner reads; None if it was made."""
    path = settings.folder / "admin.token"
    if path.exists():
        return None
    async with database.write() as conn:
        token = await create_token(conn, NODE, clock, name="admin", scopes=[Scope.ADMIN])
        path.touch(mode=0o600)
        path.write_text(token.secret + "\n", "utf-8")
    return token.secret
