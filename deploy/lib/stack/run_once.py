# SPDX-License-Identifier: MIT
"""run_once SERVICE ARGUMENT...: a one-shot container of the stack with other arguments than `up` gives it,
as `keys` needs it. Standard output is the program's alone."""
import subprocess
import sys

from say import die
from stack import tree


def main(arguments):
    service, *words = arguments
    tree.env_read()
    tree.engine_needed()
    if tree.link_server() == "1":
        die(2, "База на сервере 2: выполните это там. Бота и его ключи потом переносят link export и link import (docs/two-servers.md).",
            "The database is on server 2: do it there. A bot and its keys come here by link export and link import (docs/two-servers.md).")
    if not tree.running("postgres"):
        die(1, "База стека не запущена: deploy/tapbot up (ключи демо: deploy/tapbot keys --demo ...)",
            "The stack's database does not run: deploy/tapbot up (the demo's keys: deploy/tapbot keys --demo ...)")
    command = tree.compose_command("--progress", "quiet", "run", "--rm", "--no-deps", "-T", service, *words, profiles=["*"])
    return subprocess.run(command, cwd=tree.ROOT, stdin=subprocess.DEVNULL, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
