"""What the frame around every call does: who is recognised by which header, and what is told of calls."""

from __future__ import annotations

import httpx
from prometheus_client.parser import text_string_to_metric_families

STATE = "/api/v1/states/STA-21"
FOUND, ABSENT = {"method": "GET", "area": "api/v1/states", "status": "200"}, {"method": "GET", "area": "other"}


async def test_a_secret_that_is_known_is_taken_as_a_bearer_token_only(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/v1/tokens")).status_code == 200
    secret = client.headers["authorization"].partition(" ")[2]
    for header in (f"Basic {secret}", secret, f"Bearer{secret}", "Bearer "):
        assert (await client.get("/api/v1/tokens", headers={"Authorization": header})).status_code == 401, header
    assert (await client.get("/api/v1/tokens", headers={"Authorization": f"bearer  {secret} "})).status_code == 200


async def test_the_first_of_two_tokens_counts(client: httpx.AsyncClient, anonymous: httpx.AsyncClient) -> None:
    good = client.headers["authorization"]
    for pair, status in (((good, "Bearer jjm_no"), 200), (("Bearer jjm_no", good), 401)):
        answer = await anonymous.get("/api/v1/tokens", headers=[("Authorization", one) for one in pair])
        assert answer.status_code == status


async def test_the_metrics_tell_how_many_calls_were_answered_and_how_soon(client: httpx.AsyncClient) -> None:
    before = await _metrics(client)
    for _ in range(3):
        assert (await client.get(STATE)).status_code == 200
    assert (await client.get("/api/v1/states/STA-99")).status_code == 404
    after = await _metrics(client)

    def more(name: str, **labels: str) -> float:
        return _sum(after, name, labels) - _sum(before, name, labels)

    assert more("jjm_http_calls_total", **FOUND) == 3
    assert more("jjm_http_calls_total", **ABSENT, status="404") == 1
    assert more("jjm_http_seconds_count", area="api/v1/states") == 3
    assert more("jjm_http_seconds_bucket", area="api/v1/states", le="+Inf") == 3
    assert 0 <= more("jjm_http_seconds_bucket", area="api/v1/states", le="0.005") <= 3
    assert 0 < more("jjm_http_seconds_sum", area="api/v1/states") < 60


async def _metrics(client: httpx.AsyncClient) -> str:
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    return answer.text


def _sum(text: str, name: str, labels: dict[str, str]) -> float:
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return sum(s.value for s in samples if s.name == name and labels.items() <= s.labels.items())


async def test_a_refusal_before_the_pages_is_told_as_a_page(anonymous: httpx.AsyncClient) -> None:
    answer = await anonymous.get("/search?q=%00", headers={"accept": "text/html"})
    assert answer.status_code == 400 and "<h1>" in answer.text
