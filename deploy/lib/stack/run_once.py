# SPDX-License-Identifier: MIT
"""run_once SERVICE ARGUMENT...: runs a one-shot container of the stack with other arguments than `up` does, for example for
`keys`. Standard output has only the output of the program."""
import contextlib
import subprocess
import sys

from say import die
from stack import tree, up


def image_needed(service):
    """Builds the image if it was pruned, as `up` would: compose does it silently, and under the deployed version from any code."""
    known, wrong = tree.configuration(everything=True)
    if known is None:
        die(1, f"Описание не читается: {wrong}", f"The description cannot be read: {wrong}")
    image = known["services"][service]["image"]
    if not up.image_there(image):
        up.refuse_lost([one for one in up.lost(known)[1] if one == image])
        up.images(known, [service], [])


def main(arguments):
    service, *words = arguments
    tree.env_read()
    tree.engine_needed()
    if tree.link_server() == "1":
        die(2, "База на сервере 2: выполните это там. Бота и его ключи потом переносят link export и link import (docs/two-servers.md).",
            "The database is on server 2: run this there. link export and link import then transfer a bot and its keys (docs/two-servers.md).")
    if not tree.running("postgres"):
        die(1, "База стека не запущена: deploy/tapbot up (ключи демо: deploy/tapbot keys --demo ...)",
            "The stack's database is not running: deploy/tapbot up (the demo's keys: deploy/tapbot keys --demo ...)")
    with contextlib.redirect_stdout(sys.stderr):
        image_needed(service)
    return subprocess.run(tree.run_once_command(service, *words), cwd=tree.ROOT, stdin=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
