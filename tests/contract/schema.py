# SPDX-License-Identifier: MIT
"""An OpenAPI document: the operation of a request, and the check of an answer against it.

The subset of JSON Schema that our documents use; an unsupported keyword is an error, so that no
rule is skipped.
"""

import datetime
import re
import uuid

ANNOTATIONS = {"description", "default", "example", "examples", "title", "deprecated", "readOnly", "writeOnly"}


def is_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    kinds = {"string": str, "boolean": bool, "object": dict, "array": list, "null": type(None)}
    return isinstance(value, kinds[name])


def is_format(value, name):
    try:
        if name == "uuid":
            return str(uuid.UUID(value)) == value
        if name == "date":
            return datetime.date.fromisoformat(value).isoformat() == value
        if name == "date-time":
            return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", value) is not None
    except ValueError:
        return False
    return True


class Schema:
    """Validates values against schemas of one document; reports the place of each fault."""

    def __init__(self, document):
        self.document = document
        self.keywords = {
            "type": self._type,
            "enum": self._enum,
            "const": self._const,
            "properties": self._properties,
            "required": self._required,
            "additionalProperties": self._additional,
            "items": self._items,
            "minimum": self._minimum,
            "maximum": self._maximum,
            "multipleOf": self._multiple,
            "minLength": self._min_length,
            "maxLength": self._max_length,
            "maxItems": self._max_items,
            "minItems": self._min_items,
            "pattern": self._pattern,
            "format": self._format,
            "oneOf": self._one_of,
            "anyOf": self._any_of,
            "allOf": self._all_of,
            "$ref": self._ref,
        }

    def resolve(self, node):
        while isinstance(node, dict) and "$ref" in node:
            target = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def faults(self, value, schema, at="$"):
        found = []
        for keyword, rule in schema.items():
            if keyword in ANNOTATIONS:
                continue
            if keyword not in self.keywords:
                found.append(f"{at}: the document uses {keyword}, which is not supported")
                continue
            found += self.keywords[keyword](value, rule, schema, at)
        return found

    def _ref(self, value, rule, _schema, at):
        return self.faults(value, self.resolve({"$ref": rule}), at)

    def _type(self, value, rule, _schema, at):
        names = rule if isinstance(rule, list) else [rule]
        return [] if any(is_type(value, name) for name in names) else [f"{at}: {value!r} is not of type {rule}"]

    def _enum(self, value, rule, _schema, at):
        return [] if value in rule else [f"{at}: {value!r} is not listed"]

    def _const(self, value, rule, _schema, at):
        return [] if value == rule else [f"{at}: {value!r} is not {rule!r}"]

    def _properties(self, value, rule, _schema, at):
        if not isinstance(value, dict):
            return []
        return [
            fault
            for name, one in rule.items()
            if name in value
            for fault in self.faults(value[name], one, f"{at}.{name}")
        ]

    def _required(self, value, rule, _schema, at):
        if not isinstance(value, dict):
            return []
        return [f"{at}: {name} is missing" for name in rule if name not in value]

    def _additional(self, value, rule, schema, at):
        if rule is not False or not isinstance(value, dict):
            return []
        return [f"{at}: {name} is not described" for name in value if name not in schema.get("properties", {})]

    def _items(self, value, rule, _schema, at):
        if not isinstance(value, list):
            return []
        return [fault for i, one in enumerate(value) for fault in self.faults(one, rule, f"{at}[{i}]")]

    def _minimum(self, value, rule, _schema, at):
        return [f"{at}: {value} < {rule}"] if is_type(value, "number") and value < rule else []

    def _maximum(self, value, rule, _schema, at):
        return [f"{at}: {value} > {rule}"] if is_type(value, "number") and value > rule else []

    def _multiple(self, value, rule, _schema, at):
        return [f"{at}: {value} % {rule}"] if is_type(value, "number") and value % rule else []

    def _min_length(self, value, rule, _schema, at):
        return [f"{at}: shorter than {rule}"] if isinstance(value, str) and len(value) < rule else []

    def _max_length(self, value, rule, _schema, at):
        return [f"{at}: longer than {rule}"] if isinstance(value, str) and len(value) > rule else []

    def _max_items(self, value, rule, _schema, at):
        return [f"{at}: more than {rule}"] if isinstance(value, list) and len(value) > rule else []

    def _min_items(self, value, rule, _schema, at):
        return [f"{at}: fewer than {rule}"] if isinstance(value, list) and len(value) < rule else []

    def _pattern(self, value, rule, _schema, at):
        bad = isinstance(value, str) and not re.search(rule, value)
        return [f"{at}: {value!r} is not like {rule}"] if bad else []

    def _format(self, value, rule, _schema, at):
        bad = isinstance(value, str) and not is_format(value, rule)
        return [f"{at}: {value!r} is not a valid {rule}"] if bad else []

    def _one_of(self, value, rule, _schema, at):
        fits = sum(not self.faults(value, one, at) for one in rule)
        return [] if fits == 1 else [f"{at}: fits {fits} of oneOf"]

    def _any_of(self, value, rule, _schema, at):
        tried = [self.faults(value, one, at) for one in rule]
        return [] if any(not one for one in tried) else min(tried, key=len)

    def _all_of(self, value, rule, _schema, at):
        return [fault for one in rule for fault in self.faults(value, one, at)]


def names_status(text, status):
    """Whether the description of a code names the status: at the beginning or, if it is another one, after a semicolon."""
    return re.search(rf"(?:^{status}\.|; {status}) ", text) is not None


class Operations:
    """The operations of a document, found by method and path."""

    METHODS = ("get", "post", "put", "patch", "delete")

    def __init__(self, document):
        self.document, self.schema = document, Schema(document)
        self.all = {
            (method.upper(), path): item[method]
            for path, item in document["paths"].items()
            for method in self.METHODS
            if method in item
        }
        self.codes = {
            one["const"]: one["description"] for one in document["components"]["schemas"]["Code"]["oneOf"]
        }
        self.patterns = [
            (re.compile(re.sub(r"\{[a-z_]+\}", "[^/]+", path)), path)
            for path in sorted(document["paths"], key=lambda p: p.count("{"))
        ]

    def find(self, method, target):
        """(method, path as documented), or None."""
        path = target.partition("?")[0]
        method = "GET" if method == "HEAD" else method
        for pattern, name in self.patterns:
            if pattern.fullmatch(path):
                return (method, name) if (method, name) in self.all else None
        return None

    def problem_faults(self, reply):
        """The faults of a refusal outside any operation."""
        if not reply.body or not (reply.headers.get("Content-Type") or "").startswith("application/problem+json"):
            return []
        faults = self.schema.faults(reply.json, {"$ref": "#/components/schemas/Problem"})
        return faults + self.code_faults(reply) + self.member_faults(reply)

    def member_faults(self, reply):
        """The members of a problem that the document does not describe."""
        described = self.document["components"]["schemas"]["Problem"]["properties"]
        return [f"{name} is not described" for name in reply.json if name not in described]

    def code_faults(self, reply):
        """The description of a problem's code must name the status."""
        text = self.codes.get(reply.code, "") if reply.status >= 400 else ""
        return [f"{reply.code}: {text}"] if text and not names_status(text, reply.status) else []

    def faults(self, where, reply):
        """The faults of an answer of the operation `where`."""
        responses = self.all[where]["responses"]
        response = responses.get(str(reply.status)) or responses.get("default")
        if response is None:
            return [f"status {reply.status} is not documented"]
        response = self.schema.resolve(response)
        kind = (reply.headers.get("Content-Type") or "").partition(";")[0]
        if not reply.body:
            return []
        content = response.get("content", {})
        if kind not in content:
            return [f"{reply.status} as {kind!r} is not documented"]
        if not kind.endswith("json"):
            return []
        faults = self.schema.faults(reply.json, content[kind].get("schema", {})) + self.code_faults(reply)
        return faults + self.member_faults(reply) if kind == "application/problem+json" else faults
