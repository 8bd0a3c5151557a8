"""The errors of an OpenAI-compatible gateway: status, type, what it means and what to do."""

from typing import NamedTuple


class ErrorFact(NamedTuple):
    status: int
    type: str
    meaning: str
    remedy: str


ERRORS = (
    ErrorFact(401, "authentication_error", "Invalid or missing API key", "Check the key; do not retry."),
    ErrorFact(402, "insufficient_credits", "Wallet empty (PAYG only)", "Top up, then retry."),
    ErrorFact(404, "not_found", "Unknown model or endpoint", "Check the slug and the path."),
    ErrorFact(429, "rate_limit_error", "Over per-minute limit — see Retry-After header", "Wait for Retry-After seconds."),
    ErrorFact(500, "server_error", "Upstream provider failed (retryable)", "Retry with backoff."),
    ErrorFact(503, "service_unavailable", "Upstream saturated (retryable)", "Retry with backoff."),
)
BY_STATUS = {error.status: error for error in ERRORS}
