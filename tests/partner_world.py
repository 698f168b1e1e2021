"""What partners are tested with: a node started by its command line that may die, and the programs of the tutorials."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nodes
from documents import blocks
from nodes import REPOSITORY, surroundings

from jjm.client import Client, KeyPair, OAuthKey, Patience

PATIENCE = Patience(tries=20, first=0.05, longest=1)
FIELDS = ["village", "method", "sampled_on", "results", "contaminated", "external_ids"]


@dataclass
class World:
    """A node that can be killed and started again at its address, with villages of two blocks."""

    folder: Path
    port: int
    served: nodes.Served
    start: nodes.Start

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.served.url

    def admin(self) -> Client:
        """Its administrator."""
        return Client(self.url, auth=self.served.token, patience=PATIENCE)

    def node_key(self, client: Client) -> dict[str, Any]:
        """The node's public key, as it tells it to everybody."""
        told = client.call("GET", "/.well-known/jjm-node").json()
        return told["node"]["keys"]["keys"][0]

    def die_and_rise(self) -> None:
        """Killed with -9, and started again."""
        self.served.end(signal.SIGKILL)
        self.served = self.start(self.folder / "node", "--port", str(self.port), "--node", self.folder / "node.yaml")

    def partner(self, name: str, *scopes: str, agreed: bool = False, signs: bool = False) -> OAuthKey:
        """Somebody who asked, was approved, and signed an agreement about water tests."""
        key = KeyPair.generate("first")
        asked = {
            "kind": "state_department",
            "name": name,
            "about": "A system of a State that does not exist",
            "contact": {"name": "A Person", "email": "a.person@state.example"},
            "application": {"name": "System", "scopes": list(scopes)},
        }
        with Client(self.url) as anybody, self.admin() as admin:
            made = anybody.ask_to_participate(asked, key)
            json = {"content-type": "application/json"}
            admin.call("POST", f"/api/v1/participants/{made.id}:approve", headers=json, content=b"{}")
            auth = OAuthKey(made.application, key, audience=f"{self.url}/oauth/token")
            if agreed:
                self._agree(admin, made.id, auth, signs)
        return auth

    def _agree(self, admin: Client, participant: str, auth: OAuthKey, signs: bool) -> None:
        now = datetime.now(UTC)
        drafted = admin.draft_agreement(
            {
                "consumer": participant,
                "purpose": {"code": "water_quality", "text": "Engineers are told of contaminations"},
                "scope": {
                    "types": ["water_quality_test"],
                    "areas": ["state/21"],
                    "fields": {"water_quality_test": FIELDS},
                },
                "dataLife": {"unit": "month", "value": 12},
                "signedPushes": signs,
                "from": now.isoformat(),
                "until": (now + timedelta(days=30)).isoformat(),
            }
        )
        admin.sign_agreement(drafted.id)
        with Client(self.url, auth=auth) as partner:
            assert partner.sign_agreement(drafted.id, auth.key).state == "in_force"
        auth.renew()  # a token is remembered for five seconds as it was


def programs(document: str, folder: Path) -> None:
    """Save the programs that a tutorial shows."""
    for block in blocks((REPOSITORY / document).read_text("utf-8")):
        if block.name:
            (folder / block.name).write_text("\n".join(block.lines) + "\n", "utf-8")


def run(program: str, *words: str, folder: Path, **more: str) -> subprocess.Popen[str]:
    """Start a program of a tutorial."""
    line = [sys.executable, program, *words]
    environment = surroundings(**more) | {"PYTHONWARNINGS": "default"}
    return subprocess.Popen(
        line, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def said(process: subprocess.Popen[str]) -> str:
    """What a program said, once it has ended well."""
    told = process.communicate(timeout=60)[0]
    assert process.returncode == 0, told
    assert not re.search("Traceback|Warning", told), told
    return told
