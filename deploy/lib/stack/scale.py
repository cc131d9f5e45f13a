# SPDX-License-Identifier: MIT
"""scale: changes the number of instances of a service without losing a request."""
import shlex
import sys

import services
from say import answer_help, die
from stack import deploy, deploy_lock, releases, rollout, settings

USAGE = ("""deploy/tapbot scale: сколько копий сервиса работает на этом сервере.

  deploy/tapbot scale СЕРВИС ЧИСЛО   от 1 до стольких, сколько позволяет services.tsv

Новая копия запускается рядом и проверяется, лишняя заканчивает начатое и останавливается. Сколько памяти занимает копия: deploy/tapbot status.
Коды выхода: 0 столько и работает, 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot scale: set the number of instances of a service on this server.

  deploy/tapbot scale SERVICE NUMBER   from 1 to the maximum of services.tsv

A new instance is started next to the others and checked; a surplus instance finishes its requests and stops. Memory of an
instance: deploy/tapbot status.
Exit codes: 0 this number runs, 1 failed, 2 wrong usage, 3 something is missing on this machine.""")


def change(name, wanted):
    """Adds or removes instances one by one until `wanted` run."""
    rollout.remove_trials()
    while len(there := rollout.copies(name)) != wanted:
        if len(there) > wanted:
            rollout.remove(there[-1])
        else:
            rollout.judged(rollout.one_more(name), 0)


def main(arguments):
    answer_help(arguments, USAGE)
    known = {one.name: one for one in services.services()}
    if len(arguments) != 2 or arguments[0] not in known or not arguments[1].isdigit():
        die(2, *USAGE)
    one, wanted = known[arguments[0]], int(arguments[1])
    if not 1 <= wanted <= one.copies:
        die(2, f"{one.name}: от 1 до {one.copies} копий (services.tsv).", f"{one.name}: from 1 to {one.copies} instances (services.tsv).")
    deploy.prepared()
    if one.name not in [known.name for known in releases.ours()]:
        die(1, f"{one.name} не для этого сервера.", f"{one.name} does not run on this server.")
    with deploy_lock.held(shlex.join(["scale", *arguments])):
        try:
            change(one.name, wanted)
        except rollout.Refused as why:
            die(1, f"{one.name}: {why.why[0]}.", f"{one.name}: {why.why[1]}.")
        rollout.give_up(one.name)
        settings.note_change("scale", f"{one.name}={wanted}", "done")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
