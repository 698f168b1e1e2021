"""What Prometheus is told of messages."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

WRITTEN = Counter("jjm_messages_written", "Messages written", ["channel"])
SETTLED = Counter(
    "jjm_messages_settled", "Messages that were tried or reported on, by how they stand", ["channel", "status"]
)
STANDING = Gauge("jjm_messages_standing", "Messages that wait or are being sent", ["channel", "status"])
