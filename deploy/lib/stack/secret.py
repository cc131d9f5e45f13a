# SPDX-License-Identifier: MIT
"""secrets: makes what is missing, and renews one. The table of all is deploy/lib/secrets.tsv."""
import contextlib
import http.client
import os
import secrets as random
import socket
import ssl
import sys
import time

import services
from say import confirm, die, print_table, say, step, text, warn
from stack import settings, tree

USAGE = ("""deploy/tapbot secrets: секреты стека (каталог secrets/).

  deploy/tapbot secrets list              имена, владельцы, возраст; значения не печатаются
  deploy/tapbot secrets make              сделать недостающие, готовые не трогать; поправить владельцев и права
  deploy/tapbot secrets rotate ИМЯ [--yes]
                                          новое значение и перезапуск тех, кто его читает

Коды выхода: 0 сделано, 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot secrets: the secrets of the stack (folder secrets/).

  deploy/tapbot secrets list              names, owners, age; no values
  deploy/tapbot secrets make              make what is missing, keep the rest; put owners and modes right
  deploy/tapbot secrets rotate NAME [--yes]
                                          a new value, and a restart of those who read it

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 something is missing on this machine.""")

RESTART_DEADLINE = 120
EDGE_DEADLINE = 10


def need_root():
    if os.geteuid() != 0:
        die(3, "Владельцев файлов меняет только root. Повторите: sudo deploy/tapbot ...",
            "Only root can give files an owner. Again, with sudo: sudo deploy/tapbot ...")


def fresh():
    return random.token_hex(32)


def write(secret, value):
    settings.write_file(secret.path, value, secret.mode, secret.uid, secret.gid)


def folder_make():
    os.makedirs(tree.SECRETS, exist_ok=True)
    os.chown(tree.SECRETS, 0, 0)
    os.chmod(tree.SECRETS, 0o711)


def make_missing():
    """The names of what was made. What is there is never written over."""
    folder_make()
    made, table = [], tree.secret_table()
    for secret in table.values():
        if secret.kind == "random32" and not os.path.exists(secret.path):
            write(secret, fresh())
            made.append(secret.name)
    for secret in table.values():
        if secret.template and not os.path.exists(secret.path):
            write(secret, secret.made_of({part: table[part].read() for part in secret.parts}))
            made.append(secret.name)
    return made


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


def edge_answers():
    """Waits until Traefik has found a restarted service again: it asks each copy every second or two."""
    if not tree.running("traefik"):
        return
    host, context = f"api.{tree.domain()}", ssl.create_default_context()
    # It is this machine that is asked, and its certificate may be a rehearsal's.
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    deadline = time.monotonic() + EDGE_DEADLINE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            plain = socket.create_connection(("127.0.0.1", 443), timeout=2)
            connection = http.client.HTTPConnection(host, timeout=2)
            with context.wrap_socket(plain, server_hostname=host) as connection.sock:
                connection.request("GET", "/health")
                if connection.getresponse().status == 200:
                    return
        time.sleep(0.3)


def alter_role(role, password):
    """Through the database's own container; the password goes by standard input, and into no log."""
    postgres = tree.running("postgres")
    if not postgres:
        die(1, "PostgreSQL не запущен, а пароль хранится и в нём. Сначала: deploy/tapbot up",
            "PostgreSQL does not run, and the password is stored there too. First: deploy/tapbot up")
    script = ('PGPASSWORD=$(cat "${POSTGRES_PASSWORD_FILE:-/run/secrets/postgres_password}") '
              'exec psql -qX -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d postgres')
    sql = ("SET log_min_duration_statement = -1; SET log_statement = 'none';\n"
           "SET log_min_error_statement = 'panic';\n"
           f"ALTER ROLE {role} PASSWORD '{password}';\n")
    return tree.run("docker", "exec", "-i", "-u", "postgres", postgres[0]["Id"], "sh", "-c", script,
                    stdin=None, input=sql)


def rotate(name, sure):
    table = tree.secret_table()
    if name not in table:
        die(2, f"Нет такого секрета: {name}. Список: deploy/tapbot secrets list",
            f"No such secret: {name}. The list: deploy/tapbot secrets list")
    need_root()
    secret = table[name]
    if secret.rotation == "derived":
        sources = ", ".join(secret.parts)
        die(2, f"{name} составлен из {sources}: обновляйте этот секрет, {name} изменится сам.",
            f"{name} is made of {sources}: renew that one, {name} follows.")
    if secret.rotation == "users":
        die(2, "Пароли BasicAuth меняет: deploy/tapbot users add ИМЯ", "For BasicAuth: deploy/tapbot users add NAME")
    if secret.rotation == "never":
        die(2, f"{name} менять нельзя: им зашифровано сохранённое. Потеряете ключ, потеряете данные.",
            f"{name} must not change: what is stored was encrypted with it.")
    if secret.rotation == "by-hand":
        die(2, f"{name} нужен только для первого входа; дальше пароль меняют в самой программе, в её настройках: "
               "войдите, откройте свой профиль, смените пароль.",
            f"{name} is for the first login only; after that the password is changed in the program itself: "
            "log in, open your profile, change it.")
    if secret.read() is None:
        die(1, f"Секрета {name} ещё нет. Сделать: deploy/tapbot secrets make",
            f"There is no {name} yet. Make it: deploy/tapbot secrets make")
    followers = [one for one in table.values() if name in one.parts]
    affected = readers([name, *(one.name for one in followers)])
    if secret.rotation.startswith("role:"):
        # The database has the new password by itself; it read the file only when it was made.
        affected = [one for one in affected if tree.service_of(one) != "postgres"]
    listed = ", ".join(one["Name"].lstrip("/") for one in affected) or text("никто", "nobody")
    say(f"План: новое значение {name}; вместе с ним {', '.join(o.name for o in followers) or 'ничего'}; "
        f"перезапуск по одному: {listed}.",
        f"The plan: a new {name}; with it {', '.join(o.name for o in followers) or 'nothing'}; "
        f"restarted one by one: {listed}.")
    if not sure and not confirm("Продолжить?", "Go on?"):
        die(1, "Ничего не изменено.", "Nothing was changed.")
    value = fresh()
    values = {one.name: one.read() for one in table.values()}
    values[name] = value
    if secret.rotation.startswith("role:"):
        done = alter_role(secret.rotation[5:], value)
        if done.returncode != 0:
            die(1, f"PostgreSQL не принял новый пароль, ничего не изменено: {done.stderr.strip()[-300:]}",
                f"PostgreSQL refused the new password, nothing was changed: {done.stderr.strip()[-300:]}")
    write(secret, value)
    for one in followers:
        write(one, one.made_of(values))
    failed = [one["Name"].lstrip("/") for one in affected if not restart(one)]
    if {tree.service_of(one) for one in affected} & {one.name for one in services.services()}:
        edge_answers()
    settings.note_change("secrets rotate", name, "failed: " + " ".join(failed) if failed else "done")
    if failed:
        die(1, f"С новым значением не поднялись: {', '.join(failed)}. Подробности: deploy/tapbot logs {failed[0]}",
            f"Not healthy with the new value: {', '.join(failed)}. See: deploy/tapbot logs {failed[0]}")
    say(f"{name} обновлён.", f"{name} is renewed.")


def listing():
    now = time.time()
    rows = [text("имя|владелец|права|дней|обновление", "name|owner|mode|days|renewal").split("|")]
    for secret in tree.secret_table().values():
        try:
            known = os.stat(secret.path)
            rows.append([secret.name, str(known.st_uid), f"{known.st_mode & 0o777:04o}",
                         str(int((now - known.st_mtime) // 86400)), secret.rotation])
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
    else:
        warn(*USAGE)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
