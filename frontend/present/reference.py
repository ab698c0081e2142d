"""The API reference as plain values, from the OpenAPI document that the API itself writes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAX_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kind: str
    required: bool
    about: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    about: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Endpoint:
    verb: str
    path: str
    anchor: str
    summary: str
    about: str
    needs_token: bool
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    example: str
    answers: tuple[Answer, ...]


def endpoints_of(document: Mapping[str, Any]) -> tuple[Endpoint, ...]:
    schemas = document.get("components", {}).get("schemas", {})
    return tuple(
        _endpoint(verb, path, operation, schemas)
        for path, verbs in document.get("paths", {}).items()
        for verb, operation in verbs.items()
    )


def _endpoint(verb: str, path: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> Endpoint:
    body = _schema(operation.get("requestBody", {}))
    return Endpoint(
        verb=verb.upper(),
        path=path,
        anchor=str(operation.get("operationId", f"{verb}{path}")).replace("/", "-"),
        summary=operation.get("summary", ""),
        about=operation.get("description", ""),
        needs_token=bool(operation.get("security")),
        parameters=tuple(
            Field(item["name"], _kind(item.get("schema", {})), item.get("required", False), item.get("description", ""))
            for item in operation.get("parameters", [])
        ),
        body=_fields(body, schemas),
        example=json.dumps(_example(body, schemas), indent=2) if body else "",
        answers=tuple(
            Answer(str(status), answer.get("description", ""), _fields(_schema(answer), schemas))
            for status, answer in operation.get("responses", {}).items()
        ),
    )


def _schema(part: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = part.get("content", {}).get("application/json", {}).get("schema", {})
    return found


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow references and optional parts to the schema that carries the fields."""
    if "$ref" in schema:
        return _resolved(schemas.get(schema["$ref"].rpartition("/")[2], {}), schemas)
    if schema.get("type") == "array":
        return _resolved(schema.get("items", {}), schemas)
    for choice in (*schema.get("anyOf", ()), *schema.get("allOf", ())):
        if "$ref" in choice:
            return _resolved(choice, schemas)
    return schema


def _fields(
    schema: Mapping[str, Any], schemas: Mapping[str, Any], prefix: str = "", depth: int = 0
) -> tuple[Field, ...]:
    found: list[Field] = []
    whole = _resolved(schema, schemas)
    for name, part in whole.get("properties", {}).items():
        required = name in whole.get("required", ())
        found.append(Field(prefix + name, _kind(part), required, part.get("description", "")))
        inner = _resolved(part, schemas)
        if inner is not part and depth < MAX_DEPTH:
            found += _fields(inner, schemas, f"{prefix}{name}.", depth + 1)
    return tuple(found)


def _kind(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return "object"
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(choice) for choice in schema["anyOf"]))
    if "const" in schema or "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema.get("enum", [schema.get("const")]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "any")


def _example(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int = 0) -> Any:
    """A body to start from: every required field, and the defaults of the others."""
    whole = _resolved(schema, schemas)
    if "properties" not in whole or depth > MAX_DEPTH:
        return _example_value(schema)
    found = {}
    for name, part in whole["properties"].items():
        if name in whole.get("required", ()) or part.get("default") not in (None, ""):
            found[name] = part.get("default") or _example(part, schemas, depth + 1)
    return found


def _example_value(schema: Mapping[str, Any]) -> Any:
    if schema.get("examples"):
        return schema["examples"][0]
    kinds: Mapping[str, Any] = {"string": "...", "integer": 1, "number": 1.0, "boolean": True, "array": []}
    return kinds.get(str(schema.get("type")), "...")
