# SPDX-License-Identifier: MIT
"""doctor: what is wrong with this machine and this stack, and which command repairs it. Touches nothing."""
import contextlib
import os
import sys

from say import say, warn
from stack import backup_place, harden, tree
from stack.checks_description import DESCRIPTION
from stack.checks_host import HOST
from stack.checks_link import LINK
from stack.checks_running import RUNNING
from stack.checks_settings import SETTINGS, nobody_told, not_given
from stack.findings import Unchecked, listing, report, run_checks
from stack.trial import TRIALS

USAGE = ("""deploy/tapbot doctor: что не так. Ничего не меняет.

  deploy/tapbot doctor              всё; через sudo: настройки и секреты читает только root
  deploy/tapbot doctor ИМЯ...       только эти проверки
  deploy/tapbot doctor --full       и все частые пароли, это до минуты на пользователя
  deploy/tapbot doctor --list       что проверяется

Каждая находка одной строкой: что не так, чем грозит, какая команда исправит. На исправной машине одна
строка и, в скобках, по строке на пустой секрет из тех, что вам выдают, ещё одна, если некому сообщать, одна, если нет резервной копии, и одна, если
применена не вся защита (deploy/tapbot harden).
Коды выхода: 0 всё хорошо, 1 есть находки, 2 неверные параметры, 3 не хватает прав.""",
         """deploy/tapbot doctor: what is wrong. Changes nothing.

  deploy/tapbot doctor              everything; with sudo: only root reads settings and secrets
  deploy/tapbot doctor NAME...      these checks only
  deploy/tapbot doctor --full       and all common passwords, up to a minute for each user
  deploy/tapbot doctor --list       what is looked at

A line for each finding: what is wrong, what will come of it, which command repairs it. On a sound
machine one line and, in brackets, one for each empty secret of those that you are given, one if nobody is alerted, one if there is no
copy outside the server, and one if not all that protects the server is applied (deploy/tapbot harden).
Exit codes: 0 all is well, 1 there are findings, 2 wrong usage, 3 rights are missing.""")

ALL = [*HOST, *SETTINGS, *DESCRIPTION, *LINK, *RUNNING, *TRIALS]


def main(arguments):
    if {"-h", "--help"} & set(arguments):
        say(*USAGE)
        return 0
    if arguments == ["--list"]:
        listing(ALL)
        return 0
    if "--full" in arguments:
        os.environ["TAPBOT_DOCTOR_FULL"] = "yes"
        arguments = [word for word in arguments if word != "--full"]
    known = {check.name for check in ALL}
    if not set(arguments) <= known:
        warn(*USAGE)
        return 2
    chosen = [check for check in ALL if not arguments or check.name in arguments]
    found, unchecked = run_checks(chosen)
    code = report(found, unchecked)
    for name in not_given() if "secret-value" in {check.name for check in chosen} else []:
        say(f"(секрет {name} пуст, то, для чего он нужен, выключено; записать: sudo deploy/tapbot secrets set {name})",
            f"(the secret {name} is empty, what it is for is off; to put it in: sudo deploy/tapbot secrets set {name})")
    with contextlib.suppress(Unchecked):
        if "alerts" in {check.name for check in chosen} and nobody_told():
            say("(health никому не сообщит о неполадках; включить: docs/first-start.md, шаг 12)",
                "(health tells nobody what is wrong; to switch it on: docs/first-start.md, step 12)")
    if not arguments and os.geteuid() == 0 and os.path.isfile(tree.ENV_FILE) and not backup_place.Stack().prepared():
        say("(резервной копии нет; включить: sudo deploy/tapbot backup init, подробнее: docs/backup.md)",
            "(there is no copy outside this server; to switch it on: sudo deploy/tapbot backup init, more: docs/backup.md)")
    open_still = harden.missing(tree.env_read()) if not arguments and os.geteuid() == 0 and os.path.isfile(tree.ENV_FILE) else []
    if open_still:
        say(f"(защита сервера применена не вся, нет {', '.join(open_still)}; посмотреть: sudo deploy/tapbot harden)",
            f"(not all that protects the server is applied, {', '.join(open_still)} missing; to look: sudo deploy/tapbot harden)")
    if not found:
        say(f"Всё в порядке: проверок {len(chosen) - len(unchecked)}.",
            f"All is well: {len(chosen) - len(unchecked)} checks.")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
