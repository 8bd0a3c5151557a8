"""The id of the request that is being served: in every line of the log, and told to the gateway, so that two logs can be laid
side by side. Blank where no request is served, as in housekeeping.
"""

from contextvars import ContextVar

HEADER = "X-Request-ID"
request_id: ContextVar[str] = ContextVar("request_id", default="")
