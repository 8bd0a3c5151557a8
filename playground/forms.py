"""What a visitor sent to be run: read from the form's fields or a raw JSON body, checked, and told what is wrong."""

import json
import math
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from catalog.endpoints import ENDPOINTS, call, can_run, example, form, headers, streams
from catalog.endpoints.parameters import FILES, Parameter
from catalog.endpoints.pictures import data_url
from catalog.endpoints.uploads import Upload, filled, sample
from catalog.errors import BY_STATUS
from catalog.snapshot import Card, Snapshot
from gateway.call import Call
from playground.media import recognise

MAX_BODY = 3 * 1024 * 1024  # characters of a request body
MAX_MESSAGES = 200
MAX_FILE = 10 * 1024 * 1024  # bytes of an uploaded file
ACCEPTED = {"audio": ("audio/", "video/mp4", "video/webm"), "picture": ("image/",)}
MAX_PICTURE = 2 * 1024 * 1024  # bytes of an uploaded picture


@dataclass
class Submission:
    """One attempt to run something: `typed` and `body` give the form back as it was, `errors` is `{field: sentence}`.

    `call` is None as long as there are errors.
    """

    card: Card | None = None
    key: str = ""
    typed: dict[str, Any] = field(default_factory=dict)
    body: str | None = None
    sandbox_error: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    call: Call | None = None


def start(card: Card, key: str) -> Submission:
    """The form as a newcomer finds it: the endpoint's example, streamed where that works."""
    body = example(key, card) if can_run(key) else {}
    typed = {name: value for name, value in body.items() if name != "model"}
    typed |= {"stream": True} if streams(key) else {}
    found = Submission(card, key, typed)
    found.call = call(key, card, filled(typed)) if can_run(key) else None
    return found


def read(post: QueryDict, files: MultiValueDict, now: Snapshot) -> Submission:
    """The submission of a POST: `model`, `endpoint`, then `body` or the endpoint's fields and uploaded files."""
    found = Submission(now.find(post.get("model", "").strip()), post.get("endpoint", "").strip())
    if found.card is None:
        named = post.get("model", "").strip()
        found.errors["model"] = f"No model is called “{named[:200]}”. Choose one of the list." if named else "Choose a model."
        return found
    choose_endpoint(found)
    read_sandbox_error(found, post)
    if found.errors:
        return found
    if "body" in post and not hasattr(ENDPOINTS[found.key], "REQUEST_TYPE"):
        read_body(found, post["body"])
    else:
        read_fields(found, post, files)
    return found


def choose_endpoint(found: Submission) -> None:
    assert found.card is not None
    found.key = found.key or next(iter(found.card.endpoints), "")
    if found.key not in found.card.endpoints:
        answers = ", ".join(found.card.endpoints) or "nothing that is known"
        found.errors["endpoint"] = f"{found.card.slug} does not answer “{found.key[:40]}”. It answers {answers}."
    elif not can_run(found.key):
        found.errors["endpoint"] = f"{ENDPOINTS[found.key].LABEL} cannot be tried here yet."
    elif found.card.served is False:
        found.errors["model"] = f"{found.card.slug} is not served by this gateway, so it cannot be run here."


def read_sandbox_error(found: Submission, post: QueryDict) -> None:
    """The error to try, which only the sandbox knows how to make."""
    found.sandbox_error = post.get("sandbox_error", "").strip()
    if not found.sandbox_error:
        return
    if settings.GATEWAY_URL:
        found.errors["sandbox_error"] = "Errors can be tried on the sandbox only, and this site calls a real gateway."
    elif found.sandbox_error not in map(str, BY_STATUS):
        found.errors["sandbox_error"] = f"Choose one of {', '.join(map(str, BY_STATUS))}."


def read_body(found: Submission, text: str) -> None:
    """A raw JSON body is sent as it is, once it is sure which model it goes to."""
    assert found.card is not None
    found.body = text
    parsed = None
    if len(text) > MAX_BODY:
        found.errors["body"] = f"The body has {len(text):,} characters; at most {MAX_BODY:,} are sent. Shorten it."
        return
    try:
        parsed = json.loads(found.body, parse_float=finite, parse_constant=finite)
    except RecursionError:
        found.errors["body"] = "The body is nested too deep to be read."
    except ValueError as error:
        where = f" at line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        found.errors["body"] = f"The body is not valid JSON{where}. Correct it and run again."
    if not found.errors and not isinstance(parsed, dict):
        found.errors["body"] = "The body must be a JSON object, in curly brackets."
    if not found.errors:
        named = parsed.get("model", found.card.slug)
        if named not in (found.card.slug, found.card.upstream_id):
            wrong = f"The body's model is “{str(named)[:200]}”, but {found.card.slug} was chosen."
            found.errors["body"] = f"{wrong} Make them the same."
    if not found.errors:
        found.call = headed(found, as_sent(found, parsed))


def finite(number: str) -> float:
    """Python reads NaN and Infinity, and makes one of 1e999, but JSON cannot say them."""
    if not math.isfinite(value := float(number)):
        raise ValueError(f"{number} is no JSON number")
    return value


def as_sent(found: Submission, parsed: dict[str, Any]) -> Call:
    """The body as it is; only a body that names no model gets one, since nothing could answer it."""
    assert found.card is not None
    facts = {"path": ENDPOINTS[found.key].PATH, "stream": bool(parsed.get("stream")), "headers": headers(found.key)}
    if "model" in parsed:
        return Call(body=found.body, **facts)
    return Call(json={"model": found.card.upstream_id} | parsed, **facts)


def headed(found: Submission, call: Call) -> Call:
    """The call with the header that asks the sandbox for an error."""
    return replace(call, headers=(*call.headers, ("x-sandbox-error", found.sandbox_error))) if found.sandbox_error else call


def read_fields(found: Submission, post: QueryDict, files: MultiValueDict) -> None:
    for parameter, refused in form(found.key, found.card):
        if refused:
            continue
        value, error = read_field(parameter, post, files)
        found.typed[parameter.name] = value
        if error:
            found.errors[parameter.name] = error
    if not found.errors:
        data = {name: value for name, value in found.typed.items() if value not in (None, "", [])}
        found.call = headed(found, call(found.key, found.card, data))


def read_field(parameter: Parameter, post: QueryDict, files: MultiValueDict) -> tuple[Any, str]:
    """The value of a parameter, or what was typed together with what is wrong with it."""
    if parameter.kind == "messages":
        return read_messages(parameter, post)
    if parameter.kind in FILES:
        return read_file(parameter, files.get(parameter.name), post.get(f"{parameter.name}_sample"))
    if parameter.kind == "image" and (upload := files.get(f"{parameter.name}_file")):
        return read_picture(parameter, upload)
    return read_value(parameter, post.get(parameter.name))


def read_file(parameter: Parameter, upload: UploadedFile | None, use_sample: str | None) -> tuple[Upload | None, str]:
    """An uploaded file, or the sample; what it is, its bytes tell, not its name."""
    if upload is None:
        if parameter.sample and use_sample:
            return sample(parameter.sample), ""
        return None, f"{parameter.label} ({parameter.name}) is missing: choose a file." if parameter.required else ""
    if upload.size > MAX_FILE:
        size, most = upload.size // 1024, MAX_FILE // 1024
        return None, f"{parameter.label} ({parameter.name}): the file has {size:,} KB; at most {most:,} KB are sent."
    content = upload.read()
    kind = recognise(content)
    if not kind.startswith(ACCEPTED[parameter.kind]):
        return None, f"{parameter.label} ({parameter.name}): the file's bytes show no {parameter.kind}. {parameter.help}"
    return Upload(upload.name, kind, content), ""


def read_picture(parameter: Parameter, upload: UploadedFile) -> tuple[str | None, str]:
    """An uploaded picture as a data URL; what it is, its bytes tell, not its name."""
    if upload.size > MAX_PICTURE:
        size, most = upload.size // 1024, MAX_PICTURE // 1024
        return None, f"{parameter.label} ({parameter.name}): the file has {size:,} KB; at most {most:,} KB are sent."
    content = upload.read()
    kind = recognise(content)
    if not kind.startswith("image/"):
        return None, f"{parameter.label} ({parameter.name}): the file is no PNG, JPEG, GIF or WebP picture."
    return data_url(content, kind), ""


def read_messages(parameter: Parameter, post: QueryDict) -> tuple[list[dict[str, str]], str]:
    """The messages of the fields `role` and `content`, paired in order; wholly empty ones are left out."""
    pairs = list(zip(post.getlist("role"), post.getlist("content"), strict=False))
    messages = [{"role": role, "content": content.replace("\r\n", "\n")} for role, content in pairs if content.strip()]
    if not messages:
        return [{"role": role, "content": content} for role, content in pairs], "Messages: write at least one."
    if len(messages) > MAX_MESSAGES:
        return messages, f"Messages: {len(messages)} are too many; at most {MAX_MESSAGES} are sent."
    if odd := next((message["role"] for message in messages if message["role"] not in parameter.choices), None):
        return messages, f"Messages: the role “{odd[:20]}” is not one of {', '.join(parameter.choices)}."
    return messages, ""


def read_value(parameter: Parameter, text: str | None) -> tuple[Any, str]:
    """The value of a field, or what was typed together with what is wrong with it."""
    text = (text or "").replace("\r\n", "\n")
    if parameter.kind == "boolean":
        return (True if text else None), ""
    if not text.strip():
        return None, f"{parameter.label} ({parameter.name}) is missing." if parameter.required else ""
    if parameter.kind in ("number", "integer"):
        return read_number(parameter, text.strip())
    if parameter.kind == "list":
        return [line for line in text.split("\n") if line], ""
    if parameter.choices and text not in parameter.choices:
        return text, f"{parameter.label} ({parameter.name}) must be one of {', '.join(parameter.choices)}."
    if parameter.max_length and len(text) > parameter.max_length:
        return text, (
            f"{parameter.label} ({parameter.name}) has {len(text):,} characters; "
            f"at most {parameter.max_length:,} are allowed. Shorten it."
        )
    return text, ""


def read_number(parameter: Parameter, text: str) -> tuple[Any, str]:
    wanted = "a whole number" if parameter.kind == "integer" else "a number"
    wrong = f"{parameter.label} ({parameter.name}) must be {wanted}{f', {parameter.bounds()}' if parameter.bounds() else ''}."
    try:
        value = int(text) if parameter.kind == "integer" else finite(text)
    except ValueError:
        return text, wrong
    low, high = parameter.minimum, parameter.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        return text, wrong
    return value, ""
