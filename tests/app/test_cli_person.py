"""`jjm person`: the administrator of a fresh node appoints the first officer from the command line."""

from __future__ import annotations

from pathlib import Path

import nodes
from databases import passable_folder


def test_the_first_officer_is_appointed() -> None:
    with passable_folder() as folder, nodes.starting() as start:
        node = start(folder / "node", "--port", "0")
        made = node.run(
            "person", "invite", "Asha", "state/21", "--phone", "9876500001", "--role", "state_admin", "--json"
        )
        who = made.json["person"]["id"]
        assert made.json["grants"][0]["state"] == "in_force" and made.json["invitation"]["code"]
        assert who in node.run("person", "list").out
        granted = node.run("person", "grant", who, "auditor", "state/21", "--ends-on", "2099-01-01", "--json").json
        assert granted["state"] == "in_force"
        assert "ended" in node.run("person", "revoke", granted["id"]).out
        assert "ended" in node.run("person", "roles", who).out
        recovered = node.run("person", "recover", who, "--json").json
        assert len(recovered["code"]) == 24
        refused = node.run("person", "grant", who, "king", "state/21", code=2)
        assert "king" in refused.err
        assert not [line for line in node.errors.read_text().splitlines() if "9876500001" in line]
        assert Path(node.folder / "personal.key").exists()
