# SPDX-License-Identifier: MIT
"""rollback: replaces the current version with the previous one, like deploy; the database is not changed."""
import re
import shlex
import sys

from say import answer_help, die
from stack import deploy, deploy_lock, releases, rollout, settings, tree, up

USAGE = ("""deploy/tapbot rollback: вернуть версию, которая работала до этой.

  deploy/tapbot rollback [сервис...]              предыдущая версия (всех своих сервисов или названных)
  deploy/tapbot rollback --version V [сервис...]  именно эта: её образы должны быть здесь
  deploy/tapbot rollback --plan | --yes           только план; без вопроса

База остаётся как есть. Если старая версия не умеет работать с этой базой, команда отказывает и называет самую старую, которая умеет.
Коды выхода: 0 работает прежняя версия, 1 не получилось (ничего не изменено), 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot rollback: go back to the previous version.

  deploy/tapbot rollback [service...]              the previous version (of all our services, or of these)
  deploy/tapbot rollback --version V [service...]  this version: its images must be on this machine
  deploy/tapbot rollback --plan | --yes            only print the plan; without confirmation

The database is not changed. If the old version cannot work with it, the command refuses and names the oldest version that can.
Exit codes: 0 the previous version serves, 1 failed (nothing was changed), 2 wrong usage, 3 something is missing on this machine.""")


def schema_of(service, version):
    """The schema version for which an image was built, or None."""
    output = tree.docker("run", "--rm", "--network", "none", releases.image_of(service, version), "--version").stdout
    found = re.search(r"schema (?:version )?(\d+)", output)
    return int(found[1]) if found else None


def needed(service):
    """The oldest schema version whose programs work with the current database, or None if the database is not on this server."""
    done = tree.psql(f"SELECT coalesce(max(min_compatible), 0) FROM {service.short}.schema_migration WHERE set_name = ''", "tapbot")
    return int(done.stdout) if done and done.returncode == 0 and done.stdout.strip().isdigit() else None


def targets(names, before, named):
    """(the services to be rolled back, the versions after it). If one of them has an unfinished deploy, or instances of another version than the
    recorded one, they return to the recorded versions."""
    recorded, ours = deploy.recorded_versions(), releases.ours(names)
    interrupted = any(rollout.begun(one.name) is not None or {releases.version_of(copy) for copy in rollout.copies(one.name)} - {recorded[one.name]} for one in ours)
    chosen = [one for one in ours if names or named or interrupted or releases.history(one.name)]
    found = {one.name: target(one, before[one.name], named or interrupted and recorded[one.name]) for one in chosen}
    return list(found), {**before, **found}


def target(service, running, named):
    """The version to go back to; exits if there is none."""
    known = [one for one in releases.history(service.name, good=True) if one != running]
    version = named or (known[-1] if known else None)
    if not version:
        die(1, f"{service.name}: здесь ещё не было другой версии.", f"{service.name}: no other version has run here yet.")
    if not up.image_there(releases.image_of(service.name, version)):
        die(1, f"Образа {releases.image_of(service.name, version)} здесь нет. Какие есть: docker image ls tapbot/{service.name}",
            f"The image {releases.image_of(service.name, version)} does not exist here. Existing ones: docker image ls tapbot/{service.name}")
    least, has = needed(service), schema_of(service.name, version)
    if least is not None and has is not None and has < least:
        able = [one for one in known if up.image_there(releases.image_of(service.name, one)) and (schema_of(service.name, one) or 0) >= least]
        there = (" (на сервере 2)", " (on server 2)") if tree.link_server() == "1" else ("", "")
        oldest, undone = able[0] if able else running, releases.replaced_by(service.name, version) or running
        die(1, f"{service.name} {version} не сможет работать с нынешней базой: она сделана для схемы {has}, нужна {least} или новее. "
               f"Самая старая, которая сможет: {oldest}. Команда: deploy/tapbot rollback --version {oldest} {service.name}\n"
               f"Вернуть и базу, потеряв всё, что записано с тех пор: deploy/tapbot restore --before-deploy {undone}{there[0]}",
            f"{service.name} {version} cannot work with the current database: it was built for schema {has}, {least} or newer is needed. "
            f"The oldest version that can: {oldest}. Command: deploy/tapbot rollback --version {oldest} {service.name}\n"
            f"To restore the database too, losing all that was written since: deploy/tapbot restore --before-deploy {undone}{there[1]}")
    return version


def main(arguments):
    answer_help(arguments, USAGE)
    given, names = deploy.options_of(arguments, USAGE, {"--version": r"\w[\w.-]{0,127}"})
    deploy.prepared()
    before, asked = deploy.running_versions(), names
    names, versions = targets(asked, before, given.get("--version"))
    if not names:
        die(1, "Возвращаться некуда: deploy здесь ещё не выполняли.", "There is no previous version: nothing has been deployed here yet.")
    deploy.plan(names, versions, before, 0)
    if "--plan" in given:
        return 0
    deploy.agreed(given)
    deploy.interrupt_on_signals()
    with deploy_lock.held(shlex.join(["rollback", *arguments])):
        deploy.as_planned((before, (names, versions)), (now := deploy.running_versions(), targets(asked, now, given.get("--version"))))
        timings = deploy.Timings()
        touched, why = deploy.put_in_place(names, versions, 0, timings)
        if why:
            deploy.back(touched, before, timings)
            deploy.refused("rollback", touched, why)
        releases.write(versions, before, up.description(), "rollback")
        settings.note_change("rollback", " ".join(f"{name}={versions[name]}" for name in names), "done")
        timings.show()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
