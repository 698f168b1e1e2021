"""What of http-message-signatures the node uses."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from http_message_signatures import algorithms as algorithms

class HTTPMessageSignaturesException(Exception): ...

class HTTPSignatureAlgorithm:
    algorithm_id: str

class MappingKeyResolver:
    def __init__(self, *, public_keys: Mapping[str, object], private_keys: Mapping[str, object]) -> None: ...

class VerifyResult(NamedTuple):
    label: str
    algorithm: type[HTTPSignatureAlgorithm]
    covered_components: dict[str, str]
    parameters: dict[str, int | str]
    body: bytes | None
    nonce: str | None

class HTTPMessageSigner:
    def __init__(
        self, *, signature_algorithm: type[HTTPSignatureAlgorithm], key_resolver: MappingKeyResolver | None = None
    ) -> None: ...
    def sign(
        self,
        message: object,
        *,
        key_id: str,
        created: datetime | None = None,
        expires: datetime | None = None,
        nonce: str | None = None,
        label: str | None = None,
        tag: str | None = None,
        covered_component_ids: Sequence[str] = ...,
        use_existing_digest: bool = False,
    ) -> None: ...

class HTTPMessageVerifier:
    def __init__(
        self, *, signature_algorithm: type[HTTPSignatureAlgorithm], key_resolver: MappingKeyResolver | None = None
    ) -> None: ...
    def validate_created_and_expires(self, sig_input: object, max_age: object = None) -> None: ...
    def verify(
        self, message: object, *, max_age: timedelta | None = None, expect_tag: str | None = None
    ) -> list[VerifyResult]: ...
