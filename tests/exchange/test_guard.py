"""Calls outward: to public addresses only, to the very address that was looked up, with bounded answers."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx
import pytest

from jjm.exchange import guard
from jjm.exchange.guard import Forbidden, Target, is_public, look_up, target_of
from jjm.exchange.posting import Line
from jjm.kit import Problem

INSIDE = [
    "127.0.0.1", "10.1.2.3", "192.168.1.1", "172.20.1.1", "169.254.169.254", "100.64.1.1", "224.0.0.1", "0.0.0.0",
    "255.255.255.255", "168.63.129.16", "198.18.0.1", "192.0.2.1", "240.0.0.1", "::", "::1", "fe80::1", "fd00::1",
    "fd00:ec2::254", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1", "fec0::1", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside_networks_are_known(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "164.100.1.1", "2606:4700::1111"])
def test_public_addresses_are_known(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://partner.example/events", "ftp://partner.example/", "file:///etc/passwd", "//partner.example/",
        "https://", "https:///x", "https://user@partner.example/", "https://u:p@partner.example/",
        "https://partner.example/#x", "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest",
        "https://partner.example:22/", "https://partner.example:99999/", "https://partner.example/ x",
        "https://partner.example/\r\nX: y", "https://" + "a" * 2_000 + ".example/", "gopher://x/", "https://[fe80::1]/",
    ],
)  # fmt: skip
def test_what_is_no_public_https_address_is_refused(url: str) -> None:
    with pytest.raises(Problem) as caught:
        target_of(url, private=False)
    assert caught.value.code == "bad-webhook-url"


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f000001", "127.1"])
async def test_a_name_that_leads_inside_is_not_called(host: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "jjm.exchange.guard")
    with pytest.raises(Forbidden):
        await look_up(Target("https", host, 443, "/"), private=False)
    answer = await Line(Target("https", host, 443, "/"), private=False).post({}, b"{}")
    assert answer.status is None and "inside a network" in answer.text
    # What the name leads to inside stands in the log of the node, and in nothing that its owner is answered.
    assert answer.text == f"{host} leads inside a network"
    assert re.search(r"it is (127\.0\.0\.1|::1)", caplog.text)


async def test_a_subscription_inside_the_network_is_refused_by_a_node_that_is_not_told_otherwise(
    client: httpx.AsyncClient, node: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node.exchange, "private", False)  # pyright: ignore
    made = await client.post("/api/v1/subscriptions", json={"url": "https://not-known-yet.example/"})
    assert made.status_code == 201, made.text
    for url in ("https://10.0.0.1/", "http://partner.example/", "https://localhost/", "https://127.1/events"):
        refused = await client.post("/api/v1/subscriptions", json={"url": url})
        assert (refused.status_code, refused.json()["code"]) == (400, "bad-webhook-url")
        refused = await client.put(f"/api/v1/subscriptions/{made.json()['id']}", json={"url": url})
        assert (refused.status_code, refused.json()["code"]) == (400, "bad-webhook-url")
        assert refused.json()["errors"][0]["pointer"] == "/url"
    # An outsider does not learn what a name resolves to inside.
    monkeypatch.setattr(guard, "_resolve", lambda host, port: ["93.184.216.34", "10.20.30.40"])  # pyright: ignore
    told = await client.post("/api/v1/subscriptions", json={"url": "https://database.inside.example/"})
    assert told.status_code == 400 and "database.inside.example" in told.text
    assert "10.20.30.40" not in told.text and "93.184" not in told.text


@asynccontextmanager
async def saying(content: bytes, *, hang: bool = False) -> AsyncGenerator[tuple[Line, list[bytes]], None]:
    """A line to a server that answers everything with these bytes."""
    heard: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(content)
        await writer.drain()
        if not hang:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    line = Line(target_of(f"http://127.0.0.1:{port}/a?b=c", private=True), private=True)
    try:
        yield line, heard
    finally:
        line.close()
        server.close()


async def test_the_host_is_named_as_it_was_given() -> None:
    async with saying(b"HTTP/1.1 204 No Content\r\n\r\n") as (line, heard):
        assert (await line.post({"X-Own": "1"}, b"")).status == 204
        assert heard[0].startswith(b"POST /a?b=c HTTP/1.1\r\n")
        assert f"Host: {line.target.authority}\r\n".encode() in heard[0] and b"X-Own: 1" in heard[0]


async def test_a_nul_in_an_answer_does_no_harm() -> None:
    async with saying(b"HTTP/1.1 422 No\r\nContent-Length: 3\r\n\r\na\0b") as (line, _):
        assert (await line.post({}, b"")).text == "ab"


async def test_redirects_are_not_followed() -> None:
    async with saying(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n") as (line, _):
        assert (await line.post({}, b"")).status == 302


@pytest.mark.parametrize("content", [b"nonsense\r\n\r\n", b""])
async def test_what_is_no_whole_answer_is_a_failure(content: bytes) -> None:
    async with saying(content) as (line, _):
        assert (await line.post({}, b"")).status is None


async def test_an_answer_without_end_is_cut_off() -> None:
    endless = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"fff\r\n" + b"x" * 0xFFF + b"\r\n"
    async with saying(endless + (b"fff\r\n" + b"x" * 0xFFF + b"\r\n") * 40, hang=True) as (line, _):
        async with asyncio.timeout(5):
            answer = await line.post({}, b"")
        assert answer.status == 200 and len(answer.text) <= 300
