"""A program that `verdict` runs: `[schema, value]` comes as JSON; what is wrong goes out as `[kind, sentence]`, or null."""

import json
import resource
import sys

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, best_match
from referencing import Registry
from referencing.exceptions import Unresolvable

MEMORY = 1024**3  # bytes of addresses


def main() -> None:
    if sys.platform == "linux":  # elsewhere the clock of `verdict` is the only bound
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    schema, value = json.load(sys.stdin)
    json.dump(found(schema, value), sys.stdout)


def found(schema: object, value: object) -> list[str] | None:
    try:
        Draft202012Validator.check_schema(schema)
        # An empty registry: a reference out of the schema is not fetched.
        wrong = best_match(Draft202012Validator(schema, registry=Registry()).iter_errors(value))
    except SchemaError as error:
        return ["unknown", f"The schema itself is not valid: {error.message}."]
    except (Unresolvable, RecursionError):
        return ["unknown", "The schema refers to itself without end, or to what is not in it."]
    return ["invalid", f"{wrong.json_path}: {wrong.message}."] if wrong else None


if __name__ == "__main__":
    main()
