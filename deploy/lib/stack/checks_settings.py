# SPDX-License-Identifier: MIT
"""doctor's checks of .env and secrets/."""
import ipaddress
import os
import re
import shlex

from stack import hashes, host, init, link_transfer, settings, tree, users
from stack.findings import Check, Unchecked, silent_pool
from stack.masking import mask
from stack.secret import DUE_DAYS, due as secrets_due

REQUIRED = ["TAPBOT_DOMAIN", "COMPOSE_PROFILES", "ACME_EMAIL", "ACME_SERVER", "ADMIN_NETWORKS"]
# Valid names that are not in the sample: ours and those of compose.
KNOWN = {"COMPOSE_FILE", "COMPOSE_PROJECT_NAME", "COMPOSE_PROFILES", "DOCKER_HOST"}
SECRET_NAME = re.compile(r"PASSWORD|SECRET|TOKEN|(^|_)KEY$|API_KEY")
SECRET_MIN = 16
INIT = "sudo deploy/tapbot init"
USER = "sudo deploy/tapbot users add admin --generate"
MAKE = "sudo deploy/tapbot secrets make"
UP = "sudo deploy/tapbot up --yes"
# Why the command for a key of stored data does not make another one.
STORED = ("Новый ключ не откроет сохранённого: прежний файл скопируйте в secrets/ из папки, которую назовёт команда, потом sudo deploy/tapbot secrets make. "
          "Если сохранять было ещё нечего, сразу sudo deploy/tapbot secrets make",
          "A new key cannot decrypt what is stored: copy the former file to secrets/ from the folder that the command prints, then run sudo deploy/tapbot "
          "secrets make. If nothing was stored yet, run that at once")
# On server 1 of two, for a secret that server 2 has too.
IMPORT = "sudo deploy/tapbot link import link-export.txt"
EXPORTED = ("Он общий с сервером 2, новый туда не подойдёт. Файл с прежним делает там sudo deploy/tapbot link export link-export.txt",
            "Server 2 has it too, and a new one would not fit. The file with the former one is made there by sudo deploy/tapbot link export link-export.txt")
# The number of the most common passwords that are tried for each entry; --full tries all. One try takes 45 ms.
TRIED = 40


def env_there():
    if os.path.isdir(tree.ENV_FILE):
        yield (".env — это каталог, а не файл", ".env is a folder, not a file"), f"sudo mv .env .env.folder && {INIT}"
    elif not os.path.exists(tree.ENV_FILE):
        yield (("нет файла .env", ".env does not exist"),)


def need_env():
    if not os.path.isfile(tree.ENV_FILE):
        raise Unchecked("нет .env", "there is no .env")
    return tree.env_read()


def quote_line(number, value):
    """The command that puts the value of a line of .env in single quotes, in which compose does not replace variables."""
    if "'" in value:
        return "sudo nano .env"
    escaped = re.sub(r"[\\&|]", r"\\\g<0>", value)
    script = f"{number}s|=.*|='{escaped}'|"
    return f"sudo sed -i {shlex.quote(script)} .env"


def env_lines():
    """Lines that compose reads differently than they look, or ignores."""
    need_env()
    seen = {}
    for number, name, raw, value in tree.env_lines():
        take = f"sudo sed -i '{number}d' .env"
        if "\ufffd" in raw:
            yield (f"в .env, строка {number}, байты не UTF-8", f".env, line {number}: bytes that are not UTF-8"), take
        elif name is None:
            yield (f"в .env, строка {number}, не ИМЯ=значение: {mask(raw)[:60]}", f".env, line {number}, is not NAME=value: {mask(raw)[:60]}"), take
        elif raw[:1] in ("'", '"') and raw.count(raw[0]) % 2:
            yield (f"в .env, строка {number}, кавычка не закрыта: {name}", f".env, line {number}: unterminated quote: {name}"), take
        elif "$" in value and not raw.startswith("'"):
            yield (f"в .env, строка {number}, {name}: Docker подставит переменную вместо $...",
                   f".env, line {number}, {name}: Docker replaces $... with a variable"), quote_line(number, value)
        elif name in seen:
            yield (f"в .env {name} дважды, строки {seen[name]} и {number}", f".env has {name} twice, lines {seen[name]} and {number}"), f"sudo sed -i '{seen[name]}d' .env"
        seen[name] = number


def env_mode():
    need_env()
    known = os.stat(tree.ENV_FILE)
    if known.st_mode & 0o077:
        yield ((f"права .env {known.st_mode & 0o777:04o}, должно быть 0600",
                f".env has mode {known.st_mode & 0o777:04o} instead of 0600"),)


def env_names():
    values = need_env()
    for name in REQUIRED:
        if not values.get(name):
            yield (f"в .env не задано {name}", f"{name} is not set in .env"), INIT


def env_unknown():
    """Not fatal: older code, to which people go back, does not know the settings that a newer one has appended."""
    values, sample = need_env(), tree.env_read(tree.ENV_SAMPLE)
    for name in values:
        if sample and name not in sample and name not in KNOWN:
            yield ((f"в .env неизвестная переменная {name}, её никто не читает",
                    f".env has the unknown variable {name}, which is not used"), f"sed -i '/^{name}=/d' .env")


def env_values():
    sample = tree.env_read(tree.ENV_SAMPLE)
    for name, value in need_env().items():
        wrong = settings.wrong_form(name, value) if value else None
        if wrong:
            # A setting for which init does not prompt gets the sample's value.
            command = INIT if name in init.ASKED else f"sudo sed -i 's|^{name}=.*|{name}={sample.get(name, '')}|' .env"
            yield (f"{name}={value} в .env, нужно: {wrong[0]}", f"{name}={value} in .env, needed: {wrong[1]}"), command
        elif name == "TAPBOT_DOMAIN" and settings.doubts(name, value):
            yield settings.doubts(name, value), INIT


def placeholders():
    for name, value in need_env().items():
        if settings.PLACEHOLDER.search(value):
            yield (f"{name}={value} в .env осталось из примера", f"{name}={value} in .env is a sample value"), INIT


def env_secrets():
    for name, value in need_env().items():
        if SECRET_NAME.search(name) and value:
            yield ((f"в .env секрет {name}, его место в secrets/", f".env contains the secret {name}, which belongs to secrets/"),
                   f"sed -i '/^{name}=/d' .env")


def admin_networks():
    value = need_env().get("ADMIN_NETWORKS", "")
    if not settings.networks_ok(value):
        raise Unchecked("ADMIN_NETWORKS не прочитать", "ADMIN_NETWORKS cannot be read")
    if settings.doubts("ADMIN_NETWORKS", value):
        yield settings.doubts("ADMIN_NETWORKS", value), INIT
    known = host.visitor()
    if known and not any(known in ipaddress.ip_network(one.strip()) for one in value.split(",")):
        yield ((f"вы вошли с {known}, а его нет в ADMIN_NETWORKS={value}",
                f"you are connected from {known}, which is not in ADMIN_NETWORKS={value}"),
               f"sudo deploy/tapbot init --yes --admin-networks {value},{known}/{known.max_prefixlen}",
               ("Страницы администраторов вам не откроются", "You cannot open the administrators' pages"))


def secrets_there():
    missing = [secret for secret in tree.secret_table().values() if not os.path.exists(secret.path)]
    prepared = os.path.exists(tree.ENV_FILE)
    kept = [secret for secret in missing if prepared and (secret.rotation == "never" or from_server_2(secret))]
    for secret in kept:
        yield (f"в secrets/ нет {secret.name}", f"secrets/ lacks {secret.name}"), *remake(secret)
    names = ", ".join(secret.name for secret in missing if secret.kind != "users" and secret not in kept)
    if names:
        yield (f"в secrets/ нет {names}", f"secrets/ lacks {names}"), MAKE if prepared else INIT
    if any(secret.kind == "users" for secret in missing):
        yield ("нет secrets/basicauth_users", "there is no secrets/basicauth_users"), USER


def secrets_files():
    """Docker creates a folder if the file of a secret is missing."""
    for secret in tree.secret_table().values():
        if os.path.isdir(secret.path):
            made = USER if secret.kind == "users" else IMPORT if from_server_2(secret) else MAKE
            yield ((f"secrets/{secret.name} — каталог, а не файл", f"secrets/{secret.name} is a folder, not a file"),
                   f"sudo rmdir secrets/{secret.name} && {made}")
        elif not secret.is_text():
            yield (f"в secrets/{secret.name} байты не UTF-8", f"secrets/{secret.name} has bytes that are not UTF-8"), *remake(secret)


def secrets_modes():
    if os.path.isdir(tree.SECRETS):
        mode = os.stat(tree.SECRETS).st_mode & 0o777
        if mode != 0o711:
            yield ((f"права каталога secrets {mode:04o}, должно быть 0711",
                    f"the folder secrets has mode {mode:04o} instead of 0711"), MAKE + " && chmod 711 secrets")
    for secret in tree.secret_table().values():
        try:
            known = os.stat(secret.path)
        except OSError:
            continue
        if known.st_mode & 0o777 != secret.mode:
            yield (f"права secrets/{secret.name} {known.st_mode & 0o777:04o}, должно быть {secret.mode:04o}",
                   f"secrets/{secret.name} has mode {known.st_mode & 0o777:04o} instead of {secret.mode:04o}"), MAKE
        elif (known.st_uid, known.st_gid) != (secret.uid, secret.gid):
            yield ((f"владелец secrets/{secret.name} {known.st_uid}:{known.st_gid}, должен быть {secret.uid}:{secret.gid}",
                    f"secrets/{secret.name} belongs to {known.st_uid}:{known.st_gid} instead of {secret.uid}:{secret.gid}"),
                   MAKE, ("Сервис не прочитает свой секрет, или его прочитает чужой",
                          "The service cannot read its secret, or others can"))


def not_in_git():
    """A secret that was committed to Git is disclosed, even if it is deleted later."""
    tracked = tree.run("git", "-C", tree.ROOT, "ls-files", "--", ".env", "secrets").stdout.split()
    if tracked:
        yield ((f"в Git попали {', '.join(tracked)}", f"Git tracks {', '.join(tracked)}"),
               "git rm -r -q --cached " + " ".join(tracked))


def readable():
    """{secret: value} of the existing secrets."""
    found = {}
    for secret in tree.secret_table().values():
        value = secret.read()
        if value is None and os.path.exists(secret.path) and not os.access(secret.path, os.R_OK):
            raise Unchecked("секреты читает только root: sudo deploy/tapbot doctor",
                            "only root can read secrets: sudo deploy/tapbot doctor")
        if value is not None:
            found[secret] = value
    return found


def from_server_2(secret):
    return tree.link_server() == "1" and secret.name in link_transfer.shared()


def remake(secret):
    """The command that regenerates a secret whose value is invalid, or gets it from the backup or from server 2, then also the reason."""
    if from_server_2(secret):
        return IMPORT, EXPORTED
    if secret.rotation == "never":
        return f"sudo deploy/tapbot restore files secrets/{secret.name}", STORED
    return (f"sudo rm secrets/{secret.name} && {MAKE}",)


def renew(secret):
    if secret.rotation.startswith("role:") or secret.rotation == "restart":
        return f"sudo deploy/tapbot secrets rotate {secret.name} --yes"
    return remake(secret)[0]


def secrets_values():
    values = readable()
    by_name = {secret.name: value for secret, value in values.items()}
    for secret, value in values.items():
        if secret.kind == "given" and not value:
            continue
        if not value.strip():
            command = (USER,) if secret.kind == "users" else remake(secret)
            yield (f"secrets/{secret.name} пуст", f"secrets/{secret.name} is empty"), *command
        elif secret.kind != "users" and value != value.rstrip("\r\n"):
            yield ((f"secrets/{secret.name} кончается переводом строки", f"secrets/{secret.name} ends with a newline"),
                   f"truncate -s {len(value.rstrip(chr(13) + chr(10)).encode())} secrets/{secret.name}",
                   ("Перевод строки станет частью пароля, и вход не удастся", "The newline becomes part of the password"))
        elif secret.template and all(part in by_name for part in secret.parts):
            if value != secret.made_of(by_name):
                yield ((f"secrets/{secret.name} не совпадает с {', '.join(secret.parts)}",
                        f"secrets/{secret.name} does not match {', '.join(secret.parts)}"), *remake(secret),
                       ("Сервис войдёт со старым паролем и получит отказ", "The service would log in with an old password"))


def not_given():
    """The secrets of kind given that are empty: their features are off, which may be intended."""
    return [secret.name for secret in tree.secret_table().values() if secret.kind == "given" and secret.read() == ""]


# The settings of each alert channel, all required or none: variables, and secrets by the names of their files.
CHANNELS = (("alert_bot_token", "ALERT_CHATS"), ("SMTP_URL", "ALERT_EMAILS", "ALERT_FROM"), ("sms_api_id", "ALERT_PHONES"),
            ("alert_webhook_secret", "ALERT_WEBHOOK_URL"))


def alerts():
    """[{setting: whether it is set}], an entry for each channel."""
    values, secrets = need_env(), tree.secret_table()
    values |= {name: secrets[name].read() for channel in CHANNELS for name in channel if name in secrets}
    if None in values.values():
        raise Unchecked("секреты не прочитать", "the secrets cannot be read")
    return [{name: bool(values.get(name)) for name in channel} for channel in CHANNELS]


def alerts_whole():
    """A partly configured channel sends nothing, although the administrator expects that it does."""
    for channel in alerts():
        for name in (name for name, there in channel.items() if not there and any(channel.values())):
            yield ((f"не задано {name}", f"{name} is not set"),
                   f"sudo deploy/tapbot secrets set {name}" if name.islower() else f"sudo nano .env && {UP}")


def no_alerts():
    """Whether no channel is configured, as after init. This is reported, but it is not a finding."""
    return not any(there for channel in alerts() for there in channel.values())


def secrets_weak():
    common = set(users.common_passwords())
    for secret, value in readable().items():
        bare = value.strip()
        if secret.kind != "random32" or secret.rotation == "never" or not bare:
            continue
        if bare.lower() in common or settings.PLACEHOLDER.search(bare) or len(bare) < SECRET_MIN or len(set(bare)) < 6:
            yield ((f"secrets/{secret.name}: слабый или примерный пароль", f"secrets/{secret.name}: a weak or sample password"),
                   renew(secret))


def secrets_old():
    names = secrets_due()
    if names:
        yield ((f"старше {DUE_DAYS} дней: {', '.join(names)}", f"older than {DUE_DAYS} days: {', '.join(names)}"),
               "sudo deploy/tapbot secrets rotate --due --yes")


def users_there():
    for secret, value in readable().items():
        if secret.kind != "users" or not value.strip():
            continue
        seen = set()
        for number, line in enumerate(value.splitlines(), 1):
            name, colon, known = line.partition(":")
            if not colon or not users.NAME.fullmatch(name):
                yield ((f"secrets/basicauth_users, строка {number}: не «имя:хеш»",
                        f"secrets/basicauth_users, line {number}: not name:hash"),
                       f"sudo sed -i '{number}d' secrets/basicauth_users")
            elif not hashes.cost(known):
                yield ((f"у пользователя {name} хеш не bcrypt", f"the hash of {name} is not bcrypt"),
                       f"sudo deploy/tapbot users add {name} --generate")
            elif hashes.cost(known) < hashes.COST:
                yield ((f"у пользователя {name} bcrypt {hashes.cost(known)}, нужно от {hashes.COST}",
                        f"{name} has bcrypt {hashes.cost(known)}, at least {hashes.COST} is needed"),
                       f"sudo deploy/tapbot users add {name} --generate")
            if name in seen:
                yield ((f"пользователь {name} записан дважды", f"{name} is listed twice"),
                       f"sudo deploy/tapbot users add {name} --generate")
            seen.add(name)


def guessed(words, known):
    """Whether one of the words is the password. A few are tried at a time, so that a match ends the search."""
    threads = os.cpu_count() or 1
    for at in range(0, len(words), threads):
        if any(silent_pool(lambda word: hashes.matches(word, known), words[at:at + threads], threads)):
            return True
    return False


def users_passwords():
    """Finds only passwords that are cheap to guess; attackers try the same ones first."""
    if not hashes.available():
        raise Unchecked("нет libcrypt", "libcrypt is missing")
    values = [value for secret, value in readable().items() if secret.kind == "users"]
    words = users.common_passwords()
    if os.environ.get("TAPBOT_DOCTOR_FULL") != "yes":
        # The published sample hashes are of `password`, the second word of the list.
        words = words[:TRIED] + ["admin", "changeme", "secret", "qwerty123", "admin123", "password123"]
    for line in values[0].splitlines() if values else []:
        name, _, known = line.partition(":")
        if hashes.cost(known) and hashes.cost(known) < 13:
            tried = list(dict.fromkeys(words + users.obvious(name)))
            if guessed(tried, known):
                yield ((f"у пользователя {name} слишком простой пароль или пароль из примера",
                        f"the password of {name} is a common or sample one"),
                       f"sudo deploy/tapbot users add {name} --generate")


SETTINGS = [
    Check("env", (".env есть", ".env exists"), env_there,
          ("Не заданы ни домен, ни роль сервера", "The stack has neither a domain nor a server role"), INIT, fatal=True),
    Check("env-lines", ("строки .env", "lines of .env"), env_lines,
          ("Docker прочитает не то, что написано, или ничего", "Docker reads another value than intended, or none"), fatal=True),
    Check("env-mode", ("права .env", "mode of .env"), env_mode,
          ("Его читают все пользователи сервера", "Every user of the server can read it"), "sudo chmod 600 .env"),
    Check("env-names", ("нужное в .env", "required names in .env"), env_names,
          ("Опечатка в имени: действует значение по умолчанию", "A misspelt name means that the default is used"), fatal=True),
    Check("env-unknown", ("имена в .env", "names in .env"), env_unknown,
          ("Опечатка в имени: действует значение по умолчанию. Если код в папке старше настройки, оставьте её",
           "A misspelt name means that the default is used. If the code of this folder is older than the setting, leave it")),
    Check("env-values", ("вид значений в .env", "format of the values in .env"), env_values,
          ("Traefik или Docker этого не поймут", "Traefik or Docker cannot use the value"), fatal=True),
    Check("placeholder", ("значения из примеров", "sample values"), placeholders,
          ("Сертификат и письма уйдут не туда", "Certificates and mail would go to a wrong address"), fatal=True),
    Check("env-secret", ("секретов в .env нет", "no secrets in .env"), env_secrets,
          ("Переменные видны в docker inspect и попадают в копии", "Variables are visible in docker inspect and in backups")),
    Check("admin-list", ("сети администраторов", "networks of administrators"), admin_networks,
          ("Второго рубежа перед паролем нет", "The password is the only protection"), INIT),
    Check("secrets", ("все секреты есть", "all secrets exist"), secrets_there,
          ("Контейнер без своего секрета не запустится", "A container without its secret does not start"), MAKE, fatal=True),
    Check("git", ("секретов нет в Git", "no secrets in Git"), not_in_git,
          ("Кто видит репозиторий, тот видит и их: уберите, а попавшие секреты обновите (deploy/tapbot secrets rotate)",
           "Everybody with access to the repository can read them: remove them and rotate the secrets (deploy/tapbot secrets rotate)")),
    Check("secret-file", ("секреты — файлы с текстом", "secrets are text files"), secrets_files,
          ("Сервис не прочитает свой секрет", "The service cannot read its secret"), MAKE, fatal=True),
    Check("secret-mode", ("владельцы и права секретов", "owners and modes of secrets"), secrets_modes,
          ("Секрет прочитает чужой, или не прочитает сам сервис", "Others can read the secret, or its service cannot"), MAKE,
          fatal=True),
    Check("secret-value", ("секреты не пусты, без перевода строки, согласованы", "secrets: not empty, no newline, consistent"),
          secrets_values, ("Вход не удастся ни одному сервису", "No service can log in"), MAKE, fatal=True),
    Check("alerts", ("кому health сообщает о неполадках", "recipients of alerts"), alerts_whole,
          ("О поломке ночью никто не узнает", "Nobody is alerted of a failure at night")),
    Check("secret-weak", ("слабые и примерные секреты", "weak and sample secrets"), secrets_weak,
          ("Такие пароли пробуют первыми", "Such passwords are tried first"), fatal=True),
    Check("secret-age", ("возраст секретов", "age of secrets"), secrets_old,
          ("Чем дольше пароль один и тот же, тем больше людей и копий его видели",
           "The longer a password stays the same, the more people and backups have seen it")),
    Check("users", ("список BasicAuth: bcrypt не слабее 10", "BasicAuth list: bcrypt, cost 10 or more"), users_there,
          ("Хеш слабее подбирают за часы; с испорченной строкой не войдёт никто",
           "Weaker hashes are cracked within hours; with an invalid line Traefik rejects every user"), fatal=True),
    Check("passwords", ("частые и примерные пароли BasicAuth", "common and sample passwords of BasicAuth"), users_passwords,
          ("Его подберут за минуты", "It can be guessed within minutes"), fatal=True),
]
