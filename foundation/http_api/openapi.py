"""The OpenAPI 3.1 document of a table of routes: made from the same types that check the requests."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from foundation.http_api.problem import Problem
from foundation.http_api.route import FILE, KEY_PATTERN, Download, Route

REF = "#/components/schemas/{name}"


def document(routes: Sequence[Route], title: str, version: str, description: str) -> dict[str, Any]:
    """Build the document; pure, so that the file in ``docs/api`` can be compared with what is served."""
    types = [t for r in routes for t in (r.body, r.answer, r.query) if t not in {None, Download}] + [Problem]
    schemas, components = msgspec.json.schema_components(types, ref_template=REF)
    by_type = dict(zip(map(id, types), schemas, strict=True))
    paths: dict[str, Any] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, by_type, components)
    made = {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "description": description},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(made))  # defaults that are tuples become arrays
    return plain


def _operation(route: Route, by_type: dict[int, Any], components: dict[str, Any]) -> dict[str, Any]:
    """Describe one route."""
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "parameters": _parameters(route, components),
        "responses": {
            str(route.status): _file() if route.answer is Download else _json("Done", by_type[id(route.answer)]),
            "default": _json("Refused: see the code", by_type[id(Problem)]),
        },
    }
    if route.body is not None:
        content = {"application/json": {"schema": by_type[id(route.body)]}}
        operation["requestBody"] = {"required": True, "content": content}
    if route.roles is not None:
        operation["security"] = [{"token": []}]
        operation["description"] = "Roles: " + ", ".join(sorted(route.roles))
    return operation


def _json(description: str, schema: Any) -> dict[str, Any]:  # noqa: ANN401
    """One response with a JSON body."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _file() -> dict[str, Any]:
    """A response that is a file."""
    return {"description": "The file", "content": {FILE: {"schema": {"type": "string", "format": "binary"}}}}


def _parameters(route: Route, components: dict[str, Any]) -> list[dict[str, Any]]:
    """Path, query and header parameters of one route."""
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": route.pattern(name)}}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    if route.query is not None:
        schema = components[route.query.__name__]
        needed = set(schema.get("required", ()))
        found += [
            {"name": name, "in": "query", "required": name in needed, "schema": prop}
            for name, prop in schema["properties"].items()
        ]
    if route.keyed:
        schema = {"type": "string", "pattern": KEY_PATTERN}
        found.append({"name": "Idempotency-Key", "in": "header", "required": True, "schema": schema})
    return found
