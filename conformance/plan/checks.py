"""Every check a suite over HTTP can ask for, and what it promises."""

from __future__ import annotations

GENERATED_CHECKS: dict[str, str] = {
    "not_a_server_error": "No answer is 5xx, whatever the request.",
    "status_code_conformance": "Every status code is declared for its operation.",
    "content_type_conformance": "Every media type is declared for its status code.",
    "response_headers_conformance": "Required response headers come and follow their schemas.",
    "response_schema_conformance": "Every body follows the schema of its status and media type.",
    "positive_data_acceptance": "A request that follows the contract is not refused as malformed.",
    "negative_data_rejection": "A request that breaks the contract is refused.",
    "missing_required_header": "A request without a required header is refused.",
    "unsupported_method": "An undeclared method is answered 405 with Allow (RFC 9110 §15.5.6).",
    "use_after_free": "A deleted resource is gone.",
    "ensure_resource_availability": "A created resource is there at once.",
    "ignored_auth": "Declared authentication is enforced: none and wrong ones are refused.",
}
"""Carried out by schemathesis on generated requests."""

OWN_CHECKS: dict[str, str] = {
    "request_answered": "Every request gets a whole answer within the request's time.",
    "problem_details": "Errors declared as problem+json are what RFC 9457 says.",
    "correlation_id_echoed": "A well-formed X-Correlation-Id comes back unchanged.",
    "deprecation_announced": "Deprecated operations say so (RFC 9745); Sunset is not earlier.",
    "retry_after_on_throttling": "A 429 says when to try again (RFC 6585 §4).",
    "idempotency_key_required": "A write without its required Idempotency-Key is refused with 400.",
    "idempotency_key_replay": "The same key and body get the same answer.",
    "idempotency_key_reuse": "A used key with another body is refused with 422.",
    "idempotency_key_concurrent": "While a request runs, the same key gets 409: no second work.",
    "optimistic_locking": "A change under a stale If-Match is refused with 412.",
    "pagination_complete": "Walking page by page loses nothing and repeats nothing.",
    "state_transitions": "No accepted sequence takes a step the state machine does not have.",
    "created_is_readable": "The Location of a 201 can be read.",
    "latency_objective": "The 95th percentile is within the declared time, given 100 samples.",
    "availability_objective": "So many requests are answered as declared, given enough samples.",
}
"""Carried out by Interlock on every answer, or by asking again with one thing changed."""

CHECKS: tuple[str, ...] = (*GENERATED_CHECKS, *OWN_CHECKS)
