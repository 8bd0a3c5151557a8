"""A program that `verdict` runs: `[schema, values]` comes as JSON; a verdict on each value goes out as a line of JSON."""

import json
import resource
import sys

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, best_match
from referencing import Registry
from referencing.exceptions import Unresolvable

MEMORY = 1024**3  # bytes of addresses
MAX_MESSAGE = 300  # characters


def main() -> None:
    if sys.platform == "linux":  # elsewhere the clock of `verdict` is the only bound
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    schema, values = json.load(sys.stdin)
    for value in values:
        state, message = verdict(schema, value)
        print(json.dumps({"state": state, "message": message[:MAX_MESSAGE]}), flush=True)


def verdict(schema: object, value: object) -> tuple[str, str]:
    try:
        Draft202012Validator.check_schema(schema)
        # An empty registry: a reference out of the schema is not fetched.
        wrong = best_match(Draft202012Validator(schema, registry=Registry()).iter_errors(value))
    except SchemaError as error:
        return "unknown", f"The schema itself is not valid: {error.message}."
    except (Unresolvable, RecursionError):
        return "unknown", "The schema refers to itself without end, or to what is not in it."
    return ("invalid", f"{wrong.json_path}: {wrong.message}.") if wrong else ("valid", "")


if __name__ == "__main__":
    main()
