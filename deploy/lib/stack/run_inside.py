# SPDX-License-Identifier: MIT
"""run_inside SERVICE ARGUMENT...: runs the program of a service in its running container."""
import subprocess
import sys

from say import die
from stack import tree


def main(arguments):
    service, *words = arguments
    tree.env_read()
    tree.engine_needed()
    found = tree.running(service)
    if not found:
        die(1, f"Здесь не работает {service}: deploy/tapbot up", f"{service} is not running here: deploy/tapbot up")
    command = ["docker", "exec", found[0]["Id"], "/usr/bin/service", *words]
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
