# SPDX-License-Identifier: MIT
"""Requests to the service health and to other services. They go directly to the service's address, because Traefik may be
down."""
import http.client
import json
import os
import shlex
import time

import services
from say import die, warn
from stack import tree

SECONDS = 3
REPEATS = 3
REST_SECONDS = 1  # before a repeat
# {status of health: light}. Suppressed and silenced checks have other statuses and are ignored.
LIGHTS = {"green": "GREEN", "yellow": "YELLOW", "red": "RED"}


def key():
    """The API key of health, also used for requests to it. None without the right to read it."""
    try:
        with open(os.path.join(tree.SECRETS, "health_link_key"), encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return None


def read(*words):
    """The result of call() for a request that changes nothing: one that a busy service refuses (503) is repeated."""
    answer = call(*words)
    for _ in range(REPEATS):
        if not answer or answer[0] != 503:
            break
        time.sleep(REST_SECONDS)
        answer = call(*words)
    return answer


def call(address, secret, method, path, seconds=SECONDS, body=None):
    """(status, JSON of the response) of a request to the service at HOST:PORT, with or without a key; None if it does not answer.
    A response 204 has no body: {}."""
    connection = http.client.HTTPConnection(address, timeout=seconds)
    headers = {**({"X-API-Key": secret} if secret else {}), **({"Content-Type": "application/json"} if body is not None else {})}
    try:
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        found = json.loads(answer.read()) if answer.status != 204 else {}
        return (answer.status, found) if isinstance(found, dict) else None
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def demo(variable):
    """(HOST:PORT, key) of a service of the demo from var/demo.env, or None. `variable` has its URL, for example HEALTH_URL. None also in the
    stack's shell, except for the demo's copies (TAPBOT_DEMO)."""
    of_copies = "TAPBOT_DEMO" in os.environ
    if os.environ.get("TAPBOT_SHELL") == "stack" and not of_copies:
        return None
    path = os.path.join(os.environ.get("TAPBOT_VAR", os.path.join(tree.ROOT, "var")), "demo.env")
    try:
        with open(path, encoding="utf-8") as file:
            words = dict(word.partition("=")[::2] for word in shlex.split(file.read()))
    except OSError:
        return None
    address, secret = words.get(variable, "").removeprefix("http://"), words.get("API_KEY")
    if not (address and secret and call(address, secret, "GET", "/livez")):
        return None
    if not of_copies and os.path.exists(tree.ENV_FILE):
        warn("Это демо, оно запущено. Для стека: та же команда в оболочке, sudo deploy/tapbot shell --stack",
             "This is the demo, because it runs. For the stack: the same command in the shell, sudo deploy/tapbot shell --stack")
    return address, secret


def addresses(service="health", port=None):
    """HOST:PORT of a running service on each of its networks; `port` is required only for third-party services."""
    for one in tree.running(service):
        for net in one["NetworkSettings"]["Networks"].values():
            if net["IPAddress"]:
                yield f"{net['IPAddress']}:{port or services.one(service).port}"


def stack_needed():
    """Exits if this machine has no stack, or if its settings or its engine cannot be used."""
    if not os.path.exists(tree.ENV_FILE):
        tree.neither()
    tree.env_read()
    tree.engine_needed()


def stack(service, scope):
    """(HOST:PORT, key) of a service of the stack; exits if it cannot be called. The user must pass the key, because the stack stores
    only hashes."""
    stack_needed()
    if (here := tree.link_server()) and here not in (servers := services.one(service).servers):
        die(2, f"{service} работает на сервере {servers[0]}: выполните это там.", f"{service} runs on server {servers[0]}: run this there.")
    secret = os.environ.get("API_KEY", "")
    if not secret:
        # sudo drops the variable, and without sudo .env cannot be read: the shell works for every administrator.
        die(3, "Нужен ключ. В оболочке он уже есть, повторите команду там: sudo deploy/tapbot shell\n"
            f"Сделать другой, от root: deploy/tapbot keys create --stack --tenant tapbot --client terminal --scopes {scope}\n"
            "Затем: export API_KEY=tb_live_...",
            "A key is needed. The shell has one, repeat the command there: sudo deploy/tapbot shell\n"
            f"To make another one, as root: deploy/tapbot keys create --stack --tenant tapbot --client terminal --scopes {scope}\n"
            "Then: export API_KEY=tb_live_...")
    for address in addresses(service):
        if call(address, secret, "GET", "/livez"):
            return address, secret
    return die(1, f"{service} не отвечает: deploy/tapbot logs {service}", f"{service} does not answer: deploy/tapbot logs {service}")


def verdict():
    """{"light", "since", "causes": [[light, check, detail]]}, or None if health cannot be called or has no result yet."""
    secret = key()
    for address in addresses() if secret else ():
        status, found = call(address, secret, "GET", "/v1/status") or (0, {})
        if status == 200 and found.get("status") in LIGHTS:
            causes = [[LIGHTS[check["status"]], check["name"], check.get("detail") or ""]
                      for check in found["checks"] if check["status"] in ("yellow", "red")]
            return {"light": LIGHTS[found["status"]], "since": found["since"], "causes": causes}
    return None
