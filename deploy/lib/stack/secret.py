# SPDX-License-Identifier: MIT
"""secrets: makes what is missing, takes what people are given, renews one. The table of all is deploy/lib/secrets.tsv."""
import getpass
import os
import secrets as random
import sys
import time

import services
from say import confirm, die, print_table, say, step, text, warn
from stack import deploy_lock, link_transfer, rollout, settings, tree

USAGE = ("""deploy/tapbot secrets: секреты стека (каталог secrets/).

  deploy/tapbot secrets list              имена, владельцы, возраст; значения не печатаются
  deploy/tapbot secrets make              сделать недостающие, готовые не трогать; поправить владельцев и права
  deploy/tapbot secrets rotate ИМЯ [--yes]
                                          новое значение и перезапуск тех, кто его читает
  deploy/tapbot secrets set ИМЯ           записать выданное вам (токен бота): спросит, ничего не покажет; не с
                                          терминала читает одну строку. Пустая выключает то, для чего секрет нужен

Коды выхода: 0 сделано, 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot secrets: the secrets of the stack (folder secrets/).

  deploy/tapbot secrets list              names, owners, age; no values
  deploy/tapbot secrets make              make what is missing, keep the rest; put owners and modes right
  deploy/tapbot secrets rotate NAME [--yes]
                                          a new value, and a restart of those who read it
  deploy/tapbot secrets set NAME          take what you were given (a bot's token): asks and does not show it; no
                                          terminal: reads one line. An empty one switches off what the secret is for

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 something is missing on this machine.""")

GIVEN_MAX = 4096  # as long as a variable of a service may be
RESTART_DEADLINE = 120


def need_root():
    if os.geteuid() != 0:
        die(3, f"Владельцев файлов меняет только root. Повторите: {tree.again()}",
            f"Only root can give files an owner. Again: {tree.again()}")


def fresh():
    return random.token_hex(32)


# What a file is made with, by kind. Those of other kinds are made of others (url) or by another verb (users).
MADE = {"random32": fresh, "key": services.key_make, "given": str}


def write(secret, value):
    settings.write_file(secret.path, value, secret.mode, secret.uid, secret.gid)


def folder_make():
    os.makedirs(tree.SECRETS, exist_ok=True)
    os.chown(tree.SECRETS, 0, 0)
    os.chmod(tree.SECRETS, 0o711)
    # Its files come and go while the gateway runs, so it is mounted as a folder.
    os.makedirs(tree.BOTS, exist_ok=True)
    os.chown(tree.BOTS, services.one("bot-gateway").uid, 0)
    os.chmod(tree.BOTS, 0o500)


def make_missing():
    """The names of what was made. What is there is never written over."""
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
    """The names of those that are made of others and did not agree with them."""
    table = tree.secret_table()
    values = {secret.name: secret.read() for secret in table.values()}
    changed = [one for one in table.values() if one.template and values[one.name] != one.made_of(values)]
    for one in changed:
        write(one, one.made_of(values))
    return [one.name for one in changed]


def modes_repair():
    """The names of those whose owner or mode was not that of the table."""
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
    """Running containers that have one of these secrets, the stores first: others need them."""
    description, _ = tree.configuration(everything=True)
    services = [name for name, service in (description or {}).get("services", {}).items()
                if {one["source"] for one in service.get("secrets", [])} & set(names)]
    first = ["postgres", "redis", "qdrant"]
    found = [one for one in tree.containers() if tree.service_of(one) in services and one["State"]["Running"]]
    return sorted(found, key=lambda one: (tree.service_of(one) not in first, one["Name"]))


def restart(container):
    """One copy at a time, so that the others serve meanwhile. False where it does not come back healthy."""
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


def alter_role(role, password):
    """Through the database's own container; the password goes by standard input, and into no log."""
    script = ('PGPASSWORD=$(cat "${POSTGRES_PASSWORD_FILE:-/run/secrets/postgres_password}") '
              'exec psql -qX -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d postgres')
    sql = ("SET log_min_duration_statement = -1; SET log_statement = 'none';\n"
           "SET log_min_error_statement = 'panic';\n"
           f"ALTER ROLE {role} PASSWORD '{password}';\n")
    return tree.run("docker", "exec", "-i", "-u", "postgres", tree.running("postgres")[0]["Id"], "sh", "-c", script,
                    stdin=None, input=sql)


def store_key(short):
    """By the container that stores it at every start; it reads the file."""
    return tree.compose("--progress", "quiet", "run", "--rm", "--no-deps", "-T", f"{short}-key", profiles=["*"])


def known(name):
    """The secret of that name."""
    table = tree.secret_table()
    if name not in table:
        die(2, f"Нет такого секрета: {name}. Список: deploy/tapbot secrets list",
            f"No such secret: {name}. The list: deploy/tapbot secrets list")
    need_root()
    return table[name]


# Why a secret is not renewed by a new value, by its column rotation.
KEPT = {
    "derived": ("{name} составлен из {parts}: обновляйте этот секрет, {name} изменится сам.",
                "{name} is made of {parts}: renew that one, {name} follows."),
    "users": ("Пароли BasicAuth меняет: deploy/tapbot users add ИМЯ", "For BasicAuth: deploy/tapbot users add NAME"),
    "never": ("{name} менять нельзя: им зашифровано сохранённое. Потеряете ключ, потеряете данные.",
              "{name} must not change: what is stored was encrypted with it."),
    "by-hand": ("{name} нужен только для первого входа; дальше пароль меняют в самой программе, в её настройках: "
                "войдите, откройте свой профиль, смените пароль.",
                "{name} is for the first login only; after that the password is changed in the program itself: "
                "log in, open your profile, change it."),
    "set": ("{name} вам выдают: получите новое значение там же и запишите: deploy/tapbot secrets set {name}",
            "{name} is given to you: get a new value there and put it in: deploy/tapbot secrets set {name}"),
}


OURS = [one.name for one in services.services()]


def ours_of(affected):
    return [one for one in OURS if one in {tree.service_of(container) for container in affected}]


def can_be_replaced(affected):
    """Ends where a copy of ours cannot get a new one beside it, before anything has changed."""
    for one in affected:
        if tree.service_of(one) in OURS and not rollout.labels_agree(tree.service_of(one), one):
            die(1, f"Сначала deploy/tapbot up: у {tree.service_of(one)} изменились метки Traefik. Ничего не изменено.",
                f"First deploy/tapbot up: the labels of {tree.service_of(one)} for Traefik have changed. Nothing was changed.")


def restarted(verb, name, affected):
    """Restarts those who read it, one by one; of our services a new copy takes the old one's place, so that none of their
    requests fails. Notes the change; ends with those that do not come back. Under the lock."""
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
            f"Not healthy with the new value: {', '.join(failed)}. See: deploy/tapbot logs {failed[0]}")


def rotate(name, sure):
    table, secret = tree.secret_table(), known(name)
    if secret.rotation in KEPT:
        die(2, *(words.format(name=name, parts=", ".join(secret.parts)) for words in KEPT[secret.rotation]))
    if tree.link_server() == "1" and name in link_transfer.shared():
        die(2, f"{name} есть у обоих серверов: обновите на сервере 2, затем там link export, а здесь link import (docs/two-servers.md).",
            f"Both servers have {name}: renew it on server 2, then link export there and link import here (docs/two-servers.md).")
    if secret.read() is None:
        die(1, f"Секрета {name} ещё нет. Сделать: deploy/tapbot secrets make",
            f"There is no {name} yet. Make it: deploy/tapbot secrets make")
    followers = [one for one in table.values() if name in one.parts]
    affected = readers([name, *(one.name for one in followers)])
    keeper = secret.rotation.partition(":")[0]
    if keeper in ("role", "key") and not tree.running("postgres"):
        die(1, f"PostgreSQL не запущен, а {name} хранится и в нём. Сначала: deploy/tapbot up",
            f"PostgreSQL does not run, and {name} is stored there too. First: deploy/tapbot up")
    if keeper == "role":
        # The database has the new password by itself; it read the file only when it was made.
        affected = [one for one in affected if tree.service_of(one) != "postgres"]
    listed = ", ".join(one["Name"].lstrip("/") for one in affected) or text("никто", "nobody")
    say(f"План: новое значение {name}; вместе с ним {', '.join(o.name for o in followers) or 'ничего'}; "
        f"перезапуск по одному: {listed}.",
        f"The plan: a new {name}; with it {', '.join(o.name for o in followers) or 'nothing'}; "
        f"restarted one by one: {listed}.")
    if not sure and not confirm("Продолжить?", "Go on?"):
        die(1, "Ничего не изменено.", "Nothing was changed.")
    can_be_replaced(affected)
    with deploy_lock.held(f"secrets rotate {name}"):
        renew(secret, followers, affected)


def renew(secret, followers, affected):
    """A new value for it and what is made of it, and for whoever keeps it; then its readers."""
    table, name = tree.secret_table(), secret.name
    keeper, _, whose = secret.rotation.partition(":")
    value = MADE[secret.kind]()
    values = {one.name: one.read() for one in table.values()}
    values[name] = value
    if keeper == "role":
        done = alter_role(whose, value)
        if done.returncode != 0:
            die(1, f"PostgreSQL не принял новый пароль, ничего не изменено: {done.stderr.strip()[-300:]}",
                f"PostgreSQL refused the new password, nothing was changed: {done.stderr.strip()[-300:]}")
    write(secret, value)
    if keeper == "key":
        # What stores it reads the file. It may have stored the key before it failed, so the new one stays there:
        # stored again it is the same.
        done = store_key(whose)
        if done.returncode != 0:
            die(1, f"Новый ключ записан, но не сохранён в PostgreSQL: {done.stderr.strip()[-300:]}. Повторите: "
                   f"deploy/tapbot secrets rotate {name}",
                f"The new key is in its file, but was not stored: {done.stderr.strip()[-300:]}. Run it again: "
                f"deploy/tapbot secrets rotate {name}")
    for one in followers:
        write(one, one.made_of(values))
    restarted("rotate", name, affected)
    say(f"{name} обновлён.", f"{name} is renewed.")
    if tree.link_server() == "2" and name in link_transfer.shared():
        say("Он есть и у сервера 1, перенесите: deploy/tapbot link export link-export.txt", "Server 1 has it too, carry it over: deploy/tapbot link export link-export.txt")


def put(name):
    """What a person was given comes from the keyboard, unseen, or by standard input: never as a word of the command."""
    secret = known(name)
    if secret.kind != "given":
        die(2, f"{name} придумывает команда, а не человек: deploy/tapbot secrets rotate {name}",
            f"{name} is made by the command, not given: deploy/tapbot secrets rotate {name}")
    asked = sys.stdin.isatty()
    value = (getpass.getpass(text(f"{name} (не видно): ", f"{name} (not shown): ")) if asked else sys.stdin.readline()).strip()
    if not value.isprintable() or len(value.encode()) > GIVEN_MAX:
        die(2, f"Значение {name} не подходит: одна строка без управляющих знаков, не длиннее {GIVEN_MAX} байт. Ничего не изменено.",
            f"The value of {name} will not do: one line without control characters, {GIVEN_MAX} bytes at most. Nothing was changed.")
    affected = readers([name])
    can_be_replaced(affected)
    with deploy_lock.held(f"secrets set {name}"):
        write(secret, value)
        restarted("set", name, affected)
    say(f"{name} записан." if value else f"{name} пуст: то, для чего он нужен, выключено.",
        f"{name} is there." if value else f"{name} is empty: what it is for is off.")


def listing():
    now = time.time()
    rows = [text("имя|владелец|права|дней|обновление", "name|owner|mode|days|renewal").split("|")]
    for secret in tree.secret_table().values():
        try:
            there = os.stat(secret.path)
            days = str(int((now - there.st_mtime) // 86400)) if there.st_size else text("пуст", "empty")
            rows.append([secret.name, str(there.st_uid), f"{there.st_mode & 0o777:04o}", days, secret.rotation])
        except OSError:
            rows.append([secret.name, "-", "-", text("нет", "none"), secret.rotation])
    print_table(rows)


def main(arguments):
    if {"-h", "--help"} & set(arguments):
        say(*USAGE)
        return 0
    if arguments == ["list"]:
        listing()
    elif arguments == ["make"]:
        need_root()
        made, repaired = make_missing(), modes_repair()
        say(f"Сделано: {', '.join(made) or 'ничего, всё есть'}. Поправлены права: {', '.join(repaired) or 'ни у кого'}.",
            f"Made: {', '.join(made) or 'nothing, all are there'}. Modes put right: {', '.join(repaired) or 'none'}.")
    elif arguments[:1] == ["rotate"] and len(arguments) > 1 and set(arguments[2:]) <= {"--yes"}:
        rotate(arguments[1], "--yes" in arguments)
    elif arguments[:1] == ["set"] and len(arguments) == 2:
        put(arguments[1])
    else:
        warn(*USAGE)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
