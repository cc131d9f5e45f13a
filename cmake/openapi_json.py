#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""openapi_json.py COMMON.yaml SERVICE.yaml [PART.yaml ...] OUT.json: merges the OpenAPI document common to all services, the
service's own document and those of its parts into the document that the service returns.

Mappings are merged by key. Lists are concatenated, the service's items first. If both documents have a scalar, an example
or an error code of the same name, the service's is used. Error codes are sorted. In the responses of an operation,
`x-usual: [404, 409]` is replaced by the references that COMMON's own x-usual defines. YAML is read with JSON's types only: a
time or a date is a string, and a duplicate key is an error. `{<<: *anchor, more: 1}` repeats a mapping with more members.
"""
import json
import re
import sys

import yaml


class Loader(yaml.SafeLoader):
    """A YAML loader without the implicit types for 14:00, on and 2027-03-01."""
    yaml_implicit_resolvers = {}

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            if key.tag not in ("tag:yaml.org,2002:str", "tag:yaml.org,2002:merge"):
                raise yaml.constructor.ConstructorError(None, None, f"{key.value}: quote it", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


for kind, pattern, first in [
    ("merge", r"<<", ["<"]),
    ("null", r"(?:null|~|)", ["n", "~", ""]),
    ("bool", r"(?:true|false)", list("tf")),
    ("int", r"-?(?:0|[1-9][0-9]*)", list("-0123456789")),
    ("float", r"-?(?:0|[1-9][0-9]*)\.[0-9]+", list("-0123456789")),
]:
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(pattern + r"\Z"), first)


def read(path):
    with open(path, encoding="utf-8") as source:
        return yaml.load(source, Loader)


def merge(common, own, name=""):
    if name != "example" and isinstance(common, dict) and isinstance(own, dict):
        both = {key: merge(common[key], own[key], key) for key in common if key in own}
        return {**common, **own, **both}
    return own + common if isinstance(common, list) and isinstance(own, list) else own


def expand_usual(responses, usual):
    """Replaces x-usual: returns the operation's own responses and a reference for each usual one."""
    statuses = [str(status) for status in responses.pop("x-usual")]
    for status in usual["always"] + statuses:
        if status in responses:
            raise SystemExit(f"{status} is usual, and described as well")
        if status not in usual["responses"]:
            raise SystemExit(f"{status} is not usual")
        responses[status] = {"$ref": "#/components/responses/" + usual["responses"][status]}
    return dict(sorted(responses.items()))


def convert(common, own, parts):
    usual = common.pop("x-usual")
    for part in parts:
        own = merge(part, own)
    whole = merge(common, own)
    for path in whole["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and "x-usual" in operation["responses"]:
                operation["responses"] = expand_usual(operation["responses"], usual)
    code = whole["components"]["schemas"]["Code"]
    by_name = {one["const"]: one for one in reversed(code["oneOf"])}
    code["oneOf"] = [by_name[name] for name in sorted(by_name)]
    return whole


def main():
    common, own, *parts, out = sys.argv[1:]
    try:
        whole = convert(read(common), read(own), [read(part) for part in parts])
    except yaml.YAMLError as why:
        raise SystemExit(str(why)) from None
    with open(out, "w", encoding="utf-8") as target:
        json.dump(whole, target, ensure_ascii=False, separators=(",", ":"))
        target.write("\n")


if __name__ == "__main__":
    main()
