# SPDX-License-Identifier: MIT
"""validate: static checks of the description, required for a pull request and before `up`."""
import os
import sys

from say import answer_help, die, say
from stack import checks_host
from stack.checks_description import DESCRIPTION
from stack.findings import listing, report, run_checks

USAGE = ("""deploy/tapbot validate: можно ли выкатывать это описание. Ничего не запускает и не меняет.

  deploy/tapbot validate           строка на каждую ошибку: что, почему, команда
  deploy/tapbot validate --list    что проверяется

Коды выхода: 0 можно, 1 есть ошибки, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot validate: check whether this description can be deployed. Starts and changes nothing.

  deploy/tapbot validate           a line for each mistake: problem, consequence, command
  deploy/tapbot validate --list    list the checks

Exit codes: 0 no mistakes, 1 mistakes found, 2 wrong usage, 3 something is missing on this machine.""")


def main(arguments):
    answer_help(arguments, USAGE)
    if arguments == ["--list"]:
        listing(DESCRIPTION)
        return 0
    if arguments:
        die(2, *USAGE)
    found, unchecked = run_checks(DESCRIPTION)
    code = report(found, unchecked)
    if any(check.name == "compose" for check, _ in unchecked):
        command = checks_host.COMPOSE_INSTALL if os.geteuid() else checks_host.COMPOSE_INSTALL.replace("sudo ", "")
        say(f"Команда: {command}", f"Command: {command}")
        return 3
    if not found:
        say("Описание в порядке.", "The description has no mistakes.")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
