# SPDX-License-Identifier: MIT
"""secrets: creates missing secrets, stores secrets issued by third parties, rotates secrets. All are listed in
deploy/lib/secrets.tsv."""
import getpass
import os
import secrets as random
import sys
import time

import services
from say import answer_help, confirm, die, print_table, say, step, text, warn
from stack import deploy_lock, link_transfer, n8n, rollout, settings, tree
from stack.findings import report, run_checks
from stack.trial import TRIALS

USAGE = ("""deploy/tapbot secrets: секреты стека (каталог secrets/).

  deploy/tapbot secrets list              имена, владельцы, возраст; значения не печатаются
  deploy/tapbot secrets make              сделать недостающие, готовые не трогать; поправить владельцев и права
  deploy/tapbot secrets rotate ИМЯ [--yes]
                                          новое значение и перезапуск тех, кто его читает
  deploy/tapbot secrets rotate --due [--yes]
                                          то же для всех, кому больше 80 дней, по одному
  deploy/tapbot secrets set ИМЯ           записать выданное вам (токен бота): спросит, ничего не покажет; не с
                                          терминала читает одну строку. Пустая выключает то, для чего секрет нужен

Коды выхода: 0 сделано, 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot secrets: the secrets of the stack (folder secrets/).

  deploy/tapbot secrets list              names, owners, age; no values
  deploy/tapbot secrets make              create missing secrets, keep existing ones; correct owners and modes
  deploy/tapbot secrets rotate NAME [--yes]
                                          set a new value and restart the containers that read it
  deploy/tapbot secrets rotate --due [--yes]
                                          the same for all that are older than 80 days, one by one
  deploy/tapbot secrets set NAME          store a secret issued by a third party (a bot's token): prompts for it without
                                          echo, or reads one line if the input is not a terminal. An empty value
                                          disables its feature

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 something is missing on this machine.""")

GIVEN_MAX = 4096  # the maximum length of a variable of our services
RESTART_DEADLINE = 120
DUE_DAYS = 80  # of the 90 that docs/secrets.md promises


def need_root():
    if os.geteuid() != 0:
        die(3, f"Владельцев файлов меняет только root. Повторите: {tree.again()}",
            f"Only root can change the owner of files. Run: {tree.again()}")


def fresh():
    return random.token_hex(32)


# {kind: function that creates the value}. Secrets of kind url are built from others, users by the verb users.
MADE = {"random32": fresh, "key": services.key_make, "given": str}


def write(secret, value):
    settings.write_file(secret.path, value, secret.mode, secret.uid, secret.gid)


def folder_make():
    os.makedirs(tree.SECRETS, exist_ok=True)
    os.chown(tree.SECRETS, 0, 0)
    os.chmod(tree.SECRETS, 0o711)
    # Files of bots are added and removed while the gateway runs, so this is mounted as a folder.
    os.makedirs(tree.BOTS, exist_ok=True)
    os.chown(tree.BOTS, services.one("bot-gateway").uid, 0)
    os.chmod(tree.BOTS, 0o500)


def make_missing():
    """Creates missing secrets and returns their names. Existing ones are never overwritten."""
    folder_make()
    made, table = [], tree.secret_table()
    for secret in table.values():
        if secret.kind in MADE and not os.path.exists(secret.path):
            write(secret, MADE[secret.kind]())
            made.append(secret.name)
    for secret in table.values():
        if secret.template and not os.path.exists(secret.path):
            write(secret, secret.made_of({part: table[part].read() for part in secret.parts}))
            made.append(secret.name)
    return made


def derive():
    """Rebuilds secrets that do not match the secrets they are built from; returns their names."""
    table = tree.secret_table()
    values = {secret.name: secret.read() for secret in table.values()}
    changed = [one for one in table.values() if one.template and values[one.name] != one.made_of(values)]
    for one in changed:
        write(one, one.made_of(values))
    return [one.name for one in changed]


def modes_repair():
    """Corrects owners and modes by the table; returns the names of the changed secrets."""
    repaired = []
    for secret in tree.secret_table().values():
        try:
            now = os.stat(secret.path)
        except FileNotFoundError:
            continue
        if (now.st_uid, now.st_gid, now.st_mode & 0o777) != (secret.uid, secret.gid, secret.mode):
            os.chown(secret.path, secret.uid, secret.gid)
            os.chmod(secret.path, secret.mode)
            repaired.append(secret.name)
    return repaired


def readers(names):
    """Running containers that use one of these secrets, PostgreSQL, Redis and Qdrant first, because others depend on them."""
    description, _ = tree.configuration(everything=True)
    services = [name for name, service in (description or {}).get("services", {}).items()
                if {one["source"] for one in service.get("secrets", [])} & set(names)]
    first = ["postgres", "redis", "qdrant"]
    found = [one for one in tree.containers() if tree.service_of(one) in services and one["State"]["Running"]]
    return sorted(found, key=lambda one: (tree.service_of(one) not in first, one["Name"]))


def restart(container):
    """Restarts one container, so that other instances serve in the meantime. Returns False if it does not become healthy."""
    name = container["Name"].lstrip("/")
    step(f"Перезапускаю {name}", f"Restarting {name}")
    if tree.docker("restart", "-t", "30", name, timeout=90).returncode != 0:
        return False
    deadline = time.monotonic() + RESTART_DEADLINE
    while time.monotonic() < deadline:
        state = tree.docker_json("inspect", "--format", "{{json .State}}", name) or {}
        if state.get("Running") and tree.health_of(state) in (None, "healthy"):
            return True
        time.sleep(0.5)
    return False


def stale():
    """Running containers of others' programs that were started before one of their secrets was written: compose does not replace them.
    Not PostgreSQL, which reads its password only when the cluster is created."""
    found = [one for one in tree.containers() if one["State"]["Running"] and tree.service_of(one) not in (*OURS, "postgres")]
    return [one for one in found if rollout.files_changed(one, tree.SECRETS + os.sep) > time.time() - tree.seconds_since(one["State"].get("StartedAt", "")) + 1]


def alter_role(role, password):
    """Changes the password in the database's container. It is passed through standard input, and statement logging is off."""
    script = ('PGPASSWORD=$(cat "${POSTGRES_PASSWORD_FILE:-/run/secrets/postgres_password}") '
              'exec psql -qX -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d postgres')
    sql = ("SET log_min_duration_statement = -1; SET log_statement = 'none';\n"
           "SET log_min_error_statement = 'panic';\n"
           f"ALTER ROLE {role} PASSWORD '{password}';\n")
    return tree.run("docker", "exec", "-i", "--env", tree.CONNECT, "-u", "postgres", tree.running("postgres")[0]["Id"], "sh", "-c", script,
                    given=sql)


def store_key(short):
    """Runs the container that reads the key from its file and stores its hash."""
    return tree.compose("--progress", "quiet", "run", "--rm", "--no-deps", "-T", f"{short}-key", profiles=["*"])


def known(name):
    """The secret with that name; exits if there is none."""
    table = tree.secret_table()
    if name not in table:
        die(2, f"Нет такого секрета: {name}. Список: deploy/tapbot secrets list",
            f"No such secret: {name}. The list: deploy/tapbot secrets list")
    need_root()
    return table[name]


# Why a secret cannot be rotated, by its column rotation.
NOT_ROTATED = {
    "derived": ("{name} составлен из {parts}: обновляйте этот секрет, {name} изменится сам.",
                "{name} is built from {parts}: rotate that one, and {name} changes with it."),
    "users": ("Пароли BasicAuth меняет: deploy/tapbot users add ИМЯ", "For BasicAuth: deploy/tapbot users add NAME"),
    "never": ("{name} менять нельзя: им зашифровано сохранённое. Потеряете ключ, потеряете данные.",
              "{name} must not change: stored data are encrypted with it. Without the key the data are lost."),
    "by-hand": ("{name} нужен только для первого входа; дальше пароль меняют в самой программе, в её настройках: "
                "войдите, откройте свой профиль, смените пароль.",
                "{name} is for the first login only; after that the password is changed in the program itself: "
                "log in, open your profile, change it."),
    "set": ("{name} вам выдают: получите новое значение там же и запишите: deploy/tapbot secrets set {name}",
            "{name} is issued by a third party: get a new value there and store it: deploy/tapbot secrets set {name}"),
}


OURS = [one.name for one in services.services()]


def ours_of(affected):
    return [one for one in OURS if one in {tree.service_of(container) for container in affected}]


def can_be_replaced(affected):
    """Exits, before anything has changed, if an instance of our services cannot be replaced without downtime."""
    for one in affected:
        if tree.service_of(one) in OURS and not rollout.labels_agree(tree.service_of(one), one):
            die(1, f"Сначала deploy/tapbot up: у {tree.service_of(one)} изменились метки Traefik. Ничего не изменено.",
                f"Run deploy/tapbot up first: the Traefik labels of {tree.service_of(one)} have changed. Nothing was changed.")


def restarted(verb, name, affected):
    """Restarts the containers one by one; instances of our services are replaced without losing requests. Logs the change; exits
    with the names of containers that do not become healthy. The caller holds the lock."""
    failed = [one["Name"].lstrip("/") for one in affected if tree.service_of(one) not in OURS and not restart(one)]
    for service in ours_of(affected):
        try:
            rollout.replace(service, 0)
        except rollout.Refused as why:
            rollout.give_up(service)
            warn(*why.why)
            failed.append(service)
    settings.note_change(f"secrets {verb}", name, "failed: " + " ".join(failed) if failed else "done")
    if failed:
        die(1, f"С новым значением не поднялись: {', '.join(failed)}. Подробности: deploy/tapbot logs {failed[0]}",
            f"Not healthy with the new value: {', '.join(failed)}. Details: deploy/tapbot logs {failed[0]}")


def ages():
    """{name: age in seconds} of the secrets to be rotated here, the oldest first: those that a service of this server reads. Server 2
    rotates what both have."""
    elsewhere = link_transfer.shared() if tree.link_server() == "1" else ()
    description, _ = tree.configuration()
    read = {one["source"] for service in (description or {}).get("services", {}).values() for one in service.get("secrets", [])}
    read |= {part for secret in tree.secret_table().values() if secret.name in read for part in secret.parts}
    found = {}
    for secret in tree.secret_table().values():
        if secret.rotation not in NOT_ROTATED and secret.name not in elsewhere and (secret.name in read or not description) and os.path.exists(secret.path):
            found[secret.name] = time.time() - os.path.getmtime(secret.path)
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def note_of(name):
    """A file that exists while this secret is rotated, and if that did not come to its end."""
    return os.path.join(deploy_lock.FOLDER, f"{name}.rotation")


def due():
    """The names of the secrets to be rotated here that are older than DUE_DAYS or whose rotation has not ended, the oldest first."""
    return [name for name, age in ages().items() if age > DUE_DAYS * 86400 or os.path.exists(note_of(name))]


def rotate_due(sure):
    """If one fails, the command exits; when it is run again, it goes on with that one."""
    need_root()
    names = due()
    if not names:
        say(f"Обновлять нечего: всем секретам меньше {DUE_DAYS} дней.", f"Nothing to rotate: all secrets are younger than {DUE_DAYS} days.")
        return
    say(f"Обновятся по одному: {', '.join(names)}.", f"Rotated one by one: {', '.join(names)}.")
    if not sure and not confirm("Продолжить?", "Continue?"):
        die(1, "Ничего не изменено.", "Nothing was changed.")
    for name in names:
        rotate(name, True)


def rotate(name, sure):
    table, secret = tree.secret_table(), known(name)
    if secret.rotation in NOT_ROTATED:
        die(2, *(words.format(name=name, parts=", ".join(secret.parts)) for words in NOT_ROTATED[secret.rotation]))
    if tree.link_server() == "1" and name in link_transfer.shared():
        die(2, f"{name} есть у обоих серверов: обновите на сервере 2, затем там link export, а здесь link import (docs/two-servers.md).",
            f"Both servers have {name}: rotate it on server 2, then run link export there and link import here (docs/two-servers.md).")
    tree.engine_needed()  # with live restore the containers run without it, and could not be restarted
    if secret.read() is None:
        die(1, f"Секрета {name} ещё нет. Сделать: deploy/tapbot secrets make",
            f"{name} does not exist yet. To create it: deploy/tapbot secrets make")
    followers = [one for one in table.values() if name in one.parts]
    affected = readers([name, *(one.name for one in followers)])
    keeper = secret.rotation.partition(":")[0]
    if keeper in ("role", "key") and not tree.running("postgres"):
        die(1, f"PostgreSQL не запущен, а {name} хранится и в нём. Сначала: deploy/tapbot up",
            f"PostgreSQL is not running, and {name} is stored there too. First: deploy/tapbot up")
    if keeper == "role":
        # ALTER ROLE changes the password in the database, which reads the file only when the cluster is created.
        affected = [one for one in affected if tree.service_of(one) != "postgres"]
    listed = ", ".join(one["Name"].lstrip("/") for one in affected) or text("никто", "nothing")
    say(f"План: новое значение {name}; вместе с ним {', '.join(o.name for o in followers) or 'ничего'}; "
        f"перезапуск по одному: {listed}.",
        f"Plan: a new {name}; secrets that change with it: {', '.join(o.name for o in followers) or 'none'}; "
        f"restarted one by one: {listed}.")
    if not sure and not confirm("Продолжить?", "Continue?"):
        die(1, "Ничего не изменено.", "Nothing was changed.")
    can_be_replaced(affected)
    with deploy_lock.held(f"secrets rotate {name}"):
        settings.write_file(note_of(name), "", 0o644)
        renew(secret, followers, affected)
        os.unlink(note_of(name))


def write_with(secret, followers, values):
    """Writes the secret after those built from it: if the disk is full, derive() rebuilds these from the old one."""
    for one in followers:
        write(one, one.made_of(values))
    write(secret, values[secret.name])


def renew(secret, followers, affected):
    """Sets a new value of the secret and of those built from it, also where it is stored; then restarts the containers that read
    it."""
    table, name = tree.secret_table(), secret.name
    keeper, _, whose = secret.rotation.partition(":")
    former = {one.name: one.read() for one in table.values()}
    values = {**former, name: MADE[secret.kind]()}
    write_with(secret, followers, values)  # before PostgreSQL has it, because the disk may be full; running containers do not see it
    if keeper == "role":
        done = alter_role(whose, values[name])
        if done.returncode != 0:
            write_with(secret, followers, former)
            die(1, f"PostgreSQL не принял новый пароль, ничего не изменено: {done.stderr.strip()[-300:]}",
                f"PostgreSQL refused the new password, nothing was changed: {done.stderr.strip()[-300:]}")
    if keeper == "key":
        # The container may have stored the key before it failed, so the file keeps the new key. Storing it again is harmless.
        done = store_key(whose)
        if done.returncode != 0:
            die(1, f"Новый ключ записан, но не сохранён в PostgreSQL: {done.stderr.strip()[-300:]}. Повторите: "
                   f"deploy/tapbot secrets rotate {name}",
                f"The new key is in its file, but was not stored: {done.stderr.strip()[-300:]}. Run it again: "
                f"deploy/tapbot secrets rotate {name}")
    restarted("rotate", name, affected)
    if whose.startswith("n8n"):
        n8n.ensure()  # which has a copy of the key, or asks with it
    say(f"{name} обновлён.", f"{name} has been rotated.")
    if tree.link_server() == "2" and name in link_transfer.shared():
        say("Он есть и у сервера 1, перенесите: deploy/tapbot link export link-export.txt", "Server 1 uses it too, transfer it: deploy/tapbot link export link-export.txt")


def rejected(secret, value):
    """Stores the value. If our programs accepted their settings and one no longer does, stores the former value again, because not even a
    running instance would start again, and returns the findings."""
    former, found = secret.read() or "", True
    sound = not run_checks(TRIALS[:1])[0]
    write(secret, value)
    try:
        found = run_checks(TRIALS[:1])[0] if sound else []
    finally:
        if found:
            write(secret, former)
    return found


def put(name):
    """Stores a secret issued by a third party. It is read without echo or from standard input, never from the command line."""
    secret = known(name)
    if secret.kind != "given":
        die(2, f"{name} придумывает команда, а не человек: deploy/tapbot secrets rotate {name}",
            f"{name} is generated, not issued by a third party: deploy/tapbot secrets rotate {name}")
    tree.engine_needed()
    asked = sys.stdin.isatty()
    value = (getpass.getpass(text(f"{name} (не видно): ", f"{name} (not shown): ")) if asked else sys.stdin.readline()).strip()
    if not value.isprintable() or len(value.encode()) > GIVEN_MAX:
        die(2, f"Значение {name} не подходит: одна строка без управляющих знаков, не длиннее {GIVEN_MAX} байт. Ничего не изменено.",
            f"The value of {name} is invalid: one line without control characters, at most {GIVEN_MAX} bytes. Nothing was changed.")
    affected = readers([name])
    can_be_replaced(affected)
    with deploy_lock.held(f"secrets set {name}"):
        if found := rejected(secret, value):
            report(found)
            die(1, f"{name} не записан, ничего не изменено. Если для него нужны настройки в .env, сначала впишите их и повторите.",
                f"{name} was not stored, nothing was changed. If it needs settings in .env, write them first and try again.")
        restarted("set", name, affected)
    say(f"{name} записан." if value else f"{name} пуст: то, для чего он нужен, выключено.",
        f"{name} has been stored." if value else f"{name} is empty: its feature is off.")


def listing():
    now = time.time()
    rows = [text("имя|владелец|права|дней|обновление", "name|owner|mode|days|rotation").split("|")]
    for secret in tree.secret_table().values():
        try:
            there = os.stat(secret.path)
            days = str(int((now - there.st_mtime) // 86400)) if there.st_size else text("пуст", "empty")
            rows.append([secret.name, str(there.st_uid), f"{there.st_mode & 0o777:04o}", days, secret.rotation])
        except OSError:
            rows.append([secret.name, "-", "-", text("нет", "none"), secret.rotation])
    print_table(rows)


def main(arguments):
    answer_help(arguments, USAGE)
    if arguments == ["list"]:
        listing()
    elif arguments == ["make"]:
        need_root()
        made, repaired = make_missing(), modes_repair()
        say(f"Сделано: {', '.join(made) or 'ничего, всё есть'}. Поправлены права: {', '.join(repaired) or 'ни у кого'}.",
            f"Created: {', '.join(made) or 'nothing, all exist'}. Modes corrected: {', '.join(repaired) or 'none'}.")
    elif arguments[:2] == ["rotate", "--due"] and set(arguments[2:]) <= {"--yes"}:
        rotate_due("--yes" in arguments)
    elif arguments[:1] == ["rotate"] and len(arguments) > 1 and set(arguments[2:]) <= {"--yes"}:
        rotate(arguments[1], "--yes" in arguments)
    elif arguments[:1] == ["set"] and len(arguments) == 2:
        put(arguments[1])
    else:
        die(2, *USAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
