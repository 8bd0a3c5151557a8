"""What an address puts into the form: a prompt, and what the system says before it."""

from typing import Any

from catalog.endpoints import ENDPOINTS, call, can_run
from catalog.endpoints.uploads import filled
from playground.workbench.forms import Submission


def fill_in(found: Submission, prompt: str, system: str) -> None:
    """The example gives way to the prompt of an address; whatever the endpoint has no place for is left out."""
    if not can_run(found.key) or not (prompt.strip() or system.strip()):
        return
    found.typed |= conversation(found, prompt, system) if "messages" in found.typed else texts(found.key, prompt, system)
    data = {name: value for name, value in filled(found.typed).items() if value not in (None, "", [])}
    found.call = call(found.key, found.card, data)


def conversation(found: Submission, prompt: str, system: str) -> dict[str, Any]:
    """The messages, and the system's text where it has a field of its own."""
    asked = [{"role": "user", "content": prompt}]
    if has(found.key, "system"):
        return {"system": system, "messages": asked}
    return {"messages": ([{"role": "system", "content": system}] if system.strip() else []) + asked}


def texts(key: str, prompt: str, system: str) -> dict[str, Any]:
    """The endpoint's main text, and its instructions."""
    main = next((p for p in ENDPOINTS[key].PARAMETERS if p.required and p.kind in ("text", "list")), None)
    found: dict[str, Any] = {"instructions": system} if has(key, "instructions") else {}
    return found | ({main.name: [prompt] if main.kind == "list" else prompt} if main else {})


def has(key: str, name: str) -> bool:
    return any(parameter.name == name for parameter in ENDPOINTS[key].PARAMETERS)
