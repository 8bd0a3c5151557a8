"""The errors of an OpenAI-compatible gateway: status, type, what it means, whether to send it again, what to do.

The one table of them: model pages, docs, reference, OpenAPI, the sandbox and the playground read it.
"""

import re
from typing import Any, NamedTuple


class ErrorFact(NamedTuple):
    """`spellings`: what other gateways call it. A status of None: it is told in a job, not by a status."""

    status: int | None
    type: str
    meaning: str
    retryable: bool
    remedy: str
    spellings: tuple[str, ...] = ()


BACKOFF = "Retry with backoff."
ERRORS = (
    ErrorFact(400, "invalid_request_error", "The request is malformed", False, "Correct the field that the message names.",
              ("bad_request", "validation_error")),
    ErrorFact(401, "authentication_error", "Invalid or missing API key", False, "Check the key; do not retry.",
              ("invalid_key", "invalid_api_key", "unauthorized")),
    ErrorFact(402, "insufficient_credits", "Wallet empty (PAYG only)", False, "Top up, then retry.",
              ("budget_exceeded", "insufficient_quota", "payment_required")),
    ErrorFact(403, "permission_error", "The key may not use this model or endpoint", False,
              "Ask for access, or use another model.", ("permission_denied", "forbidden")),
    ErrorFact(404, "not_found", "Unknown model or endpoint", False, "Check the slug and the path.",
              ("model_not_found", "not_found_error")),
    ErrorFact(413, "request_too_large", "The request is larger than is accepted", False, "Send a shorter text or a smaller file.",
              ("payload_too_large",)),
    ErrorFact(422, "unprocessable_entity", "A field has a value that is not accepted", False,
              "Correct the field that the message names.", ("unprocessable_entity_error",)),
    ErrorFact(429, "rate_limit_error", "Over per-minute limit — see Retry-After header", True, "Wait for Retry-After seconds.",
              ("rate_limited", "rate_limit_exceeded", "too_many_requests")),
    ErrorFact(500, "server_error", "Upstream provider failed (retryable)", True, BACKOFF,
              ("provider_error", "internal_server_error", "internal_error")),
    ErrorFact(502, "bad_gateway", "Upstream provider gave no usable answer (retryable)", True, BACKOFF, ("upstream_error",)),
    ErrorFact(503, "service_unavailable", "Upstream saturated (retryable)", True, BACKOFF, ("overloaded_error", "overloaded")),
    ErrorFact(504, "gateway_timeout", "Upstream provider took too long (retryable)", True, BACKOFF, ("timeout_error", "timeout")),
)  # fmt: skip
JOB_ERRORS = (
    ErrorFact(None, "job_failed", "The job ended without a result", False, "Change the request and run again."),
    ErrorFact(None, "job_timeout", "The job was not over when this site stopped asking", False,
              "The gateway may still finish the job. Run again, or ask the gateway for it by the id under Response."),
)  # fmt: skip
OPERATOR = "Only this site's operator can mend that"
# What to do where the answer failed on the wire, by the types of gateway.errors.FAILURES.
WIRE_REMEDIES = {
    "bad_request": "Change the request and run again.",
    "connection_refused": "The gateway is down or starting. Try again in a while.",
    "dns_error": f"{OPERATOR}: the address of the gateway is one of its settings.",
    "tls_error": f"{OPERATOR} or the gateway's. Nothing was sent.",
    "connect_timeout": "The gateway is away or overloaded. Try again in a while.",
    "first_byte_timeout": "The model may be busy or slow. Stream the answer, ask for less, or use a faster model.",
    "idle_timeout": "Try again, or use a faster model.",
    "total_timeout": "Ask for a shorter answer, or use a faster model.",
    "connection_lost": "Try again. The gateway may charge for an answer that was cut, too.",
    "bad_response": "The fault is the gateway's, not the request's. Response has what came. Try again, or use another model.",
    "too_large": "Ask for a shorter answer or fewer results.",
    "redirect_refused": f"{OPERATOR}: the key would go along, so the gateway's own address has to be set.",
    "encoding_refused": f"{OPERATOR} or the gateway's: something on the way compresses what it should not.",
}
RESTARTED = "Run it again. The gateway may charge for what it had answered until then."  # "interrupted": this site ended
NO_WAIT = "The gateway does not say how long to wait. Try again in a minute."
TRIED = (401, 402, 404, 429, 500, 503)  # the statuses that the sandbox answers with when asked for an error
BY_STATUS = {error.status: error for error in ERRORS}
BY_TYPE = {name: error for error in (*ERRORS, *JOB_ERRORS) for name in (error.type, *error.spellings)}
VAGUE = "invalid_request_error"  # OpenAI's own type of many refusals: there the status says more


def known(error: dict[str, Any]) -> ErrorFact | None:
    """What the table says of an error with a `status` and a `type`, of which the type is the more exact; else None."""
    kind = str(error.get("type") or "").lower()
    # In an answer that began well, a code may stand for the status that it was too late for.
    late = int(kind) if re.fullmatch("[0-9]{3}", kind) else 0
    by_status = BY_STATUS.get(late) or BY_STATUS.get(error.get("status") or 0)
    by_type = BY_TYPE.get(kind)
    return by_status or by_type if kind == VAGUE else by_type or by_status


def remedy(error: dict[str, Any]) -> str:
    """What to do about an error, in the table or not."""
    if error.get("type") == "interrupted":
        return RESTARTED
    if found := WIRE_REMEDIES.get(error.get("type") or ""):
        return found
    if fact := known(error):
        return NO_WAIT if fact.status == 429 and error.get("retry_after") is None else fact.remedy
    if error.get("status") is None or error["status"] >= 500:
        return "The gateway is away or in trouble. Try again in a while."
    return "Check the request against the model's page, change it and run again."
