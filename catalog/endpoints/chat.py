"""Chat completions: `POST /chat/completions`, as in OpenAI's API reference.

What the sandbox answers is made in `chat_answer`; what any gateway answers is read in `chat_reading` and shown by `chat_view`.
"""

from typing import Any

from catalog.endpoints.parameters import Parameter, fill
from catalog.endpoints.reading.chat_assembly import assembled
from catalog.endpoints.reading.chat_reading import delta, output, thought, usage, whole
from catalog.endpoints.reading.chat_view import view
from catalog.endpoints.sandbox.chat_answer import reply
from gateway.call import Call

__all__ = ["assembled", "delta", "output", "reply", "thought", "usage", "view", "whole"]  # parts of the registry's contract

MODALITY = "chat"
LABEL = "Chat completions"
BADGE = "text"
PATH = "/chat/completions"
SUMMARY = "A conversation in, the next message out, whole or token by token."
METERS = (
    "input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens",
    "audio_input_tokens", "audio_output_tokens", "image_tokens", "requests", "searches",
)  # fmt: skip
RESPONSE_TYPE = "application/json"
SDK = {
    "method": "chat.completions.create",
    # What the Python SDK has an argument for; the rest of a body goes in its `extra_body`.
    "fields": frozenset(
        "model messages temperature top_p max_tokens max_completion_tokens stop seed presence_penalty frequency_penalty stream "
        "stream_options response_format tools tool_choice n logprobs top_logprobs reasoning_effort parallel_tool_calls "
        "user".split()
    ),
    "python": "print(r.choices[0].message.content)",
    "python_stream": (
        'for chunk in stream:\n    if chunk.choices:\n        print(chunk.choices[0].delta.content or "", end="")'
    ),
    "typescript": "console.log(r.choices[0].message.content);",
    "typescript_stream": (
        'for await (const chunk of stream) {\n  process.stdout.write(chunk.choices[0]?.delta?.content ?? "");\n}'
    ),
}

PARAMETERS = (
    Parameter(
        "messages", "messages", "Messages", "The conversation so far, oldest first.",
        required=True, choices=("system", "user", "assistant", "tool"), parts=("image", "audio"),
    ),
    Parameter("temperature", "number", "Temperature", "Higher is more varied.", minimum=0, maximum=2, step=0.1),
    Parameter("top_p", "number", "Top p", "Share of likely tokens to choose from.", minimum=0, maximum=1, step=0.05),
    Parameter("max_tokens", "integer", "Max tokens", "Longest answer. Caps the cost.", minimum=1),
    Parameter("tools", "tools", "Tools", "Functions that the model may ask you to call.", needs="tools"),
    Parameter("tool_choice", "tool_choice", "Tool choice", "Whether the model must call a tool, and which.", needs="tools"),
    Parameter("response_format", "format", "Response format", "Text, a JSON object, or JSON that fits a schema."),
    Parameter(
        "reasoning_effort", "choice", "Reasoning effort", "How much the model thinks before it answers.",
        choices=("minimal", "low", "medium", "high"), needs="reasoning",
    ),
    Parameter("n", "integer", "Choices", "How many answers to make. Each is paid.", minimum=1, maximum=8, advanced=True),
    Parameter("logprobs", "boolean", "Log probabilities", "How likely each token of the answer was.", advanced=True),
    Parameter(
        "top_logprobs", "integer", "Top log probabilities", "How many likely tokens to list for each, with logprobs on.",
        minimum=0, maximum=20, advanced=True,
    ),
    Parameter("stop", "list", "Stop", "Up to four texts that end the answer, one a line.", advanced=True),
    Parameter("seed", "integer", "Seed", "The same seed aims at the same answer.", advanced=True),
    Parameter(
        "presence_penalty", "number", "Presence penalty", "Above 0: fewer repeated subjects.",
        minimum=-2, maximum=2, step=0.1, advanced=True,
    ),
    Parameter(
        "frequency_penalty", "number", "Frequency penalty", "Above 0: fewer repeated words.",
        minimum=-2, maximum=2, step=0.1, advanced=True,
    ),
    Parameter("stream", "boolean", "Stream the answer", "Token by token, as it is made.", default=False),
)  # fmt: skip

EXAMPLE = {
    "messages": [{"role": "system", "content": "You are a helpful assistant."}, {"role": "user", "content": "Hello!"}],
    "temperature": 0.7, "top_p": 0.95, "max_tokens": 1024, "stream": False,
}  # fmt: skip
QUICKSTART = {"messages": [{"role": "user", "content": "Hello!"}]}


def call(model: Any, data: dict[str, Any]) -> Call:
    body = fill({"model": model.upstream_id}, PARAMETERS, model.parameters, data)
    if body.get("stream"):
        body["stream_options"] = {"include_usage": True}
    return Call(PATH, json=body, stream=bool(body.get("stream")))
