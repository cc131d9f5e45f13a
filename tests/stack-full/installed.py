# SPDX-License-Identifier: MIT
"""The real n8n and Directus, from npm, in the versions that docker-compose.yml names; each with the Node.js of
its image. They remain in build/stack-full for the next run."""
import json
import os
import platform
import shutil
import subprocess

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
HOME = os.path.join(ROOT, "build", "stack-full")
NODE = {"n8n": "24", "directus": "22"}
# The newest versions of these indirect dependencies (of the AI nodes) are missing in some registries.
OVERRIDES = {"n8n": {"linkedom": "0.18.13", "@langchain/langgraph-checkpoint": "1.1.5", "@langchain/protocol": "0.0.19"},
             "directus": {}}
# The only needed packages with native code that is not prebuilt.
COMPILED = {"n8n": [], "directus": ["isolated-vm"]}
QUIET = ("--no-audit", "--no-fund", "--legacy-peer-deps", "--ignore-scripts")


class Unavailable(Exception):
    """The program cannot be installed on this machine."""


def npm(folder, node, *words):
    environment = {name: value for name, value in os.environ.items() if name.lower() != "npm_config_nodedir"}
    if node:
        environment["PATH"] = f"{node}/bin:{environment['PATH']}"
        environment["npm_config_nodedir"] = node
    prefix = os.environ.get("TAPBOT_HEAVY", "nice").split()
    done = subprocess.run([*prefix, "npm", *words], cwd=folder, env=environment, capture_output=True,
                          text=True, check=False)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if "error" in line]
        raise Unavailable(f"npm {' '.join(words[:2])}: {' '.join(errors[:4])[-300:] or done.stderr[-300:]}")


def folder_with(name, dependencies, overrides, node, *rebuild):
    """A folder below HOME with these packages; a complete one is reused."""
    folder = os.path.join(HOME, name)
    wanted = json.dumps({"private": True, "dependencies": dependencies, "overrides": overrides})
    mark = os.path.join(folder, "installed.json")
    if os.path.exists(mark):
        with open(mark, encoding="utf-8") as text:
            if text.read() == wanted:
                return folder
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "package.json"), "w", encoding="utf-8") as text:
        text.write(wanted)
    npm(folder, node, "install", *QUIET)
    for package in rebuild:
        npm(folder, node, "rebuild", package, "--ignore-scripts=false")
    with open(mark, "w", encoding="utf-8") as text:
        text.write(wanted)
    return folder


def installed(program, version):
    """The program's folder (with node_modules), and its Node.js."""
    if not shutil.which("npm"):
        raise Unavailable("npm is not installed (apt: nodejs, npm)")
    package = f"node-linux-{ {'x86_64': 'x64', 'aarch64': 'arm64'}[platform.machine()]}"
    major = NODE[program]
    node = os.path.join(folder_with(f"node{major}", {package: major}, {}, None), "node_modules", package)
    return folder_with(program, {program: version}, OVERRIDES[program], node, *COMPILED[program]), node
