# SPDX-License-Identifier: MIT
"""users: the users of Traefik's BasicAuth. Stored as NAME:bcrypt lines in secrets/basicauth_users."""
import getpass
import os
import re
import secrets as random
import string
import sys

from say import answer_help, confirm, die, say, text, warn
from stack import hashes, secret, settings, tree

USAGE = ("""deploy/tapbot users: кто входит в закрытые страницы (BasicAuth).

  deploy/tapbot users list
  deploy/tapbot users add ИМЯ [--password-stdin | --generate]   добавить или сменить пароль
  deploy/tapbot users remove ИМЯ [--yes]

Без параметров пароль спрашивается дважды. --generate придумывает его и печатает один раз.
Хранится только хеш bcrypt. Traefik перечитывает список перезапуском: несколько секунд паузы.

Коды выхода: 0 сделано, 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot users: the users of the private pages (BasicAuth).

  deploy/tapbot users list
  deploy/tapbot users add NAME [--password-stdin | --generate]   add, or change the password
  deploy/tapbot users remove NAME [--yes]

Without an option the command prompts for the password twice. --generate creates one and prints it once.
Only the bcrypt hash is stored. Traefik is restarted to read the list: a pause of some seconds.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 something is missing on this machine.""")

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
PASSWORD_MIN = 12
# bcrypt uses only the first 72 bytes of a password.
PASSWORD_MAX = 72


def common_passwords():
    with open(os.path.join(os.path.dirname(__file__), "common-passwords.txt"), encoding="utf-8") as known:
        return known.read().split()


def obvious(name):
    """Passwords that attackers try first for that user name."""
    site = tree.domain()
    words = [name, site, site.split(".")[0], name + "123", name + "1", name + "2025", name + "2026"]
    return list(dict.fromkeys(words + [word.capitalize() for word in words]))


def weakness(name, password):
    """Why a password is too weak, or None."""
    if len(password) < PASSWORD_MIN:
        return text(f"короче {PASSWORD_MIN} знаков", f"shorter than {PASSWORD_MIN} characters")
    if len(password.encode()) > PASSWORD_MAX:
        return text(f"длиннее {PASSWORD_MAX} байт", f"longer than {PASSWORD_MAX} bytes")
    if password.lower() in common_passwords() or password in obvious(name) or len(set(password)) < 5:
        return text("его пробуют первым", "it is easy to guess")
    return None


def generate():
    letters = string.ascii_letters + string.digits
    return "".join(random.choice(letters) for _ in range(20))


def entries():
    """[(name, hash)] of the file."""
    content = tree.secret_table()["basicauth_users"].read() or ""
    return [tuple(line.split(":", 1)) for line in content.splitlines() if ":" in line]


def store(rows):
    secret.folder_make()
    secret.write(tree.secret_table()["basicauth_users"], "".join(f"{name}:{known}\n" for name, known in rows))


def add(name, password):
    """Stores the hash of a password; the caller has checked its strength."""
    known = hashes.make(password)
    if known is None:
        die(3, "На этой машине нет libcrypt с bcrypt. Поставьте: apt-get install libcrypt1",
            "This machine has no libcrypt with bcrypt. Install it: apt-get install libcrypt1")
    store([row for row in entries() if row[0] != name] + [(name, known)])


def others(name):
    """The entries without this user; exits if there is no such user, or no other."""
    rows = entries()
    left = [row for row in rows if row[0] != name]
    if left == rows:
        die(1, f"Нет такого пользователя: {name}", f"No such user: {name}")
    if not left:
        die(1, "Это последний пользователь: без единого имени закрытые страницы не откроются никому. "
               "Сначала добавьте другого: deploy/tapbot users add ИМЯ",
            "This is the last user: without users nobody can log in. First add another: deploy/tapbot users add NAME")
    return left


def password_ask(name):
    while True:
        first = getpass.getpass(text(f"Пароль для {name} (пусто: придумать): ", f"Password for {name} (empty: generate one): "))
        if not first:
            return None
        wrong = weakness(name, first)
        if wrong:
            warn(f"Не подходит: {wrong}.", f"Invalid: {wrong}.")
        elif getpass.getpass(text("Ещё раз: ", "Once more: ")) == first:
            return first
        else:
            warn("Пароли не совпали.", "The passwords differ.")


def password_given(name, arguments):
    """The password from the options or the prompt; None to generate one."""
    if "--generate" in arguments:
        return None
    if "--password-stdin" not in arguments:
        return password_ask(name) if sys.stdin.isatty() else None
    password = sys.stdin.readline().rstrip("\n")
    wrong = weakness(name, password)
    if wrong:
        die(2, f"Пароль не подходит: {wrong}.", f"The password is invalid: {wrong}.")
    return password


def print_once(name, password):
    say(f"\n  Пользователь: {name}\n  Пароль:       {password}\n\nЗапишите его сейчас: больше он нигде не появится.",
        f"\n  User:     {name}\n  Password: {password}\n\nWrite it down now: it is not shown again.")


def edge_restart():
    """Restarts Traefik, which reads the file only at its start."""
    failed = [one for one in secret.readers(["basicauth_users"]) if not secret.restart(one)]
    if failed:
        die(1, "Traefik не поднялся: deploy/tapbot logs traefik", "Traefik did not start: deploy/tapbot logs traefik")


def main(arguments):
    answer_help(arguments, USAGE)
    verb, name = (arguments + ["", ""])[:2]
    options = set(arguments[2:])
    if arguments == ["list"]:
        if tree.secret_table()["basicauth_users"].read() is None and os.geteuid() != 0:
            secret.need_root()
        for user, known in entries():
            print(f"{user}\tbcrypt {hashes.cost(known)}" if hashes.cost(known) else f"{user}\t?")
        return 0
    if verb == "add" and NAME.fullmatch(name) and len(options) < 2 and options <= {"--password-stdin", "--generate"}:
        secret.need_root()
        tree.engine_needed()  # with live restore Traefik runs without it, and could not be restarted
        password = password_given(name, options)
        chosen = password or generate()
        add(name, chosen)
        if password is None:
            print_once(name, chosen)
        settings.note_change("users add", name, "done")
        edge_restart()
        say(f"Пользователь {name} может входить.", f"User {name} can log in.")
        return 0
    if verb == "remove" and name and options <= {"--yes"}:
        secret.need_root()
        tree.engine_needed()
        others(name)
        if "--yes" not in options and not confirm(f"Убрать {name}?", f"Remove {name}?"):
            die(1, "Ничего не изменено.", "Nothing was changed.")
        store(others(name))  # read again: another command may have changed them while this one waited for the answer
        settings.note_change("users remove", name, "done")
        edge_restart()
        say(f"Пользователь {name} больше не войдёт.", f"User {name} can no longer log in.")
        return 0
    return die(2, *USAGE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
