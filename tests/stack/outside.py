# SPDX-License-Identifier: MIT
"""The attacks (attack.py), run as a program of its own in the namespace outside; it reports by itself."""
import os

import internet
import rig
import stack as stacks


def attacks(stack):
    rig.outside(os.path.join(rig.HERE, "attack.py"), env={
        **stacks.VARIABLES, "EDGE_V4": rig.SERVER_V4, "EDGE_V6": rig.SERVER_V6, "EDGE_DOMAIN": rig.DOMAIN,
        "EDGE_CA": internet.ISSUED_CA, "EDGE_USER": stacks.USER, "EDGE_PASSWORD": stack.password,
        "EDGE_KEY": stack.key_make("booking:read,booking:write"), "EDGE_ALLOWED_V4": stacks.ADMIN_ADDRESS,
        "EDGE_OTHERS_V4": " ".join(rig.ATTACKERS_V4[1:]), "EDGE_LOG": f"docker logs {stacks.containers('traefik')[0]}"})


CHECKS = (("every attack was tried", attacks),)
