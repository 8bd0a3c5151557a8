"""Reads the form of several columns.

A column's request is the shared form with the column's own fields laid over it, read as a single run's form is: every rule is
the same. `column` lists the columns in their order; the fields of each are named `<column>.<name>`. A script may send `models`
instead, as a comparison's address has them.
"""

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from catalog.endpoints import ENDPOINTS, form
from catalog.pages.compare import MAX_COMPARED as MOST
from catalog.pages.compare import named
from catalog.snapshot import Snapshot
from playground.side_by_side import columns, dialects
from playground.side_by_side.columns import Column, SideBySide
from playground.workbench import attachments, forms, variables
from playground.workbench.forms import Submission

OF_THE_PAGE = ("column", "models", "model", "endpoint", "body", "add", "remove")
Typed = dict[str, str]


def read(post: QueryDict, files: MultiValueDict, now: Snapshot) -> SideBySide:
    """Every column's request, or what is wrong. The columns are read once the shared part is right."""
    if "column" not in post and "models" not in post:
        return of_one_model(post, files, now)
    sent = [{"model": name} for name in named(post)]
    sent += [fields_of(post, name) for name in post.getlist("column") if name != post.get("remove")]
    sent += [{"model": name} for name in [post.get("add", "").strip()] if name]
    found = asked(sent, post, files, now)
    if len(sent) > MOST:
        found.notes.append(f"At most {MOST} models run side by side; {len(sent) - MOST} were left out.")
    return found


def of_one_model(post: QueryDict, files: MultiValueDict, now: Snapshot) -> SideBySide:
    """The form of the ordinary playground: one column, under whose name the shared fields stand."""
    card = now.find(post.get("model", "").strip())
    key = columns.shared_key([card] if card else [], post.get("endpoint", ""))
    found = dialects.as_chat(post, post["endpoint"]) if post.get("endpoint") in dialects.SYSTEM else post.copy()
    sent = {name: post.get(name, "") for name in ("model", "endpoint")}
    if card and (fitting := columns.endpoint_of(card, key, sent["endpoint"])):
        for ours, theirs in columns.names(card, fitting).items():
            if theirs != ours and theirs in found:
                found.setlist(ours, found.pop(theirs))
        sent |= {name: post.get(name, "") for name in columns.anyone(key).parameters["reject"]} | {"was": card.slug}
    return asked([sent], found, files, now)


def fields_of(post: QueryDict, column: str) -> Typed:
    """What a column sent of its own, by name."""
    return {name.partition(".")[2]: post[name] for name in post if name.startswith(f"{column}.")}


def asked(sent: list[Typed], post: QueryDict, files: MultiValueDict, now: Snapshot) -> SideBySide:
    cards = [now.find(fields.get("model", "").strip()) for fields in sent]
    key = columns.shared_key([card for card in cards if card], post.get("endpoint", ""))
    if "column" in post and post.get("endpoint") in ENDPOINTS:
        key = post["endpoint"]  # the form's own, whichever model stands first by now
    common = in_common(post)
    shared = Submission(columns.anyone(key), key)
    forms.read_sandbox_error(shared, common)
    forms.read_fields(shared, common, rewound(files))
    made = [identified(number, fields, shared, now) for number, fields in enumerate(sent[:MOST])]
    if not shared.errors:
        for column in made:
            read_column(column, common, files, now)
            translate(column, shared)
    return SideBySide(shared, made)


def in_common(post: QueryDict) -> QueryDict:
    """The fields that are not a column's own."""
    found = post.copy()
    for name in post:
        if ("." in name and not name.startswith(variables.PREFIX)) or name in OF_THE_PAGE:
            del found[name]
    return found


def identified(number: int, sent: Typed, shared: Submission, now: Snapshot) -> Column:
    """A column with its model and its own fields; one whose model is another than before begins anew."""
    name = sent.get("model", "").strip()
    card = now.find(name)
    key = columns.endpoint_of(card, shared.key, sent.get("endpoint", "")) if card else ""
    column = Column(number, Submission(card, key, named=name))
    if card and key and sent.get("was") == card.slug:
        known = {parameter.name for parameter, _ in columns.own_fields(column)} | {"sandbox_error"}
        column.own = {name: text for name, text in sent.items() if name in known}
    else:
        columns.settle(column, shared)
    return column


def read_column(column: Column, common: QueryDict, files: MultiValueDict, now: Snapshot) -> None:
    if not column.misfit:
        column.found = forms.read(laid_over(column, common), rewound(files), now)


def laid_over(column: Column, common: QueryDict) -> QueryDict:
    """The form of this column's run: the shared fields under the model's names, then its own."""
    card, key = column.found.card, column.found.key
    found = dialects.posted(common, key) if key in dialects.SYSTEM else common.copy()
    for ours, theirs in columns.names(card, key).items():
        if theirs != ours and ours in found:
            found.setlist(theirs, found.pop(ours))
    for parameter, _ in form(key, card):
        if parameter.required and parameter.default is not None and not found.get(parameter.name, "").strip():
            found[parameter.name] = columns.as_text(parameter.default)
    for name, text in column.own.items():
        if text.strip():
            found[name] = "" if text == "off" else text
    found["model"], found["endpoint"] = card.slug, key
    return found


def translate(column: Column, shared: Submission) -> None:
    """Puts the conversation into the request of another text endpoint than chat."""
    found, key = column.found, column.found.key
    if key not in dialects.SYSTEM or not found.call:
        return
    messages = variables.filled(shared.typed.get("messages"), shared.variables)
    parameter = next(p for p in ENDPOINTS["chat"].PARAMETERS if p.kind == "messages")
    if wrong := dialects.refused(key, messages) or attachments.fault(parameter, found.card, messages):
        found.errors["messages"], found.call = wrong, None
    else:
        found.call = dialects.said(found.call, key, messages)


def rewound(files: MultiValueDict) -> MultiValueDict:
    """The files, to be read from their beginning once more."""
    for name in files:
        for upload in files.getlist(name):
            upload.seek(0)
    return files
