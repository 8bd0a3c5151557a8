"""What the OpenAPI document says of pages for programs: providers, collections, comparisons, feeds and texts."""

from typing import Any, NamedTuple

from catalog.changes.asked import FIELDS
from catalog.vocabulary import MODALITIES, SOURCES

TYPES = {"json": "application/json", "csv": "text/csv", "md": "text/markdown", "atom": "application/atom+xml"}
FORMS = {"json": "JSON", "csv": "CSV", "md": "Markdown", "atom": "an Atom feed"}


class Page(NamedTuple):
    """A page with twins. `filters`: they take browse's query as well."""

    path: str
    name: str
    summary: str
    parameter: str
    schema: str
    filters: bool


PAGES = (
    Page("/providers/{slug}", "Provider", "The models of a provider", "providerSlug", "ProviderModels", True),
    Page("/collections/{slug}", "Collection", "The models of a collection", "collectionSlug", "CollectionModels", True),
    Page("/compare", "Comparison", "Models side by side", "models", "Comparison", False),
)
MODEL_TWINS = {
    "csv": ("getModelCsv", "A model's page, as CSV", "The row of the model in `/models.csv`, under the same head."),
    "atom": ("getModelFeed", "A model's page, as a feed", "What changed for the model, newest first, and when it was added."),
}
TEXTS = {
    "/llms.txt": ("getLlms", "The site for language models", "The format of llmstxt.org.", "text/plain"),
    "/llms-full.txt": ("getLlmsFull", "Every model on a line", "Facts and list prices.", "text/plain"),
    "/openapi.json": ("getOpenapi", "This document", "OpenAPI 3.1.", TYPES["json"]),
    "/robots.txt": ("getRobots", "What crawlers may read", "", "text/plain"),
}


def paths(filters: list[str]) -> dict[str, Any]:
    found = {f"{page.path}.{form}": twin(page, form, filters) for page in PAGES for form in TYPES}
    for form, (name, summary, description) in MODEL_TWINS.items():
        moved = {"301": reference("responses", "Moved"), "404": reference("responses", "UnknownModel")}
        found[f"/models/{{id}}.{form}"] = get(name, summary, description, ["id"], content(TYPES[form]), moved)
    found |= {f"/changes.{form}": changes(form) for form in TYPES}
    found |= {f"/models/{{id}}/changes.{form}": changes(form, "Model") for form in TYPES}
    for path, (name, summary, description, kind) in TEXTS.items():
        found[path] = get(name, summary, description, [], content(kind), {})
    return found | {"/sitemap.xml": sitemap()}


def sitemap() -> dict[str, Any]:
    told = "Every page, and when it changed; of more than 50,000 an index of parts."
    refusals = {"400": reference("responses", "BadQuery")}
    return get("getSitemap", "The sitemap", told, ["sitemapPart"], content("application/xml"), refusals)


SITEMAP_PART = {
    "name": "part", "in": "query", "schema": {"type": "integer", "minimum": 1},
    "description": "One of the parts that the index lists; a sitemap that is whole is given whole.",
}  # fmt: skip


def twin(page: Page, form: str, filters: list[str]) -> dict[str, Any]:
    known = [*filters, *(["sort"] if form != "atom" else [])] if page.filters else []
    known += ["prices", "rows"] if page.name == "Comparison" and form in ("json", "md") else []
    refusals = {"400": reference("responses", "BadQuery")}
    refusals |= {"404": reference("responses", "UnknownName")} if "{" in page.path else {}
    schema = reference("schemas", page.schema) if form == "json" else None
    told = "Narrowed by the filters of the browse page." if page.filters else "An alias finds its model."
    name, summary = f"get{page.name}{form.capitalize()}", f"{page.summary}, as {FORMS[form]}"
    return get(name, summary, told, [page.parameter, *known], content(TYPES[form], schema), refusals)


def changes(form: str, of: str = "") -> dict[str, Any]:
    """The changes of all models, or of one."""
    asked = [changes_key(name) for name in CHANGES if not of or name not in ("model", "provider", "modality")]
    refusals = {"400": reference("responses", "BadQuery")}
    refusals |= {"301": reference("responses", "Moved"), "404": reference("responses", "UnknownModel")} if of else {}
    schema = reference("schemas", "ChangeList") if form == "json" else None
    name, summary = f"list{of}Changes{form.capitalize()}", f"Changes{' of a model' if of else ''}, as {FORMS[form]}"
    told = "Facts that took another value, newest first."
    return get(name, summary, told, [*(["id"] if of else []), *asked, "page"], content(TYPES[form], schema), refusals)


# What changes are asked by, with the words that are known.
CHANGES: dict[str, tuple[str, list[str] | None]] = {
    "model": ("The id of a model.", None),
    "provider": ("The slug of a provider.", None),
    "modality": ("The kind of the model.", list(MODALITIES)),
    "field": ("A fact; `price` for any price; `price.` and a meter for its prices under all conditions.", list(FIELDS)),
    "source": ("The source that brought the change; `pin` for what was edited here.", list(SOURCES)),
    "since": ("The first day (UTC) on which the change was recorded.", None),
    "until": ("The last day (UTC) on which the change was recorded.", None),
}


def changes_key(name: str) -> str:
    return f"changes{name.capitalize()}"


def parameters() -> dict[str, Any]:
    found: dict[str, Any] = {"sitemapPart": SITEMAP_PART}
    for name, (told, words) in CHANGES.items():
        schema = {"type": "string"} | ({"enum": words} if words else {})
        schema |= {"format": "date"} if name in ("since", "until") else {}
        found[changes_key(name)] = {"name": name, "in": "query", "schema": schema, "description": told}
    return found


def calculator(quantities: list[str]) -> dict[str, Any]:
    told = "What a month of work costs with each model, with the rates and the formula. Null is unknown."
    refusals = {"400": reference("responses", "BadQuery")}
    body = content(TYPES["json"], reference("schemas", "Calculation"))
    return get("calculate", "Calculate a month's cost", told, ["models", *quantities, "prices"], body, refusals)


def get(
    name: str, summary: str, description: str, parameters: list[str], body: dict[str, Any], refusals: dict[str, Any],
) -> dict[str, Any]:  # fmt: skip
    good = {"description": "The answer.", "content": body}
    good["headers"] = {header: reference("headers", header) for header in ("ETag", "Last-Modified")}
    operation = {
        "operationId": name, "tags": ["Catalog"], "summary": summary, "description": description,
        "parameters": [reference("parameters", parameter) for parameter in parameters],
        "responses": {"200": good, "304": reference("responses", "NotModified")} | refusals,
    }  # fmt: skip
    return {"get": operation}


def content(kind: str, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    return {kind: {"schema": schema or {"type": "object" if kind == TYPES["json"] else "string"}}}


def reference(part: str, name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/{part}/{name}"}
