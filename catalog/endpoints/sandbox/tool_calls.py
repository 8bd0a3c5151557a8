"""Tools in chat as the sandbox uses them: checks what is offered, and calls what the question seems to be about.

Left to itself (`auto`) it calls the tools whose name or description shares a word of four letters or more with the last
user message, and none once their answers are there. What it calls a tool with fits the tool's schema.
"""

import hashlib
import json
import re
from typing import Any

from catalog.endpoints.answers import Refused
from catalog.endpoints.parameters import NAME
from catalog.endpoints.sandbox.conformance import Exhausted, Steps, weigh
from catalog.endpoints.sandbox.instances import instance
from catalog.endpoints.sandbox.questions import keywords

MAX_TOOLS = 128
CHOICES = ("none", "auto", "required")
Function = dict[str, Any]


def functions(body: dict[str, Any]) -> list[Function]:
    """The functions of `tools`. Raises Refused naming the field at fault."""
    tools = body.get("tools")
    if tools is None:
        return []
    if not isinstance(tools, list) or not 1 <= len(tools) <= MAX_TOOLS:
        raise Refused(f"tools must be a list of 1 to {MAX_TOOLS} tools. Leave it out where there are none.", "tools")
    return [function(tool, f"tools[{index}]") for index, tool in enumerate(tools)]


def function(tool: Any, where: str) -> Function:
    if not isinstance(tool, dict) or tool.get("type") != "function":
        raise Refused(f"{where}.type must be function.", f"{where}.type")
    found = tool.get("function")
    if not isinstance(found, dict):
        raise Refused(f"{where}.function must be an object.", f"{where}.function")
    if not isinstance(found.get("name"), str) or not re.fullmatch(NAME, found["name"]):
        what = "must have 1 to 64 letters, digits, underscores or hyphens"
        raise Refused(f"{where}.function.name {what}.", f"{where}.function.name")
    if not isinstance(found.get("description") or "", str):
        raise Refused(f"{where}.function.description must be a text.", f"{where}.function.description")
    check_parameters(found.get("parameters"), f"{where}.function.parameters")
    return found


def check_parameters(schema: Any, where: str) -> None:
    if schema is not None and (not isinstance(schema, dict) or schema.get("type", "object") != "object"):
        raise Refused(f'{where} must be a JSON Schema of the type "object".', where)
    try:
        weigh(schema)
    except Exhausted:
        raise Refused(f"{where} is too large or nested too deep. Make it simpler.", where) from None


def chosen(body: dict[str, Any], offered: list[Function]) -> str:
    """`none`, `auto`, `required`, or the name of the one tool that must be called. Raises Refused."""
    choice = body.get("tool_choice")
    if choice is None:
        return "auto"
    if not offered:
        raise Refused("tool_choice is allowed only where tools are given. Give tools, or leave it out.", "tool_choice")
    if isinstance(choice, str) and choice in CHOICES:
        return choice
    named = choice.get("function") if isinstance(choice, dict) else None
    name = named.get("name") if isinstance(named, dict) else None
    if name not in [function["name"] for function in offered]:
        raise Refused(f"tool_choice must be {', '.join(CHOICES)}, or an object that names one of the tools.", "tool_choice")
    return str(name)


def calls(body: dict[str, Any], question: str, steps: Steps, variant: int = 0) -> list[dict[str, Any]]:
    """The calls that the sandbox makes for `question`, in the shape of an assistant message's `tool_calls`."""
    offered = functions(body)
    wanted = picked(body, chosen(body, offered), offered, question)
    wanted = wanted[:1] if body.get("parallel_tool_calls") is False else wanted
    turn = f"{len(body['messages'])}.{variant}"
    return [call(function, place, question, turn, steps, variant) for place, function in wanted]


def picked(body: dict[str, Any], choice: str, offered: list[Function], question: str) -> list[tuple[int, Function]]:
    """The functions to call, each with its place among the tools."""
    placed = list(enumerate(offered))
    if choice == "none" or not offered:
        return []
    if choice not in CHOICES:
        return [(place, function) for place, function in placed if function["name"] == choice][:1]
    if choice == "auto" and body["messages"][-1]["role"] == "tool":
        return []
    about = keywords(question)
    fitting = [(place, one) for place, one in placed if about & keywords(f"{one['name']} {one.get('description') or ''}")]
    return fitting or (placed[:1] if choice == "required" else [])


def call(function: Function, place: int, question: str, turn: str, steps: Steps, variant: int) -> dict[str, Any]:
    schema, where = {"type": "object"} | (function.get("parameters") or {}), f"tools[{place}].function.parameters"
    arguments = json.dumps(instance(schema, question, where, steps, variant), ensure_ascii=False)
    digest = hashlib.sha256(f"{turn} {place} {arguments}".encode(errors="replace")).hexdigest()
    return {"id": f"call_{digest[:24]}", "type": "function", "function": {"name": function["name"], "arguments": arguments}}
