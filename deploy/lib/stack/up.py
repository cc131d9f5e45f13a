# SPDX-License-Identifier: MIT
"""up: starts the stack on a prepared machine, or applies changes. Prints the plan first and leaves unchanged containers alone. It
may be interrupted and run again."""
import collections
import os
import re
import subprocess
import sys
import time

from say import answer_help, confirm, die, say, step, text, warn
from stack import backup_place, certificates, checks_running, deploy_lock, directus, edge, init, n8n, n8n_owner, releases, rollout, schemas, secret, settings, tree
from stack.checks_description import DESCRIPTION
from stack.checks_host import HOST, table_there
from stack.checks_link import LINK
from stack.checks_settings import SETTINGS
from stack.findings import report, run_checks
from stack.masking import mask, shown
from stack.trial import TRIALS

USAGE = ("""deploy/tapbot up: запустить стек на этой машине, в первый раз или после правок.

  deploy/tapbot up                 показать план, спросить, запустить, дождаться готовности
  deploy/tapbot up --yes           без вопроса
  deploy/tapbot up --plan          только план
  deploy/tapbot up --build         собрать свои образы заново, даже если они есть
  deploy/tapbot up --timeout 300   сколько секунд ждать готовности (300)

Сначала проверяет то, с чем запуск не удастся (validate и важное из doctor). Образы, которые уже есть,
не скачиваются; свои собираются, когда их нет или код другой. Повторный запуск меняет только то, что изменилось.
Коды выхода: 0 всё работает, 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot up: start the stack on this machine, for the first time or after changes.

  deploy/tapbot up                 print the plan, ask for confirmation, start, wait until ready
  deploy/tapbot up --yes           without confirmation
  deploy/tapbot up --plan          only print the plan
  deploy/tapbot up --build         rebuild our own images, even if they exist
  deploy/tapbot up --timeout 300   seconds to wait until ready (300)

First it checks for problems that would make the start fail (validate and the fatal checks of doctor). Existing images are not
pulled; our own are built if they are missing or were built from another commit. A second run changes only what differs.
Exit codes: 0 everything runs, 1 failed, 2 wrong usage, 3 something is missing on this machine.""")

TIMEOUT = 300
PULL_TRIES = 3
BUILD_LINES = 30


def options_of(arguments):
    given, timeout, words = set(), TIMEOUT, list(arguments)
    while words:
        word = words.pop(0)
        if word in ("--yes", "--plan", "--build"):
            given.add(word)
        elif word == "--timeout" and words and words[0].isdigit():
            timeout = int(words.pop(0))
        else:
            die(2, *USAGE)
    return given, timeout


def check_first():
    """Exits, before anything changes, if a fatal check has findings."""
    step("Проверяю машину, настройки и описание", "Checking the machine, the settings and the description")
    refuse([check for check in [*HOST, *SETTINGS, *DESCRIPTION, *LINK, *checks_running.RUNNING[:1]] if check.fatal])


def refuse(checks):
    """Exits if one of the checks has findings."""
    found, _ = run_checks(checks)
    if found:
        report(found)
        say("Ничего не запущено. Исправьте и повторите: deploy/tapbot up",
            "Nothing was started. Fix the problems and try again: deploy/tapbot up")
        sys.exit(1)


def refuse_other_database(volumes):
    """Exits if .env names another volume than PostgreSQL's container has: an older .env would start the former database of a restore, or an
    empty one. `volumes`: those of a restore, which may have been killed between .env and the container."""
    named, there = tree.env_read().get("POSTGRES_VOLUME") or "tapbot_postgres-data", [one for one in init.mounted_volumes() if one]
    if there and not {named, *volumes.values()} & set(there):
        die(1, f"В .env записана другая база ({named}), не та, что в контейнере PostgreSQL. Ничего не запущено. Впишите её в .env и повторите: POSTGRES_VOLUME={there[0]}",
            f".env names another database ({named}) than PostgreSQL's container has. Nothing was started. Write this one in .env and try again: POSTGRES_VOLUME={there[0]}")


def description():
    known, wrong = tree.configuration()
    if known is None:
        die(1, f"Описание не читается: {wrong}", f"The description cannot be read: {wrong}")
    return known


def image_there(image):
    return tree.docker("image", "inspect", image).returncode == 0


def commit():
    return tree.run("git", "-C", tree.ROOT, "rev-parse", "HEAD").stdout.strip()


def outdated(image):
    """Whether an image of ours is missing or was built from another commit than this folder's."""
    labels = tree.docker_json("image", "inspect", "--format", "{{json .Config.Labels}}", image)
    if labels is None:
        return not image_there(image)
    revision = labels.get("org.opencontainers.image.revision", "")
    here = commit()
    return bool(re.fullmatch(r"[0-9a-f]{40}", revision) and here and revision != here)


def plan_bring(images):
    """Prints the command that copies images to server 1 instead of building them there."""
    if command := releases.bring_command(images):
        say(f"  Эта версия уже на сервере 2? Перенесите её образы оттуда, командой на своём компьютере (в Windows — в Git Bash или WSL):\n    {command}",
            f"  If this version is already on server 2, copy its images from there with this command on your computer (on Windows in Git Bash or WSL):\n    {command}")


def lost(known):
    """The missing images of deployed versions: those of this folder's version, which are built again, and the others."""
    images = {one["image"] for one in known["services"].values() if one.get("build")}
    gone = sorted(image for image in releases.pinned() & images if not image_there(image))
    again = [image for image in gone if image.endswith(f":{init.version()}")]
    return again, [image for image in gone if image not in again]


def refuse_lost(images):
    """Exits if there are such images: this folder has other code. The command does not depend on a running stack, as `deploy` does."""
    if not images:
        return
    plan_bring(images)
    version, names = images[0].rpartition(":")[2], ", ".join(images)
    if tree.run("git", "-C", tree.ROOT, "rev-parse", "--quiet", "--verify", f"{version}^{{commit}}").returncode == 0:
        die(1, f"Нет образов выкаченной версии: {names}. В этой папке другой код, взять тот и собрать их: git checkout {version} && sudo deploy/tapbot up",
            f"Images of the deployed version are missing: {names}. This folder has other code; to build them from theirs: git checkout {version} && sudo deploy/tapbot up")
    die(1, f"Нет образов выкаченной версии: {names}, и Git её не знает. Запустить код этой папки: sudo rm {tree.RELEASE} && sudo deploy/tapbot up",
        f"Images of the deployed version are missing: {names}, and Git does not know it. To start this folder's code: sudo rm {tree.RELEASE} && sudo deploy/tapbot up")


def plan(known, everything):
    """Prints the plan; returns (services to build, images to pull, services to stop)."""
    services = known["services"]
    again, gone = lost(known)
    if not again:
        refuse_lost(gone)
    ours, pinned = {name: one["image"] for name, one in services.items() if one.get("build")}, releases.pinned()
    # A deployed version that is there is never rebuilt under its name, and each image is built once.
    builders = {image: name for name, image in sorted(ours.items(), reverse=True) if image not in pinned or image in again}
    build = sorted(name for image, name in builders.items() if everything or outdated(image))
    built = set(ours.values())
    pull = sorted({one["image"] for one in services.values() if one.get("image") not in built
                   and not image_there(one["image"])})
    networks = [body.get("name", key) for key, body in checks_running.used_networks(known).items()]
    new = [name for name in networks if tree.docker("network", "inspect", name).returncode != 0]
    running = {tree.service_of(one) for one in tree.containers() if one["State"]["Running"]}
    start = [name for name in services if name not in running]
    stop = sorted(running - set(services))
    env, other, former = tree.env_read(), certificates.other_authority(), certificates.of_other_domains()
    nothing = text("ничего", "nothing")
    say("План:", "Plan:")
    say(f"  домен      {tree.domain()}, профили {env.get('COMPOSE_PROFILES', '?')}, версия {releases.shown()}",
        f"  domain     {tree.domain()}, profiles {env.get('COMPOSE_PROFILES', '?')}, version {releases.shown()}")
    say(f"  собрать    {', '.join(build) or nothing}", f"  build      {', '.join(build) or nothing}")
    plan_bring([services[name]["image"] for name in build])
    if gone:
        say(f"  нет        {', '.join(gone)}: в этой папке другой код, команда в конце", f"  missing    {', '.join(gone)}: this folder has other code, see the end")
    say(f"  скачать    {', '.join(pull) or nothing}", f"  pull       {', '.join(pull) or nothing}")
    say(f"  сети       создать {', '.join(new) or nothing}", f"  networks   create {', '.join(new) or nothing}")
    say(f"  запустить  {', '.join(start) or nothing}", f"  start      {', '.join(start) or nothing}")
    say(f"  работают   {', '.join(sorted(running)) or nothing} (будут заменены, только если их описание изменилось)",
        f"  running    {', '.join(sorted(running)) or nothing} (replaced only if their description has changed)")
    if stale := [tree.service_of(one) for one in secret.stale()]:
        say(f"  заново     {', '.join(stale)}: секрет записан позже, чем они запущены", f"  restart    {', '.join(stale)}: a secret was written after their start")
    if stop:
        say(f"  остановить {', '.join(stop)} (их профиля больше нет в .env; данные остаются)",
            f"  stop       {', '.join(stop)} (their profile is no longer in .env; data are kept)")
    if other:
        say(f"  заново     сертификаты: прежние выпустил {other}; Traefik на несколько секунд остановится",
            f"  renew      certificates: the old ones were issued by {other}; Traefik stops for some seconds")
    elif former:
        say(f"  убрать     сертификаты не этого домена: {', '.join(former)}; Traefik на несколько секунд остановится",
            f"  remove     certificates that are not of this domain: {', '.join(former)}; Traefik stops for some seconds")
    return build, pull, stop


def print_docker(line):
    print(f"    docker: {mask(line.rstrip())}", flush=True)


def stream(*command, last=None):
    """Runs a command and prints its output, indented and with secrets masked. `last`: prints only so many of the last lines, and
    only if the command fails."""
    tail = collections.deque(maxlen=last)
    with subprocess.Popen(command, cwd=tree.ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace") as process:
        for line in process.stdout:
            (tail.append if last else print_docker)(line)
    for line in tail if process.returncode else ():
        print_docker(line)
    return process.returncode


def build_of(names, version=None):
    """Builds the images of these services, whose programs report `version` instead of that of .env; returns whether all were built. The
    end of a failed build's output is printed with the compiler's messages, which compose --quiet would suppress."""
    command = tree.compose_command("--progress", "plain", "build", *names)
    return stream(*(["env", f"TAPBOT_VERSION={version}"] if version else []), *command, last=BUILD_LINES) == 0


def source_of_build():
    """Sets the commit and its time for the images' labels, so that builds of one commit are identical."""
    revision = commit()
    when = tree.run("git", "-C", tree.ROOT, "log", "-1", "--format=%ct").stdout.strip()
    if revision:
        os.environ.setdefault("TAPBOT_REVISION", revision)
    if when.isdigit():
        os.environ.setdefault("SOURCE_DATE_EPOCH", when)


def images(known, build, pull):
    for image in pull:
        step(f"Скачиваю {image}", f"Pulling {image}")
        for last in range(PULL_TRIES):
            if stream("docker", "pull", "-q", image) == 0:
                break
            if last == PULL_TRIES - 1:
                die(1, f"Образ {image} не скачался. Проверьте сеть и повторите: deploy/tapbot up",
                    f"The image {image} could not be pulled. Check the network and try again: deploy/tapbot up")
            time.sleep(2 << last)
    if build:
        step(f"Собираю {', '.join(build)}", f"Building {', '.join(build)}")
        source_of_build()
        deployed = [name for name in build if known["services"][name]["image"] in releases.pinned()]
        others = [name for name in build if name not in deployed]
        if others and not build_of(others) or deployed and not build_of(deployed, init.version()):
            die(1, "Сборка не удалась, подробности выше. Повторить: deploy/tapbot up",
                "The build failed, see above. To try again: deploy/tapbot up")


def state_of(known, container):
    """ready, waiting or failed."""
    service, state = known["services"].get(tree.service_of(container)), container["State"]
    if service is None:
        return "ready"
    if service.get("restart") == "no":
        if state["Status"] == "exited":
            return "ready" if state["ExitCode"] == 0 else "failed"
        return "waiting"
    if not state["Running"] and state["Status"] == "exited":
        return "failed"
    health = tree.health_of(state)
    if state["Status"] == "restarting" or health == "unhealthy":
        return "failed"
    return "ready" if state["Running"] and health in (None, "healthy") else "waiting"


def explain(failed):
    """Prints each failed container, the reason, and the command for its logs."""
    for container in failed:
        name, state = container["Name"].lstrip("/"), container["State"]
        why = checks_running.probe_words(state) if state["Running"] else ""
        if state.get("OOMKilled"):
            why = text("не хватило предела памяти", "its memory limit was too low")
        code = state["ExitCode"]
        warn(f"\n{name} не работает ({state['Status']}, код {code}){': ' + why if why else ''}. Последние строки:",
             f"\n{name} does not work ({state['Status']}, code {code}){': ' + why if why else ''}. Its last lines:")
        logs = tree.docker("logs", "--tail", "8", container["Id"])
        for line in (logs.stdout + logs.stderr).strip().splitlines()[-8:]:
            print("    " + shown(line)[:300], file=sys.stderr)
        warn(f"Подробнее: deploy/tapbot logs {tree.service_of(container)}    После исправления: deploy/tapbot up",
             f"Details: deploy/tapbot logs {tree.service_of(container)}    When it is fixed: deploy/tapbot up")


def wait_ready(known, timeout):
    """Waits until all containers are ready; exits with the names of those that are not after the timeout. Starts once again what has
    been stopped meanwhile: Docker still obeys a command that was killed, such as a restore."""
    deadline, reported, restarted = time.monotonic() + timeout, set(), set()
    while True:
        found = tree.containers()
        states = {container["Name"].lstrip("/"): state_of(known, container) for container in found}
        for one in found:
            stays = known["services"].get(tree.service_of(one), {}).get("restart", "no") != "no"
            if stays and one["State"]["Status"] == "exited" and one["Id"] not in restarted:
                restarted.add(one["Id"])
                tree.docker("start", one["Id"], timeout=60)
        waiting = sorted(name for name, state in states.items() if state != "ready")
        for name in sorted(set(states) - set(waiting) - reported):
            reported.add(name)
            say(f"    готов {name}", f"    ready {name}")
        if not waiting:
            return
        if time.monotonic() > deadline:
            explain([one for one in found if states[one["Name"].lstrip("/")] != "ready"])
            die(1, f"За {timeout} с не готовы: {', '.join(waiting)}.", f"Not ready after {timeout} s: {', '.join(waiting)}.")
        time.sleep(1)


def wait_ended(known, names):
    """Waits until these one-shots have finished, because no started container depends on them. Exits if one fails."""
    deadline = time.monotonic() + schemas.MIGRATE_SECONDS
    while True:
        states = [(state_of(known, one), one) for one in tree.containers() if tree.service_of(one) in names]
        left = [one for state, one in states if state != "ready"]
        # A one-shot of another command may end while containers are listed; then the list is empty.
        if not left and {tree.service_of(one) for _, one in states} >= set(names):
            return
        failed = [one for state, one in states if state == "failed"]
        if failed or time.monotonic() > deadline:
            explain(failed or left)
            settings.note_change("up", "stack", "failed")
            die(1, "Миграции не удались. Работают прежние копии.", "The migrations failed. The previous instances serve.")
        time.sleep(0.2)


def replaceable():
    """Our running services whose instances can be replaced one by one without losing requests. Not those with changed Traefik
    labels, because Traefik does not accept different labels of two instances."""
    return [one.name for one in releases.ours() if (there := tree.running(one.name)) and all(rollout.labels_agree(one.name, copy) for copy in there)]


def start(known, timeout):
    step("Запускаю", "Starting")
    rollout.remove_trials()
    ours = replaceable()
    rest = [name for name in known["services"] if name not in ours]
    code = stream(*tree.compose_command("--progress", "quiet", "up", "-d", "--no-build", "--remove-orphans", *rest))
    if code != 0:
        explain([one for one in tree.containers() if state_of(known, one) == "failed"])
        settings.note_change("up", "stack", "failed")
        die(1, "Запуск не удался.", "The start failed.")
    for one in secret.stale():
        secret.restart(one)  # wait_ready() judges it
    wait_ended(known, [*schemas.one_shots("migrate", ours), *schemas.after_migrations(ours)])
    for name in ours:
        try:
            rollout.replace(name, 0)
        except rollout.Refused as why:
            rollout.give_up(name)
            settings.note_change("up", name, "failed")
            die(1, f"{name}: {why.why[0]}. Работает прежняя копия.", f"{name}: {why.why[1]}. The previous instance serves.")
    wait_ready(known, timeout)


def update_trusted():
    """Loads the trusted addresses of .env into the kernel's sets; doctor reports differences."""
    if not os.geteuid() and table_there("tapbot_connections"):
        tree.run("sh", os.path.join(tree.ROOT, "deploy/host/trusted.sh"))


def renew_certificates():
    """Sets the old certificates aside if .env names another authority, or those of a former domain."""
    other, former = certificates.other_authority(), certificates.of_other_domains()
    if not other and not former:
        return
    step("Откладываю прежние сертификаты", "Setting the previous certificates aside")
    for one in tree.running("traefik"):
        tree.docker("stop", "-t", "30", one["Id"], timeout=60)
    certificates.put_aside(None if other else former)


def finish():
    say("\nРаботает. Снаружи:", "\nRunning. From outside:")
    names = sorted(edge.hosts())
    for host in names:
        print(f"  https://{host}/")
    issued = certificates.days()
    if issued is not None:
        count = len(set(names) & set(issued))
        say(f"Сертификаты: {count} из {len(names)}" + ("" if count == len(names) else "; остальные обычно через минуту, ход виден "
                                                       "так: deploy/tapbot logs traefik --level warn"),
            f"Certificates: {count} of {len(names)}" + ("" if count == len(names) else "; the others usually follow within a minute, to "
                                                        "watch: deploy/tapbot logs traefik --level warn"))
    if tree.env_read().get("ACME_SERVER", "").startswith(settings.ACME["staging"]):
        say(f"\nСертификаты пока пробные, браузер предупредит, Telegram не доставит обновлений. Когда всё откроется:\n  {checks_running.REAL}",
            f"\nThese are staging certificates: browsers warn, and Telegram delivers no updates. When all pages open:\n  {checks_running.REAL}")
    ours, made = releases.ours()[0].name, ("", "")
    if tree.link_server() != "1":  # bots and keys are made on the server with the database
        made = ("  deploy/tapbot bots add apartments   бот в Telegram\n  deploy/tapbot shell                 адреса и ключ API\n",
                "  deploy/tapbot bots add apartments   a Telegram bot\n  deploy/tapbot shell                 addresses and an API key\n")
    say(f"\nДальше:\n  deploy/tapbot status\n{made[0]}  deploy/tapbot logs {ours} --follow\nВесь путь до первого гостя: docs/one-evening.md",
        f"\nNext:\n  deploy/tapbot status\n{made[1]}  deploy/tapbot logs {ours} --follow\nThe whole way to the first guest: docs/one-evening.md")


def main(arguments):
    answer_help(arguments, USAGE)
    given, timeout = options_of(arguments)
    if not os.path.isfile(tree.ENV_FILE):
        die(3, "Машина не подготовлена. Сначала: sudo deploy/tapbot init", "The machine is not prepared. First: sudo deploy/tapbot init")
    tree.env_read()  # exits with a message if .env is not readable
    if backup_place.Stack().interrupted():
        die(1, "Этот сервер восстанавливают из копии, и команда не дошла до конца, базы ещё нет. Повторите: sudo deploy/tapbot restore --stack --new-machine",
            "This server is being restored from a copy, the command did not end, and there is no database yet. Again: sudo deploy/tapbot restore --stack --new-machine")
    refuse_other_database(backup_place.Stack().state().get("volumes", {}))
    check_first()
    known = description()
    build, pull, stop = plan(known, "--build" in given)
    if "--plan" in given:
        return 0
    if "--yes" not in given and not confirm("\nЗапустить?", "\nStart?"):
        die(1, "Ничего не запущено.", "Nothing was started.")
    with deploy_lock.held("up"):
        bring_up(known, build, pull, stop, timeout)
    finish()
    return 0


def bring_up(known, build, pull, stop, timeout):
    settings.env_complete()
    images(known, build, pull)
    refuse_lost(lost(known)[1])
    # Tests the new programs before the old ones are stopped.
    refuse([check for check in TRIALS if check.fatal])
    update_trusted()
    renew_certificates()
    if stop:
        # Compose does not treat containers of another profile as orphans.
        step(f"Останавливаю {', '.join(stop)}", f"Stopping {', '.join(stop)}")
        tree.compose("rm", "--stop", "--force", *stop, profiles=["*"], timeout=180)
    start(known, timeout)
    n8n_owner.ensure()
    directus.ensure()
    n8n.ensure()
    settings.note_change("up", releases.shown(), "done")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
