"""One field of the playground's form: its value, or what was typed together with what is wrong with it."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from catalog.cards import Card
from catalog.endpoints.parameters import FILES, SHAPES, Parameter
from catalog.endpoints.sandbox.pictures import data_url
from catalog.endpoints.uploads import Upload, sample
from playground.media import recognise
from playground.workbench import attachments, conversation, formats
from playground.workbench.checks import finite, read_json

MAX_FILE = settings.MAX_FILE_MB * 1024 * 1024  # bytes of an uploaded file
MAX_PICTURE = min(MAX_FILE, attachments.MAX_BYTES)  # bytes of an uploaded picture that is sent as text
ACCEPTED = {"audio": ("audio/", "video/mp4", "video/webm"), "picture": ("image/",)}
CHOICES_OF_TOOLS = ("none", "auto", "required")


def read(parameter: Parameter, card: Card, post: QueryDict, files: MultiValueDict) -> tuple[Any, str]:
    """The value of a parameter for `card`, or what was typed together with what is wrong with it."""
    name, kind = parameter.name, parameter.kind
    if kind == "messages":
        return conversation.read(parameter, card, post, files)
    if kind == "format":
        return formats.read(parameter, card, post.get(name, ""), post.get(f"{name}_schema", ""))
    if kind in FILES:
        return read_file(parameter, files.get(name), post.get(f"{name}_sample"))
    if kind == "image" and (upload := files.get(f"{name}_file")):
        return read_picture(parameter, upload)
    return read_value(parameter, post.get(name))


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


def read_value(parameter: Parameter, text: str | None) -> tuple[Any, str]:
    """The value of a field, or what was typed together with what is wrong with it."""
    text = (text or "").replace("\r\n", "\n")
    if parameter.kind == "boolean":
        return (True if text else None), ""
    if not text.strip():
        return None, f"{parameter.label} ({parameter.name}) is missing: fill it in." if parameter.required else ""
    if parameter.kind in ("number", "integer"):
        return read_number(parameter, text.strip())
    if parameter.kind == "tools":
        return read_json(f"{parameter.label} ({parameter.name})", SHAPES["tools"], text)
    if parameter.kind == "tool_choice":
        return tool_choice(text.strip()), ""
    if parameter.kind == "list":
        return [line for line in text.split("\n") if line], ""
    if parameter.choices and text not in parameter.choices:
        return text, f"{parameter.label} ({parameter.name}) must be one of {', '.join(parameter.choices)}."
    return text, too_long([parameter], {parameter.name: text}).get(parameter.name, "")


def too_long(parameters: list[Parameter], data: dict[str, Any]) -> dict[str, str]:
    """`{field: sentence}` for the texts of `data` that have more characters than their parameter allows."""
    bounded = [(p, len(data[p.name])) for p in parameters if p.max_length and isinstance(data.get(p.name), str)]
    words = "{} ({}) has {:,} characters; at most {:,} are allowed. Shorten it."
    return {p.name: words.format(p.label, p.name, n, p.max_length) for p, n in bounded if n > p.max_length}


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


def tool_choice(text: str) -> str | dict[str, Any]:
    """One of the words that the field knows, else the tool of that name."""
    return text if text in CHOICES_OF_TOOLS else {"type": "function", "function": {"name": text}}


def disagreement(typed: dict[str, Any]) -> dict[str, str]:
    """`{field: sentence}` for fields that are each right but do not go together."""
    choice, tools = typed.get("tool_choice"), typed.get("tools")
    if not choice or isinstance(tools, str):
        return {}
    names = [tool["function"]["name"] for tool in tools or []]
    if not names:
        return {"tool_choice": "Tool choice (tool_choice) needs tools (tools): write at least one, or leave it blank."}
    if isinstance(choice, dict) and choice["function"]["name"] not in names:
        words = ", ".join([*CHOICES_OF_TOOLS, *names])
        return {"tool_choice": f"Tool choice (tool_choice) must be one of {words}."}
    return {}
