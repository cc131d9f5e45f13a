# SPDX-License-Identifier: MIT
"""deploy: starts a new version next to the old one, compares them, then replaces the old one without losing a request.
rollback does the same with the previous version."""
import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
import time

import services
from say import answer_help, confirm, die, print_table, say, step, text, warn
from stack import backup, backup_place, deploy_lock, deploy_other, directus, n8n, peer, releases, rollout, schemas, settings, smoke, tree, up
from stack.checks_description import DESCRIPTION
from stack.checks_host import HOST
from stack.checks_settings import SETTINGS
from stack.findings import report, run_checks
from stack.init import version
from stack.trial import TRIALS

USAGE = ("""deploy/tapbot deploy: выкатить новую версию своих сервисов, не потеряв ни одного запроса.

  deploy/tapbot deploy                    все сервисы, версия из Git этого каталога
  deploy/tapbot deploy СЕРВИС...          только эти
  deploy/tapbot deploy --plan             только план
  deploy/tapbot deploy --yes              без вопроса
  deploy/tapbot deploy --version V        версия, образы которой уже здесь
  deploy/tapbot deploy --bake 60          сколько секунд сравнивать новую копию со старой (DEPLOY_BAKE в .env, 60)
  deploy/tapbot deploy --here             только этот сервер, когда серверов два

Для каждого сервиса: образ, проверка настроек, миграции, вопросы к пробной копии без гостей, новая копия рядом со старой, сравнение
ошибок и задержек обеих, затем старая заканчивает начатое и останавливается. Если что-то не так, новая копия убирается, старая всё это время работает.
Прерванный или убитый deploy можно запустить снова: он продолжит. Те же шаги применяют правки .env и новые секреты.
Серверов два? С любого выкатываются оба: сначала сервер 2, потом сервер 1, его образы приходят с сервера 2. Не получилось на одном:
прежняя версия возвращается на обоих.
Назад: deploy/tapbot rollback
Коды выхода: 0 выкачено, 1 не получилось (работает прежняя версия), 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot deploy: deploy a new version of our services without losing a request.

  deploy/tapbot deploy                    all services, the version of this folder's Git checkout
  deploy/tapbot deploy SERVICE...         only these services
  deploy/tapbot deploy --plan             only print the plan
  deploy/tapbot deploy --yes              without confirmation
  deploy/tapbot deploy --version V        a version whose images are on this machine
  deploy/tapbot deploy --bake 60          seconds for which the new instance is compared with the old one (DEPLOY_BAKE in .env, 60)
  deploy/tapbot deploy --here             only this server, if there are two

For each service: build of the image, check of the settings, migrations, requests to a trial instance without traffic, a new
instance next to the old one, comparison of the errors and latency of both; then the old instance finishes its requests and
stops. If something is wrong, the new instance is removed; the old one serves all the time. A deploy that was interrupted or
killed may be run again and continues. Changes of .env and new secrets are applied in the same way.
With two servers, both are deployed from either: first server 2, then server 1, whose images come from server 2. If one fails, both
go back to the previous version.
To roll back: deploy/tapbot rollback
Exit codes: 0 deployed, 1 failed (the previous version serves), 2 wrong usage, 3 something is missing on this machine.""")

BAKE_SECONDS = 60
KEEP_IMAGES = 5
WATCH_SECONDS = 600
VERSION = r"\w[\w.-]{0,127}"
OPTIONS = {"--version": VERSION, "--bake": r"\d{1,4}"}


class Timings:
    """The durations of the steps, printed at the end."""

    def __init__(self):
        self.rows, self.began = [], time.monotonic()

    @contextlib.contextmanager
    def of(self, russian, english):
        step(russian, english)
        began = time.monotonic()
        try:
            yield
        finally:
            self.rows.append([text(russian, english), f"{time.monotonic() - began:.1f} {text('с', 's')}"])

    def show(self):
        self.rows.append([text("всего", "total"), f"{time.monotonic() - self.began:.1f} {text('с', 's')}"])
        print_table(self.rows)


def options_of(arguments, usage, valued, alone=("--yes", "--plan")):
    """({option: value}, names); exits with the usage if the arguments are wrong."""
    given, names, words = {}, [], list(arguments)
    known = {one.name for one in services.services()}
    while words:
        word = words.pop(0)
        if word in alone:
            given[word] = True
        elif word in valued and words and re.fullmatch(valued[word], words[0], re.ASCII):
            given[word] = words.pop(0)
        elif word in known:
            names.append(word)
        else:
            die(2, *usage)
    return given, names


def refuse(checks):
    found, _ = run_checks([check for check in checks if check.fatal])
    if found:
        report(found)
        die(1, "Ничего не изменено: работает прежняя версия. Исправьте и повторите.",
            "Nothing was changed: the previous version serves. Fix the problem and try again.")


def prepared():
    """The description of the running stack; exits if it does not run."""
    if not os.path.isfile(tree.ENV_FILE):
        die(3, "Машина не подготовлена. Сначала: sudo deploy/tapbot init", "The machine is not prepared. First: sudo deploy/tapbot init")
    tree.env_read()
    tree.engine_needed()
    if not tree.running("traefik"):
        die(1, "Стек не запущен. Сначала: deploy/tapbot up", "The stack is not running. First: deploy/tapbot up")
    return up.description()


def running_versions():
    """{service of ours: the version of its oldest instance, otherwise the planned version}."""
    planned, default = releases.read(), tree.env_read().get("TAPBOT_VERSION") or "dev"
    found = {one.name: planned.get(one.name, default) for one in releases.here()}
    return {**found, **{name: releases.version_of(there[0]) for name in found if (there := rollout.copies(name))}}


def recorded_versions():
    """{service of ours: its version after the last deploy that has ended}. A killed deploy does not change it. Before the first deploy it is
    the version of .env, or the running one if that was never built."""
    pinned, default = releases.read(), tree.env_read().get("TAPBOT_VERSION") or "dev"
    return {name: pinned.get(name) or (default if up.image_there(releases.image_of(name, default)) else version)
            for name, version in running_versions().items()}


@contextlib.contextmanager
def trying(versions):
    """Context in which the compose description has these versions."""
    path = os.path.join(deploy_lock.FOLDER, "next.yml")
    known = up.description()
    os.makedirs(deploy_lock.FOLDER, exist_ok=True)
    settings.write_file(path, releases.text(versions, known), 0o644)
    tree.release.append(os.path.relpath(path, tree.ROOT))
    tree.forget()
    try:
        yield
    finally:
        tree.release.pop()
        tree.forget()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


def lacking_of(names, wanted):
    """The images that are missing on this machine."""
    return [image for image in (releases.image_of(name, wanted) for name in names) if not up.image_there(image)]


def images(names, wanted, fixed):
    """Builds the missing images of that version from this folder. A version given with --version is never built."""
    lacking = lacking_of(names, wanted)
    if lacking and fixed:
        up.plan_bring(lacking)
        die(1, f"Нет образов: {', '.join(lacking)}. Какие есть: docker image ls 'tapbot/*'",
            f"Missing images: {', '.join(lacking)}. Existing ones: docker image ls 'tapbot/*'")
    if lacking:
        up.source_of_build()
        bodies = up.description()["services"]
        ways = {body["image"]: name for name, body in bodies.items() if body.get("build") and body.get("image") in lacking}
        if not up.build_of(ways.values(), wanted):
            die(1, "Сборка не удалась, подробности выше. Работает прежняя версия.", "The build failed, see above. The previous version serves.")


def restore_point(name):
    """Creates a restore point in the WAL, for `restore --before-deploy`, unless the name is None, and makes the copies of every tick, if
    copies are on. Jobs with a time of day, such as the drill, can take hours, so they are left to the timer. A failure is reported and
    does not stop the deploy."""
    done = name and tree.psql(f"SELECT pg_create_restore_point('{name}')")
    if done and done.returncode:
        warn(f"Точка восстановления не записана: {backup_place.last_line(done)}", f"The restore point was not created: {backup_place.last_line(done)}")
    try:
        failed = backup.tick(backup_place.here(), {}, backup.OF_EVERY_TICK)
    except (backup_place.Failed, OSError):
        failed = 1
    if failed:
        warn("Копия перед миграциями не удалась, выкатка продолжается. Посмотреть: deploy/tapbot backup",
             "The copy before the migrations failed, the deploy goes on. To inspect: deploy/tapbot backup")


def remove_old_images(names):
    """Removes images except for the last KEEP_IMAGES versions of each service that ran here."""
    for name in names:
        kept = set(releases.history(name)[-KEEP_IMAGES:])
        for line in tree.docker("image", "ls", "--format", "{{.Tag}}", f"tapbot/{name}").stdout.split():
            if line not in kept and line in releases.history(name):
                tree.docker("image", "rm", releases.image_of(name, line))


def put_in_place(names, versions, bake, timings):
    """Replaces the instances. Returns the names whose instances may have changed, and the reason why the last of them failed, or
    None."""
    touched = []
    try:
        with trying(versions):
            for name in names:
                touched.append(name)
                with timings.of(f"{name}: {versions[name]}", f"{name}: {versions[name]}"):
                    rollout.replace(name, bake)
    except rollout.Refused as why:
        return touched, why
    except KeyboardInterrupt:
        return touched, interrupted()
    return touched, None


def interrupted():
    return rollout.Refused("прервано", "interrupted")


def runs_here(names):
    known = {one.name for one in releases.ours()}
    return [name for name in names if name in known]


def back(touched, before, timings):
    """Starts instances of the previous versions again, without a comparison because they are known to work."""
    for name in touched:
        rollout.give_up(name)
    known = {name: version for name, version in before.items() if name in touched}
    _, why = put_in_place(runs_here(known), before, 0, timings)
    if why:
        die(1, f"И прежняя версия не поднимается: {why.why[0]}. Посмотрите: deploy/tapbot status",
            f"The previous version does not start either: {why.why[1]}. To inspect: deploy/tapbot status")


def undo(touched, versions, before, timings):
    """The reverse of carry_out(), which changes nothing if only settings or secrets are applied."""
    if versions != before:
        back(touched, before, timings)


def note_refused(names, verb="deploy"):
    settings.note_change(verb, " ".join(names), "refused")


def refused(verb, names, why):
    note_refused(names, verb)
    die(1, f"Не выкачено: {why.why[0]}.\nРаботает прежняя версия. Подробности: deploy/tapbot logs {names[-1]}",
        f"Not deployed: {why.why[1]}.\nThe previous version serves. Details: deploy/tapbot logs {names[-1]}")


def plan(names, versions, before, bake, building=()):
    say("План:", "Plan:")
    for name in names:
        if name not in runs_here([name]):
            print(f"  {name:<12} {before[name]} -> {versions[name]}  ({text('только его миграции', 'only its migrations')})")
            continue
        there = rollout.copies(name)
        copies, old = len(there), ", ".join(dict.fromkeys(map(releases.version_of, there))) or before[name]
        how = text("остановка на несколько секунд", "stops for a few seconds") if rollout.shares_a_volume(name) else \
            text(f"рядом, сравнение {bake} с", f"in parallel, compared for {bake} s")
        print(f"  {name:<12} {old} -> {versions[name]}  ({text('копий', 'instances')}: {copies}; {how})")
    if building:
        say(f"  собрать      {', '.join(building)}: несколько минут, процессор занят", f"  build        {', '.join(building)}: takes some minutes and much CPU")
        up.plan_bring(building)
    listed = ", ".join(schemas.one_shots("migrate", names)) or text("нет", "none")
    say(f"  миграции     {listed}", f"  migrations   {listed}")


def unlike_git(wanted):
    """Why the code of this folder is not what the name of its version says, in Russian and English, or None."""
    if wanted == "dev":
        return "Git не назвал версию, поэтому она dev; образы dev, которые уже есть, заново не собираются", "Git names no version, so it is dev; existing images of dev are not built again"
    status = tree.run("git", "--no-optional-locks", "-C", tree.ROOT, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=no").stdout
    edited = [line[len("XY "):] for line in status.split("\0")[:-1]]
    return (f"с правками, которых нет в Git: {', '.join(edited[:3])}", f"with changes that are not in Git: {', '.join(edited[:3])}") if edited else None


def agreed(given):
    if "--yes" not in given and not confirm("\nВыкатить?", "\nDeploy?"):
        die(1, "Ничего не изменено.", "Nothing was changed.")


def watch_on(names, versions, before):
    """Starts the monitoring of the deploy for ten minutes, in the background, so that the terminal may be closed. Services whose version has
    not changed are not monitored: with the same settings, an older version would not be better."""
    names = [name for name in names if versions[name] != before[name]]
    seconds = int(tree.env_read().get("DEPLOY_WATCH") or WATCH_SECONDS)
    if not seconds or not names:
        return
    with open(os.path.join(deploy_lock.FOLDER, "watch.log"), "a", encoding="utf-8") as log:
        subprocess.Popen([sys.executable, "-B", "-m", "stack.deploy_watch", str(seconds), *(f"{name}={versions[name]}" for name in names)],
                         stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=tree.ROOT)
    say(f"Ещё {seconds // 60} мин за ними следят: станет красным или ответит ошибкой больше чем на 5 % запросов, вернётся прежняя версия "
        "(var/deploy/watch.log).",
        f"They are monitored for {seconds // 60} more minutes: one that turns red, or fails more than 5 % of its requests, is rolled back "
        "(var/deploy/watch.log).")


class Output:
    """A stream whose reader may be gone: a deploy is undone to the end even if it cannot print."""

    def __init__(self, stream):
        self.stream = stream

    def __getattr__(self, name):
        return getattr(self.stream, name)

    def write(self, text):
        try:
            return self.stream.write(text)
        except OSError:
            return len(text)

    def flush(self):
        try:
            self.stream.flush()
        except OSError:
            pass


def interrupt_on_signals():
    """A closed terminal and SIGTERM interrupt the program as Ctrl-C does. A closed terminal accepts no output, and may be reported
    more than once: by the kernel, and by the shell. With nohup the program goes on."""
    def interrupt(*_):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        raise KeyboardInterrupt
    for one in (signal.SIGHUP, signal.SIGTERM):
        if signal.getsignal(one) != signal.SIG_IGN:
            signal.signal(one, interrupt)
    sys.stdout, sys.stderr = Output(sys.stdout), Output(sys.stderr)


def as_planned(shown, now):
    """Exits if the versions have changed between the plan and the lock."""
    if shown != now:
        die(1, "Пока вы решали, кто-то другой изменил версии. Ничего не сделано, повторите.",
            "The versions were changed by someone else in the meantime. Nothing was done; try again.")


def versions_of(names, wanted):
    """(the versions to which a failed deploy goes back, those after the deploy)"""
    return recorded_versions(), {**running_versions(), **{name: wanted for name in names}}


def pin(before):
    """Before the first deploy, writes the versions that run to the override: otherwise, if that is refused, `up` would build this code under
    their names."""
    if not releases.read():
        there = {name: version for name, version in before.items() if up.image_there(releases.image_of(name, version))}
        releases.write(there, there, up.description(), "deploy")


def prepare(names, versions, fixed, timings):
    """The steps that change nothing that runs; exits if one fails."""
    with timings.of("Проверяю машину, настройки и описание", "Checking the machine, the settings and the description"):
        refuse([*HOST, *SETTINGS, *DESCRIPTION])
    with trying(versions):
        with timings.of("Образы", "Images"):
            images(names, versions[names[0]], fixed)
        with timings.of("Пробую настройки на новых программах", "Trying the settings with the new programs"):
            refuse(TRIALS)


def carry_out(names, versions, before, bake, timings):
    """Migrates and replaces the instances; returns the same as put_in_place()."""
    with contextlib.ExitStack() as questions:
        with timings.of("Спрашиваю прежнюю копию", "Asking the previous instance"):
            questions.enter_context(smoke.compared(runs_here(names)))
        with trying(versions):
            # A point of the same version again would be after its migrations.
            restore_point(f"deploy-{versions[names[0]]}"[:63] if versions != before else None)
            try:
                with timings.of("Миграции", "Migrations"):
                    schemas.migrate(names)
            except rollout.Refused as why:
                return [], why
        return put_in_place(runs_here(names), versions, bake, timings)


def commit(names, versions, before):
    """Makes the versions those of this server."""
    releases.write(versions, before, up.description(), "deploy")
    remove_old_images(names)
    settings.env_complete()
    directus.ensure()
    n8n.ensure()
    settings.note_change("deploy", " ".join(f"{name}={versions[name]}" for name in names), "done")


# ---- the other server

def from_server_2(given, names):
    """Deploys from the other server, which has the database and all images; returns the exit code of that."""
    words = [*names, *(part for option in OPTIONS if option in given for part in (option, given[option]))]
    with deploy_other.Other("deploy", "--plan", *words) as other:
        code = other.run()
    if code or "--plan" in given:
        return code
    agreed(given)
    with deploy_other.Other("deploy", "--yes", *words) as other:
        return other.run()


def on_server_1(around, names, wanted, bake):
    """The part of the deploy on server 1, which shows its plan, and the images that it lacks. `around` ends it."""
    other = around.enter_context(deploy_other.Other("session"))
    known = other.require(names=names, version=wanted, bake=bake, who=deploy_other.who())
    if known["code"] != up.commit():
        other.refuse(f"там другой код ({known['code'][:12]}, здесь {up.commit()[:12]}): возьмите ту же версию (git checkout) на обоих",
                     f"it has other code ({known['code'][:12]}, here {up.commit()[:12]}): check out the same version on both")
    return other, known["lacking"]


def ready(other, lacking, timings):
    """Copies the images to server 1 and tries the settings there; exits if one of that fails."""
    with timings.of("Образы на сервер 1", "Images to server 1") if lacking else contextlib.nullcontext():
        if lacking and not deploy_other.load(lacking):
            other.refuse("образы не перенесены", "the images could not be copied")
    other.require(step="check")


def main(arguments):
    answer_help(arguments, USAGE)
    given, names = options_of(arguments, USAGE, OPTIONS, ("--yes", "--plan", "--here"))
    prepared()
    other = None if "--here" in given else peer.number()
    if other == "2":
        return from_server_2(given, names)
    names = [one.name for one in releases.here(names)]
    if not names:
        die(1, "Таких сервисов на этом сервере нет.", "There are no such services on this server.")
    wanted = given.get("--version") or version()
    before, versions = versions_of(names, wanted)
    bake = int(given.get("--bake") or tree.env_read().get("DEPLOY_BAKE") or BAKE_SECONDS)
    plan(names, versions, before, bake, () if "--version" in given else lacking_of(names, wanted))
    doubt = None if "--version" in given else unlike_git(wanted)
    if doubt:
        warn(f"  внимание     {doubt[0]}", f"  warning      {doubt[1]}")
    with contextlib.ExitStack() as around:
        there, lacking = None, []
        if other and any(other in services.one(name).servers for name in names):
            there, lacking = on_server_1(around, names, wanted, bake)
        if "--plan" in given:
            return 0
        agreed(given)
        interrupt_on_signals()
        around.enter_context(deploy_lock.held(shlex.join(["deploy", *arguments])))
        as_planned((before, versions), versions_of(names, wanted))
        if there:
            there.require(step="lock")
        pin(before)
        timings = Timings()
        prepare(names, versions, "--version" in given, timings)
        if there:
            ready(there, lacking, timings)
        touched, why = carry_out(names, versions, before, bake, timings)
        why = why or (there.switch() if there else None)
        if why:
            if there:
                there.end()
            undo(touched, versions, before, timings)
            refused("deploy", touched or names, why)
        commit(names, versions, before)
        if there:
            there.commit()
        timings.show()
    known = [f" ({one})" for one in doubt] if doubt else ["", ""]
    say(f"Выкачено: {wanted}{known[0]}. Назад: deploy/tapbot rollback", f"Deployed: {wanted}{known[1]}. To roll back: deploy/tapbot rollback")
    watch_on(runs_here(names), versions, before)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
