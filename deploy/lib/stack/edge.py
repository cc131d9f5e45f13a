# SPDX-License-Identifier: MIT
"""Reads the routers, services and middlewares of Traefik's dynamic configuration without starting Traefik.

Supports the subset of YAML and of Go templates that traefik/dynamic uses: maps by indentation, inline {..} and [..], `if` with
the functions of CONDITIONS, else, end, `env`, and `range $services` over a list of dicts. The trial start of Traefik in
trial.py is authoritative."""
import os
import re

from stack import tree

IF = re.compile(r"\{\{-?\s*if\s+(.*?)\s*-?\}\}")
ENV = re.compile(r'\{\{-?\s*env\s+"(\w+)"\s*-?\}\}')


BEGINS = re.compile(r"\{\{-?\s*(if|range|with)\b")
ENDS = re.compile(r"\{\{-?\s*end\b")


def unrolled(text):
    """The lines, with the body of `range $services` repeated for each service."""
    lists = re.compile(r"^\{\{-?\s*\$services := list\n(.*?)^\}\}\n", re.M | re.S)
    rows = [dict(re.findall(r'"(\w+)" "([^"]*)"', row)) for found in lists.findall(text) for row in found.splitlines()]
    lines, body, depth = [], None, 0
    for line in lists.sub("", text).splitlines(keepends=True):
        if body is None and not re.search(r"range \$services", line):
            lines.append(line)
            continue
        depth += bool(BEGINS.search(line)) - bool(ENDS.search(line))
        if body is None:
            body = []
        elif depth:
            body.append(line)
        else:
            for row in rows:
                once = re.sub(r"\{\{-?\s*\.(\w+)\s*-?\}\}", lambda found, row=row: row[found[1]], "".join(body))
                once = IF.sub(lambda found, row=row: re.sub(r"(?<=\s)\.(\w+)", lambda word: f'"{row[word[1]]}"', found[0]), once)
                lines += once.splitlines(keepends=True)
            body = None
    return lines


# The functions allowed in an `if`.
CONDITIONS = {
    "has": lambda one, many: one in many, "eq": lambda one, other: one == other, "ne": lambda one, other: one != other,
    "and": lambda *all_of: all(all_of), "or": lambda *any_of: any(any_of), "not": lambda one: not one,
}


def holds(condition, env):
    """Whether the condition is true with these variables. True if it has an unknown function, which only Traefik can evaluate."""
    known = {**CONDITIONS, "env": lambda name: env.get(name, "")}
    words = re.findall(r'[()]|"[^"]*"|[^\s()]+', condition)

    def value():
        word = words.pop(0)
        if word == "(":
            found = call()
            words.pop(0)
            return found
        if word == "$profiles":
            return (env.get("COMPOSE_PROFILES") or "server1,server2").split(",")
        return word.strip('"')

    def call():
        function, given = known[words.pop(0)], []
        while words and words[0] != ")":
            given.append(value())
        return function(*given)

    try:
        return bool(call())
    except KeyError:
        return True


def rendered(text, env):
    """The lines of a template rendered with these variables."""
    lines, shown, names = [], [], {}
    for line in unrolled(text):
        if found := IF.search(line):
            shown.append(holds(found[1], env))
        elif BEGINS.search(line):
            shown.append(True)
        elif re.search(r"\{\{-?\s*else\b", line):
            shown[-1] = not shown[-1]
        elif ENDS.search(line):
            shown.pop()
        elif found := re.match(r'\{\{-?\s*\$(\w+)\s*:=\s*"(.*)"\s*-?\}\}', line):
            names[found[1]] = found[2].replace('\\"', '"')
        elif all(shown):
            line = ENV.sub(lambda found: env.get(found[1], ""), line)
            lines.append(re.sub(r"\{\{-?\s*\$(\w+)\s*-?\}\}", lambda found: names.get(found[1], ""), line))
    return lines


def scalar(value):
    value = value.strip()
    if value.startswith("["):
        return [scalar(one) for one in value.strip("[]").split(",") if one.strip()]
    if value.startswith("{"):
        return {key.strip(): scalar(rest) for key, _, rest in
                (pair.partition(":") for pair in value.strip("{}").split(","))}
    return value.strip("\"'")


def maps(lines):
    """Nested maps of indented `key: value` lines; list items are skipped."""
    top = {}
    stack = [(-1, top)]
    for line in lines:
        found = re.match(r"( *)([\w@.-]+):(?:\s+(.*?))?\s*$", line)
        if not found or line.lstrip().startswith("#"):
            continue
        indent, key, value = len(found[1]), found[2], re.sub(r"\s+#.*$", "", found[3] or "")
        while stack[-1][0] >= indent:
            stack.pop()
        if value:
            stack[-1][1][key] = scalar(value)
        else:
            stack[-1][1][key] = inner = {}
            stack.append((indent, inner))
    return top


def files():
    """{file: its http section}."""
    found, env = {}, {"TAPBOT_DOMAIN": tree.domain(), **tree.env_read()}
    for path in tree.traefik_files():
        with open(path, encoding="utf-8") as file:
            http = maps(rendered(file.read(), env)).get("http")
        if isinstance(http, dict):
            found[os.path.relpath(path, tree.ROOT)] = http
    return found


def section(name):
    """{name: (definition, file)} of routers, services or middlewares of all files."""
    return {key: (value, path) for path, http in files().items()
            for key, value in (http.get(name) or {}).items() if isinstance(value, dict)}


def label_routers():
    """{name: (definition, service)} of the compose description's labels."""
    description, _ = tree.configuration()
    found = {}
    for service, body in (description or {}).get("services", {}).items():
        labels = tree.labels_of(body)
        if labels.get("traefik.enable", "").lower() != "true":
            continue
        for label, value in labels.items():
            part = re.fullmatch(r"traefik\.http\.routers\.([^.]+)\.([\w.]+)", label)
            if part:
                definition, _ = found.setdefault(part[1], ({"service": service}, service))
                definition[part[2]] = value
    return found


def routers():
    """[(name, definition, file)]: `middlewares` is a list, `service` a name without its provider. Parent routers (parentRefs)
    are omitted: each child gets the entry points and middlewares of its parent."""
    found = [(name, dict(body), where) for name, (body, where) in section("routers").items()]
    found += [(name, dict(body), "docker-compose.yml") for name, (body, _) in label_routers().items()]
    for _, body, _ in found:
        chain = body.get("middlewares", [])
        chain = chain if isinstance(chain, list) else chain.split(",")
        body["middlewares"] = [one.strip().split("@")[0] for one in chain]
    known = {name: body for name, body, _ in found}
    parents = {one for body in known.values() for one in body.get("parentRefs", [])}
    for body in known.values():
        # All parents have the same middlewares, so the first one is used.
        for parent in (known[one] for one in body.get("parentRefs", [])[:1] if one in known):
            body["middlewares"] = parent["middlewares"] + body["middlewares"]
            body["entryPoints"] = parent.get("entryPoints")
    return [one for one in found if one[0] not in parents]


def kinds(names, known=None, depth=0):
    """The types of middlewares in a chain, nested chains expanded: {"basicAuth", "ipAllowList", ...}."""
    known = known if known is not None else section("middlewares")
    found = set()
    for name in names:
        body = known.get(name, ({}, ""))[0]
        for kind, inner in body.items():
            if kind == "chain" and depth < 8:
                inner = inner.get("middlewares", []) if isinstance(inner, dict) else []
                found |= kinds(inner, known, depth + 1)
            else:
                found.add(kind)
    return found


def unknown_middlewares(names, known):
    return [name for name in names if name and name not in known]


def hosts():
    """{public host name of this machine: its router}."""
    found = {}
    for name, body, _ in routers():
        for host in re.findall(r"Host\(`([^`]+)`\)", body.get("rule", "")):
            found.setdefault(tree.expand(host), name)
    return found
