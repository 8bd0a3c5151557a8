"""Rerank: `POST /rerank`, in the shape that Cohere made common: a query and documents in, an order out."""

from typing import Any

from catalog.endpoints.answers import Refused, counted, counts, tokens
from catalog.endpoints.parameters import Parameter
from catalog.endpoints.sandbox.vectors import cosine, vector

MODALITY = "rerank"
LABEL = "Rerank"
BADGE = "rerank"
PATH = "/rerank"
SUMMARY = "A query and documents in, the documents by relevance out."
METERS = ("searches", "input_tokens", "output_tokens", "requests")
ALTERNATIVES = (("searches",), ("input_tokens",))
RESPONSE_TYPE = "application/json"

MAX_DOCUMENTS = 1000
PARAMETERS = (
    Parameter("query", "text", "Query", "What the documents are ranked by.", required=True),
    Parameter("documents", "list", "Documents", "One a line.", required=True),
    Parameter("top_n", "integer", "Top n", "How many to return. Blank: all.", minimum=1, maximum=MAX_DOCUMENTS),
)
EXAMPLE = {
    "query": "Which trains go to Utrecht?",
    "documents": [
        "The museum opens at ten.",
        "Trains to Utrecht leave every ten minutes from platform 7.",
        "Bicycles may be taken on the train outside rush hours.",
    ],
    "top_n": 2,
}


def reply(body: dict[str, Any]) -> dict[str, Any]:
    query, documents, top = checked(body)
    asked = vector(query)
    scores = [round((cosine(asked, vector(document)) + 1) / 2, 6) for document in documents]
    order = sorted(range(len(scores)), key=lambda index: (-scores[index], index))[:top]
    count = tokens(query) + sum(map(tokens, documents))
    results = [{"index": index, "relevance_score": scores[index]} for index in order]
    return {"model": body.get("model"), "results": results, "usage": {"total_tokens": count}}


def checked(body: dict[str, Any]) -> tuple[str, list[str], int]:
    query, documents, top = body.get("query"), body.get("documents"), body.get("top_n")
    if not isinstance(query, str) or not query.strip():
        raise Refused("query must be a text with at least one character.", "query")
    if not isinstance(documents, list) or not documents:
        raise Refused("documents must be a list with at least one text.", "documents")
    if len(documents) > MAX_DOCUMENTS:
        raise Refused(f"documents has {len(documents):,} entries; at most {MAX_DOCUMENTS:,} are ranked.", "documents")
    texts = [text_in(document) for document in documents]
    if not all(isinstance(text, str) for text in texts):
        raise Refused("documents must hold texts, or objects with a text.", "documents")
    if top is not None and (isinstance(top, bool) or not isinstance(top, int) or top < 1):
        raise Refused("top_n must be a whole number of at least 1.", "top_n")
    return query, texts, top or len(texts)


def text_in(document: Any) -> Any:
    """A document's text: it may be an object that holds it."""
    return document.get("text", "") if isinstance(document, dict) else document


def usage(request: dict[str, Any] | None, response: dict[str, Any] | None) -> dict[str, int]:
    """One search, and the tokens where the answer counts them: a model is paid by the one or the other."""
    return {"searches": 1} | counts({"input_tokens": counted(response).get("total_tokens")})


def view(request: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    """The documents in their new order: `(place before, text, score)`."""
    documents = request.get("documents") or []
    ranked = []
    for row in response.get("results") or []:
        index = row.get("index")
        if isinstance(index, int) and 0 <= index < len(documents):
            ranked.append((index + 1, text_in(documents[index]), row.get("relevance_score")))
    return {"ranked": ranked, "left_out": len(documents) - len(ranked)}
