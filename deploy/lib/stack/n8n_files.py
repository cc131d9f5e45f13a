# SPDX-License-Identifier: MIT
"""What n8n should have, read from deploy/n8n: workflows, tables, credentials, webhooks. Pure: asks nobody.

A file names the parts of n8n that it uses, because each n8n gives them ids of its own: `id` of a credential is CREDENTIAL, the
value of a table TABLE, and errorWorkflow the name of a workflow. filled() puts the ids there. A webhook whose path begins with
`public-` gets a random ending, without which it cannot be reached from outside (traefik/dynamic/routers.yml)."""
import base64
import copy
import hashlib
import hmac
import json
import os

from stack import tree

FOLDER = os.path.join(tree.ROOT, "deploy/n8n")
CREDENTIAL, TABLE, PUBLIC = "credential", "table", "public-"
# What makes a workflow what it is; n8n adds more to it.
PARTS = ("name", "nodes", "connections", "settings")


def document(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return json.load(file)


def install():
    return document("install.json")


def workflows():
    """{file: workflow}, first the one that the others name as their error workflow."""
    names = sorted(name for name in os.listdir(os.path.join(FOLDER, "workflows")) if name.endswith(".json"))
    found = {name: document(os.path.join("workflows", name)) for name in names}
    return dict(sorted(found.items(), key=lambda one: "errorWorkflow" in one[1]["settings"]))


def derived(secret, word):
    """A value that follows from a secret that never changes; nobody learns the secret from it."""
    return hmac.digest(secret.encode(), f"tapbot {word}".encode(), "sha256").hex()


def signing(secret):
    """The secret by which our services sign what they send to n8n, as printable text: n8n takes it as such."""
    return derived(secret, "signature")[:48]


def base64_of(words):
    return base64.b64encode(words.encode()).decode()


def path_of(secret, path):
    """The path of a webhook in n8n."""
    return path + "-" + derived(secret, path)[:40] if path.startswith(PUBLIC) else path


def paths():
    """{name of the workflow: path of its webhook in its file}"""
    return {workflow["name"]: node["parameters"]["path"] for workflow in workflows().values() for node in workflow["nodes"] if node["type"].endswith(".webhook")}


def public_paths(secret):
    """Those that can be called from outside, as they are in n8n."""
    return {name: path_of(secret, path) for name, path in paths().items() if path.startswith(PUBLIC)}


def signed_paths():
    """Those that only our services call."""
    return {name: path for name, path in paths().items() if not path.startswith(PUBLIC)}


def credentials(secret, link_key):
    """The credentials with their values."""
    values = {"link_key": link_key, "signature": signing(secret), "callback": derived(secret, "callback")[:48]}
    return [{**one, "data": {name: value.format(**values) for name, value in one["data"].items()}} for one in install()["credentials"]]


def callback(secret):
    """The header by which a payment system proves itself: its name and value."""
    return next(one["data"] for one in credentials(secret, "") if one["data"].get("name") == "X-Callback-Key")


def filled(workflow, ids, secret):
    """The workflow for one n8n; `ids` has {name: id} of credentials, tables and workflows."""
    found = copy.deepcopy(workflow)
    for node in found["nodes"]:
        for one in node.get("credentials", {}).values():
            one["id"] = ids["credentials"][one["name"]]
        if table := node["parameters"].get("dataTableId"):
            table["value"] = ids["tables"][table["cachedResultName"]]
        if "path" in node["parameters"]:
            node["parameters"]["path"] = path_of(secret, node["parameters"]["path"])
    if "errorWorkflow" in found["settings"]:
        found["settings"]["errorWorkflow"] = ids["workflows"][found["settings"]["errorWorkflow"]]
    return found


def digest(value):
    """A short fingerprint of JSON."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:32]


def fingerprint(workflow):
    return digest({name: workflow.get(name) for name in PARTS})
