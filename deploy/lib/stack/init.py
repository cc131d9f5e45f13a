# SPDX-License-Identifier: MIT
"""init: prepares a machine so that `up` can start the stack. Prompts for the settings, prints the plan, writes .env and secrets/,
and prints the required DNS records. A second run keeps every secret and offers the previous answers as defaults."""
import os
import re
import sys

from say import answer_help, ask, confirm, die, options_of, say, text, warn
from stack import backup_place, edge, host, link_files, live_restore, secret, settings, tree, users

USAGE = ("""deploy/tapbot init: подготовить эту машину. Пишет .env и secrets/, включает в Docker live-restore, ничего не запускает.

  deploy/tapbot init                     спрашивает всё, что нужно
  deploy/tapbot init --yes ПАРАМЕТРЫ     для скриптов: без вопросов

  --domain ИМЯ              домен (tapbot.kz)
  --email АДРЕС             почта для центра сертификации
  --acme staging|production|https://...   чьи сертификаты; начинать со staging
  --servers 1|2|both        какой это сервер
  --profiles а,б            кроме того: vectors, monitoring, admin
  --admin-networks СЕТИ     откуда входят администраторы, через запятую
  --address АДРЕСА          публичные адреса этой машины; без этого определяются сами
  --peer-address АДРЕСА     публичные адреса другого сервера; он есть, и между ними связь (docs/two-servers.md)
  --backup-targets АДРЕСА   куда делать резервную копию, через запятую: s3:https://хост/корзина; ключи спросит backup init
  --user ИМЯ                первый пользователь BasicAuth; пароль придумывается и печатается один раз
  --password-stdin          его пароль со стандартного ввода
  --dns                     только показать, какие записи DNS нужны
  --live-restore            только включить live-restore: контейнеры работают, пока сам Docker упал

  sudo deploy/tapbot init --yes --domain tapbot.kz --email admin@tapbot.kz --servers both \\
      --admin-networks 198.51.100.7/32 --user admin

Готовые секреты не меняются никогда. Коды выхода: 0 сделано, 1 не получилось, 2 неверные параметры,
3 чего-то нет на машине.""",
         """deploy/tapbot init: prepare this machine. Writes .env and secrets/, enables Docker's live restore, starts nothing.

  deploy/tapbot init                     prompts for the settings
  deploy/tapbot init --yes OPTIONS       for scripts: no prompts

  --domain NAME             domain (tapbot.kz)
  --email ADDRESS           e-mail for the certificate authority
  --acme staging|production|https://...   certificate authority; begin with staging
  --servers 1|2|both        number of this server
  --profiles a,b            additional profiles: vectors, monitoring, admin
  --admin-networks NETWORKS networks of the administrators, comma-separated
  --address ADDRESSES       public addresses of this machine; detected by default
  --peer-address ADDRESSES  public addresses of the other server, if there is one, for the link (docs/two-servers.md)
  --backup-targets ADDRESSES  backup targets, comma-separated: s3:https://host/bucket; backup init prompts for the keys
  --user NAME               first BasicAuth user; the password is generated and printed once
  --password-stdin          read that user's password from standard input
  --dns                     only print the required DNS records
  --live-restore            only enable live restore: containers keep running while Docker itself is down

  sudo deploy/tapbot init --yes --domain tapbot.kz --email admin@tapbot.kz --servers both \\
      --admin-networks 198.51.100.7/32 --user admin

Existing secrets never change. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 something is missing on this
machine.""")

VALUED = {"--domain": "TAPBOT_DOMAIN", "--email": "ACME_EMAIL", "--acme": "ACME_SERVER", "--servers": "servers",
          "--profiles": "profiles", "--admin-networks": "ADMIN_NETWORKS", "--address": "PUBLIC_ADDRESS",
          "--peer-address": "PEER_ADDRESS", "--backup-targets": "BACKUP_TARGETS", "--user": "user"}
ASKED = {"TAPBOT_DOMAIN", "COMPOSE_PROFILES", "ACME_EMAIL", "ACME_SERVER", "ADMIN_NETWORKS", "PUBLIC_ADDRESS", "PEER_ADDRESS", "BACKUP_TARGETS"}
PLAIN = {"--yes", "--password-stdin", "--dns", "--live-restore"}


def administrator_network():
    """The network of the user who runs this: without it in ADMIN_NETWORKS the user would be locked out."""
    known = host.visitor()
    return f"{known}/{known.max_prefixlen}" if known else "127.0.0.0/8"


def version():
    done = tree.run("git", "-C", tree.ROOT, "describe", "--tags", "--always")
    return re.sub(r"[^A-Za-z0-9_.-]", "-", done.stdout.strip()) or "dev"


def servers_of(profiles):
    chosen = set(profiles.split(","))
    return next((name for name, wanted in reversed(tree.SERVERS.items()) if set(wanted) <= chosen), "")


def profiles_of(servers, extra):
    return ",".join([*tree.SERVERS[servers], *[one for one in extra.split(",") if one]])


# The copy of .env that `backup tick` has made last.
COPY = os.path.join(backup_place.Stack.folder, "files", ".env")


def former():
    """The settings of .env; if that is lost, those of its copy, except for the volume of the database, which may have been replaced since."""
    found = tree.env_read()
    if "COMPOSE_PROFILES" not in found and (copied := tree.env_read(COPY)):
        say(f"Прежние настройки: {COPY}", f"The former settings: {COPY}")
        found = {**copied, "POSTGRES_VOLUME": "", **found}
    volume = found.pop("POSTGRES_VOLUME", "") or database_volume()
    return {**found, **({"POSTGRES_VOLUME": volume} if volume else {})}


def mounted_volumes():
    """The volumes with data that the containers of PostgreSQL have: one, or two if its replacement was interrupted; "" for a folder."""
    return [mount.get("Name", "") for container in tree.containers() if tree.service_of(container) == "postgres"
            for mount in container.get("Mounts", ()) if mount["Destination"] == "/var/lib/postgresql/data"]


def database_volume():
    """The volume with the live database, for a .env that does not name it: that of PostgreSQL's container, or the only one that is not the
    former one of a restore. None if there is no volume; exits if it is not known, because a start with a former one would lose data."""
    if mounted := mounted_volumes():
        return mounted[0]
    there = re.findall(rf"^{tree.PROJECT}_postgres-(?:data|\d+)$", tree.docker("volume", "ls", "--quiet").stdout, re.M)
    live = set(there) - set(backup_place.Stack().state().get("volumes", {}).values())
    if there and len(live) != 1:
        die(1, f"В .env не названа рабочая база, а контейнера PostgreSQL нет. Тома с базами: {', '.join(there)}. Ничего не записано. "
               "Впишите рабочий и повторите: echo POSTGRES_VOLUME=ТОМ >>.env",
            f".env does not name the live database, and there is no container of PostgreSQL. Volumes of databases: {', '.join(there)}. Nothing was written. "
            "Write the live one and try again: echo POSTGRES_VOLUME=VOLUME >>.env")
    return live.pop() if live else None


# The prompts in order: key, prompt in Russian and English, default.
def questions(old):
    extra = ",".join(one for one in old.get("COMPOSE_PROFILES", "").split(",") if one in tree.EXTRA_PROFILES)
    return [
        ("TAPBOT_DOMAIN", "Домен", "Domain", old.get("TAPBOT_DOMAIN") or "tapbot.kz"),
        ("servers", "Какой это сервер: 1 (n8n, сайт), 2 (база, бронирование) или both (всё на одном)",
         "Which server is this: 1 (n8n, site), 2 (database, our services) or both (all on one)",
         servers_of(old.get("COMPOSE_PROFILES", "")) or "both"),
        ("profiles", "Дополнительно через запятую (vectors, monitoring, admin); «-» — ничего",
         "Additional profiles, comma-separated (vectors, monitoring, admin); - for none", extra),
        ("ACME_EMAIL", "Почта для сертификатов Let's Encrypt", "E-mail for Let's Encrypt", old.get("ACME_EMAIL", "")),
        ("ACME_SERVER", "Сертификаты: staging (проба, браузер предупредит) или production",
         "Certificates: staging (for tests, browsers warn) or production", old.get("ACME_SERVER") or "staging"),
        ("ADMIN_NETWORKS", "Откуда входят администраторы (сети через запятую)",
         "Networks of the administrators, comma-separated",
         old.get("ADMIN_NETWORKS") or administrator_network()),
        ("PUBLIC_ADDRESS", "Публичные адреса этой машины", "Public addresses of this machine",
         old.get("PUBLIC_ADDRESS") or ",".join(host.public_addresses())),
        ("PEER_ADDRESS", "Публичный адрес другого сервера; «-» — другого нет", "Public address of the other server; - if there is none",
         old.get("PEER_ADDRESS", "")),
        ("BACKUP_TARGETS", "Куда делать резервную копию (s3:https://хост/корзина); «-» — пока никуда",
         "Backup target (s3:https://host/bucket); - for none yet", old.get("BACKUP_TARGETS", "")),
    ]


# At a prompt an empty answer means the default, so there is a word for nothing.
MAY_BE_EMPTY, NOTHING = ("profiles", "PUBLIC_ADDRESS", "PEER_ADDRESS", "BACKUP_TARGETS"), ("-", "нет", "no")


def wrong_with(key, value):
    """What is wrong with an answer, or None."""
    if key == "servers":
        return None if value in tree.SERVERS else text("одно из: 1, 2, both", "one of: 1, 2, both")
    if key == "profiles":
        known = ", ".join(tree.EXTRA_PROFILES)
        bad = [one for one in value.split(",") if one and one not in tree.EXTRA_PROFILES]
        return text(f"бывают: {known}", f"allowed: {known}") if bad else None
    if key in MAY_BE_EMPTY and not value:
        return None
    if settings.PLACEHOLDER.search(value):
        return text("это значение из примера", "this is a sample value")
    wrong = settings.wrong_form(key, value)
    if wrong and key == "ACME_SERVER":
        wrong = ("staging, production или адрес https://...", "staging, production or an address https://...")
    return text(f"нужно: {wrong[0]}", f"needed: {wrong[1]}") if wrong else None


def tidy(key, value):
    if key in MAY_BE_EMPTY and value.lower() in NOTHING:
        return ""
    if key in ("TAPBOT_DOMAIN", "servers", "profiles"):
        value = value.lower().rstrip(".")
    if key == "ACME_SERVER":
        return settings.ACME.get(value.lower(), value)
    return value.replace(" ", "") if key in ("ADMIN_NETWORKS", "PUBLIC_ADDRESS", "PEER_ADDRESS", "BACKUP_TARGETS", "profiles") else value


def answers(given, old):
    values = {}
    for key, russian, english, default in questions(old):
        while True:
            # With everything on one host there is no other server.
            asked = key not in given and "--yes" not in given and (key, values.get("servers")) != ("PEER_ADDRESS", "both")
            value = tidy(key, ask(russian, english, default) if asked else given.get(key, default))
            wrong = wrong_with(key, value)
            if wrong is None:
                break
            option = next(name for name, meant in VALUED.items() if meant == key)
            if not asked or not sys.stdin.isatty():
                die(2, f"{option} {value!r} не подходит; {wrong}.", f"{option} {value!r} is invalid; {wrong}.")
            warn(f"Не подходит; {wrong}.", f"Invalid; {wrong}.")
        strange = settings.doubts(key, value)
        if strange:
            warn(f"Внимание: {strange[0]}.", f"Warning: {strange[1]}.")
        values[key] = value
    return values


def user_of(given):
    """(name, password or None) of the first user, or None if the file already has users."""
    if users.entries():
        return None
    while True:
        asked = "user" not in given and "--yes" not in given
        name = ask("Имя первого пользователя закрытых страниц (BasicAuth)", "Name of the first user of the private pages (BasicAuth)",
                   "admin") if asked else given.get("user", "admin")
        if users.NAME.fullmatch(name):
            break
        if not asked or not sys.stdin.isatty():
            die(2, f"Имя {name!r} не подходит: латинские буквы, цифры, точка, - и _.",
                f"The name {name!r} is invalid: only Latin letters, digits, dot, - and _.")
        warn(f"Имя {name!r} не подходит: латинские буквы, цифры, точка, - и _.",
             f"The name {name!r} is invalid: only Latin letters, digits, dot, - and _.")
    if "--password-stdin" in given:
        return name, users.password_given(name, {"--password-stdin"})
    return name, users.password_ask(name) if "--yes" not in given and sys.stdin.isatty() else None


def dns_explain():
    """Prints the required DNS records and where to add them."""
    env = tree.env_read()
    addresses = [one for one in env.get("PUBLIC_ADDRESS", "").split(",") if one] or host.public_addresses()
    names = sorted(edge.hosts())
    if not names:
        names = [env.get("TAPBOT_DOMAIN", "tapbot.kz")]
    site = tree.domain()
    say(f"""
Записи DNS. Все записи домена {site} живут в одном месте: ps.kz, раздел «Домены», {site},
«Управление DNS» (нигде больше их не заводите). Добавьте или поправьте:
""", f"""
DNS records. All records of {site} are managed in one place: ps.kz, Domains, {site}, DNS management
(do not add them anywhere else). Add or correct:
""")
    width = max(map(len, names))
    for name in names:
        short = "@" if name == site else name.removesuffix("." + site)
        for address in addresses or ["?"]:
            kind = "AAAA" if ":" in address else "A"
            print(f"  {short:<{width}}  {kind:<4}  {address:<39}  {name}")
    say("""
Столбцы: имя записи в панели ps.kz, тип, значение, полное имя. TTL 600 на время настройки.
Пока запись не видна отовсюду, сертификат не выпустят: deploy/tapbot doctor покажет, какая ещё не готова.""",
        """
Columns: the record's name in the panel of ps.kz, type, value, full name. Use TTL 600 during the setup.
No certificate is issued until a record is visible everywhere: deploy/tapbot doctor lists those that are not ready.""")


def plan(values, user):
    missing = [one for one in tree.secret_table().values() if one.kind != "users" and not os.path.exists(one.path)]
    say("\nПлан:", "\nPlan:")
    for key, value in values.items():
        print(f"  .env      {key}={value}")
    say(f"  secrets/  сделать: {len(missing)}; оставить как есть: "
        f"{len(tree.secret_table()) - len(missing) - (1 if user else 0)}",
        f"  secrets/  to create: {len(missing)}; unchanged: {len(tree.secret_table()) - len(missing) - (1 if user else 0)}")
    never = ", ".join(one.name for one in missing if one.rotation == "never")
    # The database of server 1 of two is on server 2.
    if never and "server1" in values["COMPOSE_PROFILES"].split(",") and (values.get("POSTGRES_VOLUME") or values.get("PEER_ADDRESS")):
        say(f"            {never}: новый ключ не откроет того, что зашифровано прежним. Если прежний был, до up верните его: docs/secrets.md",
            f"            {never}: a new key cannot decrypt what was stored with a former one. If there was one, put it back before up: docs/secrets.md")
    if user:
        say(f"  BasicAuth пользователь {user[0]}", f"  BasicAuth user {user[0]}")
    if live_restore.off():
        say(f"  Docker    live-restore: true в {live_restore.DAEMON}", f"  Docker    live-restore: true in {live_restore.DAEMON}")


def engine_prepared():
    """Enables live restore if there is an engine. Returns False if that fails."""
    wrong = live_restore.turn_on() if live_restore.off() else None
    if wrong:
        warn(f"Docker: live-restore не включён: {wrong}", f"Docker: live restore was not enabled: {wrong}")
    return wrong is None


def link_prepared():
    """Creates the keys and files of the link, if there is one."""
    try:
        link_files.make()
    except link_files.Failed as error:
        die(1, f"Ключи связи не сделаны, openssl: {error}", f"The keys of the link were not created, openssl: {error}")


def main(arguments):
    answer_help(arguments, USAGE)
    options = options_of(arguments, VALUED, PLAIN)
    if options is None:
        die(2, *USAGE)
    given = {VALUED.get(name, name): value for name, value in options.items()}
    if "--dns" in given:
        if not tree.env_read():
            die(3, "Машина не подготовлена, домен неизвестен. Сначала: sudo deploy/tapbot init",
                "The machine is not prepared, its domain is unknown. First: sudo deploy/tapbot init")
        dns_explain()
        return 0
    secret.need_root()
    if "--live-restore" in given:
        tree.engine_needed()
        return 0 if engine_prepared() else 1
    if os.path.isdir(tree.ENV_FILE):
        die(1, ".env — это каталог, а не файл. Уберите его: mv .env .env.folder", ".env is a folder, not a file. Move it: mv .env .env.folder")
    old = former()
    found = answers(given, old)
    values = {**old, **{key: found[key] for key in settings.FORMS if key in found},
              "COMPOSE_PROFILES": profiles_of(found["servers"], found["profiles"])}
    values.setdefault("TAPBOT_VERSION", version())
    values.pop("COMPOSE_FILE", None)
    values.update(link_files.values({**old, **values}, found["servers"]))
    user = user_of(given)
    plan(values, user)
    if "--yes" not in given and not confirm("\nЗаписать?", "\nWrite?"):
        die(1, "Ничего не записано.", "Nothing was written.")
    if volume := tree.env_read().get("POSTGRES_VOLUME"):
        values["POSTGRES_VOLUME"] = volume  # a restore may have replaced the database while this waited for an answer
    settings.env_write(values)
    secret.make_missing()
    secret.derive()
    secret.modes_repair()
    link_prepared()
    if user:
        password = user[1] or users.generate()
        users.add(user[0], password)
        if user[1] is None:
            users.print_once(user[0], password)
    engine_prepared()
    settings.note_change("init", values["COMPOSE_PROFILES"], "done")
    tree.forget()
    dns_explain()
    if tree.link_server() and not values.get("LINK_PEER_PUBLIC"):
        say(f"\nГотово. Дальше связь с другим сервером, deploy/tapbot link: docs/two-servers.md. Ключ этого сервера: {link_files.own_public()}",
            f"\nDone. Next: the link to the other server, deploy/tapbot link: docs/two-servers.md. Key of this server: {link_files.own_public()}")
    else:
        say("\nГотово. Дальше: deploy/tapbot doctor, затем deploy/tapbot up", "\nDone. Next: deploy/tapbot doctor, then deploy/tapbot up")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
