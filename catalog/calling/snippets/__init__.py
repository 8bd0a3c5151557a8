"""A request as code: curl, Python and TypeScript, drawn from the body and the registry's note on the SDKs.

Shell and TypeScript read the key from the environment; Python shows the placeholder, as gateways' own pages do. An
endpoint whose module has no `SDK` is called with httpx and fetch, and asked for its job where it answers one. In the body
of a multipart form a file is `@name`, the way curl writes it.
"""

from catalog.calling.snippets import curl, python, typescript
from catalog.calling.snippets.request import Body


def snippets(key: str, body: Body) -> dict[str, str]:
    """`{"curl", "python", "typescript"}` for `body` sent to the endpoint `key` of the public gateway address."""
    return {"curl": curl.code(key, body), "python": python.code(key, body), "typescript": typescript.code(key, body)}
