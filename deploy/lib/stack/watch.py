# SPDX-License-Identifier: MIT
"""What the service health says of this server: asked by its own address, past the edge, which may be what is down."""
import http.client
import json
import os

import services
from stack import tree

SECONDS = 3
# Its words, and the lights that they are here. What depends on something red is no cause, and who was silenced is known.
LIGHTS = {"green": "GREEN", "yellow": "YELLOW", "red": "RED"}


def key():
    """The key with which health asks others; it may ask itself, too. None where only root reads it."""
    try:
        with open(os.path.join(tree.SECRETS, "health_link_key"), encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return None


def asked(address, secret):
    """The answer of /v1/status, or None."""
    connection = http.client.HTTPConnection(address, services.one("health").port, timeout=SECONDS)
    try:
        connection.request("GET", "/v1/status", headers={"X-API-Key": secret})
        answer = connection.getresponse()
        found = json.loads(answer.read()) if answer.status == 200 else None
        return found if isinstance(found, dict) and found.get("status") in LIGHTS else None
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def verdict():
    """{"light", "since", "causes": [[light, check, what]]}, or None where health cannot be asked or does not know yet."""
    secret = key()
    for one in tree.running("health") if secret else ():
        networks = one["NetworkSettings"]["Networks"].values()
        found = next((told for net in networks if net["IPAddress"] and (told := asked(net["IPAddress"], secret))), None)
        if found:
            causes = [[LIGHTS[check["status"]], check["name"], check.get("detail") or ""]
                      for check in found["checks"] if check["status"] in ("yellow", "red")]
            return {"light": LIGHTS[found["status"]], "since": found["since"], "causes": causes}
    return None
