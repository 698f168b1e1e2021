"""A client of a node in Python: typed, blocking or asynchronous, patient, and fit for lines that break.

`Client` and `AsyncClient` have the same calls. What they know of a node stands once, in flows without input or output
(`wire`); each of them only does the steps. The package needs nothing of a node's own code, so it can be lifted out.

    >>> from jjm.client import Client
    >>> with Client("http://127.0.0.1:8000", auth="jjm_…") as node:     # doctest: +SKIP
    ...     for scheme in node.list("scheme", {"status": "commissioned"}, within="district/990001"):
    ...         print(scheme["name"], scheme.meta.valid_from)
"""

from jjm.client.asynchronous import AsyncClient
from jjm.client.batches import Batch, Item, Receipt
from jjm.client.blocking import Client
from jjm.client.bulk import of_file, of_records
from jjm.client.keys import KeyPair, OAuthKey, Token
from jjm.client.model import (
    Change,
    Export,
    File,
    Found,
    Hit,
    Imported,
    Job,
    Meta,
    Page,
    Position,
    Record,
    RegistryType,
    Stretch,
)
from jjm.client.partners import Agreement, Requested, Subscription
from jjm.client.patience import Patience
from jjm.client.refusal import ClientError, Fault, Refused, Unreachable, Untrusted
from jjm.client.signing import Signature
from jjm.client.webhooks import Webhook
from jjm.client.wire import Answer, Content

__all__ = [
    "Agreement",
    "Answer",
    "AsyncClient",
    "Batch",
    "Change",
    "Client",
    "ClientError",
    "Content",
    "Export",
    "Fault",
    "File",
    "Found",
    "Hit",
    "Imported",
    "Item",
    "Job",
    "KeyPair",
    "Meta",
    "OAuthKey",
    "Page",
    "Patience",
    "Position",
    "Receipt",
    "Record",
    "Refused",
    "RegistryType",
    "Requested",
    "Signature",
    "Stretch",
    "Subscription",
    "Token",
    "Unreachable",
    "Untrusted",
    "Webhook",
    "of_file",
    "of_records",
]
