# SPDX-License-Identifier: MIT
"""doctor: reports problems of this machine and this stack and the commands that repair them. Changes nothing."""
import contextlib
import os
import sys
import time

from say import answer_help, die, say
from stack import backup_place, backup_plan, backup_target, harden, tree
from stack.checks_description import DESCRIPTION
from stack.checks_host import HOST
from stack.checks_link import LINK
from stack.checks_running import RUNNING
from stack.checks_settings import SETTINGS, no_alerts, not_given
from stack.findings import Unchecked, listing, report, run_checks
from stack.trial import TRIALS

USAGE = ("""deploy/tapbot doctor: что не так. Ничего не меняет.

  deploy/tapbot doctor              всё; через sudo: настройки и секреты читает только root
  deploy/tapbot doctor ИМЯ...       только эти проверки
  deploy/tapbot doctor --full       и все частые пароли, это до минуты на пользователя
  deploy/tapbot doctor --list       что проверяется

Каждая находка одной строкой: что не так, чем грозит, какая команда исправит. На исправной машине одна
строка и, в скобках, по строке на пустой секрет из тех, что вам выдают, ещё одна, если некому сообщать, одна, если нет резервной копии или её хранилище
не хранит прежние версии файлов, одна, если карточка восстановления не подтверждена, и одна, если применена не вся защита (deploy/tapbot harden).
Коды выхода: 0 всё хорошо, 1 есть находки, 2 неверные параметры, 3 не хватает прав или ничего не проверено.""",
         """deploy/tapbot doctor: find problems. Changes nothing.

  deploy/tapbot doctor              all checks; with sudo, because only root can read settings and secrets
  deploy/tapbot doctor NAME...      only these checks
  deploy/tapbot doctor --full       also try all common passwords, up to a minute for each user
  deploy/tapbot doctor --list       list the checks

Prints a line for each finding: the problem, its consequence, and the command that repairs it. Without findings it prints one
line and, in brackets, a line for each empty secret that a third party issues, one if no alert channel is configured, one if
there is no backup outside the server or its storage does not retain former versions of files, one if the recovery card is not
confirmed, and one if not all controls of deploy/tapbot harden are applied.
Exit codes: 0 no findings, 1 findings, 2 wrong usage, 3 missing rights or nothing was checked.""")

ALL = [*HOST, *SETTINGS, *DESCRIPTION, *LINK, *RUNNING, *TRIALS]


def copy_notes(place):
    """What the backup lacks, in Russian and English: the backup itself, a confirmed recovery card, or former versions of its objects, which
    the server's key must not be able to delete."""
    if not place.prepared():
        yield ("резервной копии нет; включить: sudo deploy/tapbot backup init, подробнее: docs/backup.md",
               "there is no backup outside this server; to enable it: sudo deploy/tapbot backup init, details: docs/backup.md")
        return
    if backup_plan.card_asked(place.state(), time.time()):
        yield ("карточка восстановления не подтверждена, без неё копию не открыть; подтвердить: sudo deploy/tapbot backup card --confirm",
               "the recovery card is not confirmed, and nothing else opens the backup; to confirm it: sudo deploy/tapbot backup card --confirm")
    for target in place.targets():
        versioned = backup_target.versioned(place, target)
        if versioned is None:
            yield (f"хранит ли {target} прежние версии файлов, узнать не удалось; проверить у поставщика: docs/backup.md, «Место в хранилище S3»",
                   f"it is unknown whether {target} retains former versions of files; to check at its provider: docs/backup.md")
        elif not versioned:
            yield (f"{target} не хранит прежние версии файлов: кто взломает сервер, удалит и копию; включить у поставщика, на 30 дней: docs/backup.md, «Место в хранилище S3»",
                   f"{target} does not retain former versions of files: an intruder on this server can delete the backup, too; to enable them at its provider, for 30 days: docs/backup.md")


def main(arguments):
    answer_help(arguments, USAGE)
    if arguments == ["--list"]:
        listing(ALL)
        return 0
    if "--full" in arguments:
        os.environ["TAPBOT_DOCTOR_FULL"] = "yes"
        arguments = [word for word in arguments if word != "--full"]
    known = {check.name for check in ALL}
    if not set(arguments) <= known:
        die(2, *USAGE)
    chosen = [check for check in ALL if not arguments or check.name in arguments]
    found, unchecked = run_checks(chosen)
    code = report(found, unchecked)
    for name in not_given() if "secret-value" in {check.name for check in chosen} else []:
        say(f"(секрет {name} пуст, то, для чего он нужен, выключено; записать: sudo deploy/tapbot secrets set {name})",
            f"(the secret {name} is empty, so its feature is off; to set it: sudo deploy/tapbot secrets set {name})")
    with contextlib.suppress(Unchecked):
        if "alerts" in {check.name for check in chosen} and no_alerts():
            say("(health никому не сообщит о неполадках; включить: docs/first-start.md, шаг 12)",
                "(health alerts nobody; to configure alerts: docs/first-start.md, step 12)")
    for russian, english in copy_notes(backup_place.Stack()) if not arguments and os.geteuid() == 0 and os.path.isfile(tree.ENV_FILE) else []:
        say(f"({russian})", f"({english})")
    unapplied = harden.missing(tree.env_read()) if not arguments and os.geteuid() == 0 and os.path.isfile(tree.ENV_FILE) else []
    if unapplied:
        say(f"(защита сервера применена не вся, нет {', '.join(unapplied)}; посмотреть: sudo deploy/tapbot harden)",
            f"(the server is not fully hardened, missing: {', '.join(unapplied)}; to see the plan: sudo deploy/tapbot harden)")
    if not found and len(unchecked) == len(chosen):
        say("Ничего не проверено.", "Nothing was checked.")
        return 3
    if not found:
        say(f"Всё в порядке: проверок {len(chosen) - len(unchecked)}.",
            f"No problems found: {len(chosen) - len(unchecked)} checks.")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
