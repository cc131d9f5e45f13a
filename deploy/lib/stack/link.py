# SPDX-License-Identifier: MIT
"""link: the WireGuard link between two servers. Shows its state, exchanges keys and shared secrets, and renews the
certificate."""
import getpass
import os
import shlex
import shutil
import sys
import time

from say import answer_help, die, say, step, text, warn
from stack import deploy_lock, harden_host, harden_monitor, harden_peer, link_files, link_transfer, secret, settings, tree

USAGE = ("""deploy/tapbot link: связь двух серверов (WireGuard). Без слов: что с ней сейчас.

  deploy/tapbot link                  адреса, ключи, когда серверы говорили, срок сертификата базы
  deploy/tapbot link export ФАЙЛ      на сервере 2: записать в зашифрованный файл всё, что нужно серверу 1;
                                      код к нему напечатать один раз
  deploy/tapbot link import ФАЙЛ      на сервере 1: взять это; спросит код, не с терминала читает одну строку
  deploy/tapbot link peer КЛЮЧ        записать открытый ключ другого сервера
  deploy/tapbot link up               поднять связь заново
  deploy/tapbot link certificate      на сервере 2: новый сертификат базы, без перезапуска

Порядок в первый раз: docs/two-servers.md. После «secrets rotate» общего секрета повторите export и import.
Коды выхода: 0 сделано, 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине.""",
         """deploy/tapbot link: the link between two servers (WireGuard). Without arguments it prints the state.

  deploy/tapbot link                  addresses, keys, the last handshake, validity of the database's certificate
  deploy/tapbot link export FILE      on server 2: write all that server 1 needs to an encrypted file; its code is
                                      printed once
  deploy/tapbot link import FILE      on server 1: import that file; prompts for the code, or reads one line if the
                                      input is not a terminal
  deploy/tapbot link peer KEY         store the other server's public key
  deploy/tapbot link up               restart the link
  deploy/tapbot link certificate      on server 2: a new certificate of the database, without a restart

The order for the first setup: docs/two-servers.md. After `secrets rotate` of a shared secret, repeat export and import.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 something is missing on this machine.""")

UNIT = "tapbot-link.service"


def need_link(number=None):
    """This server's number; exits if there is no link, or if this is not server `number`."""
    here = tree.link_server()
    if here is None:
        die(3, "Связи нет: другой сервер не указан. Сначала: sudo deploy/tapbot init --peer-address АДРЕС",
            "There is no link: the address of the other server is not set. First: sudo deploy/tapbot init --peer-address ADDRESS")
    if number and here != number:
        die(2, f"Это делают на сервере {number}, а здесь сервер {here}.", f"Run this on server {number}; this is server {here}.")
    return here


def handshake():
    """Seconds since the last handshake; None if there was none, or without the interface."""
    words = tree.run("wg", "show", link_files.DEVICE, "latest-handshakes").stdout.split()
    return max(0, int(time.time()) - int(words[1])) if len(words) > 1 and words[1].isdigit() and int(words[1]) else None


def unit_command():
    install = "" if shutil.which("wg-quick") else "sudo apt-get install -y wireguard-tools && "
    return f"{install}sudo systemctl enable {shlex.quote(f'{tree.ROOT}/deploy/host/{UNIT}')} && sudo systemctl restart {UNIT}"


def bring_up():
    """Restarts the interface with its current file. Returns False if that fails."""
    tree.run("systemctl", "enable", f"{tree.ROOT}/deploy/host/{UNIT}")
    done = tree.run("systemctl", "restart", UNIT)
    if done.returncode:
        # Without systemd the interface is started directly; this does not survive a reboot.
        done = tree.run("sh", os.path.join(tree.ROOT, "deploy/host/link.sh"), "up")
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["?"])[-1][:200]
        warn(f"Связь не поднялась: {why}. Команда: {unit_command()}", f"The link did not come up: {why}. Command: {unit_command()}")
    return done.returncode == 0


def write_and_up():
    step("Записываю и поднимаю связь", "Writing the link and bringing it up")
    link_files.make()
    return bring_up()


def show():
    number, env = need_link(), tree.env_read()
    seconds = handshake()
    last = text("ещё ни разу или давно", "never or long ago") if seconds is None else text(f"{seconds} с назад", f"{seconds} s ago")
    days = link_files.days_left(link_files.CERTIFICATE if number == "2" else link_files.AUTHORITY)
    unknown = text("нет", "none")
    say(f"Этот сервер   {number}, {env['LINK_ADDRESS']}, ключ {link_files.own_public() or unknown}",
        f"This server   {number}, {env['LINK_ADDRESS']}, key {link_files.own_public() or unknown}")
    say(f"Другой        {env.get('LINK_PEER')}, снаружи {env.get('PEER_ADDRESS')}, ключ {env.get('LINK_PEER_PUBLIC') or unknown}",
        f"The other     {env.get('LINK_PEER')}, from outside {env.get('PEER_ADDRESS')}, key {env.get('LINK_PEER_PUBLIC') or unknown}")
    say(f"На другом     sudo deploy/tapbot link peer {link_files.introduction()}",
        f"Run there     sudo deploy/tapbot link peer {link_files.introduction()}")
    say(f"Говорили      {last}", f"Handshake     {last}")
    say(f"Сертификат    {unknown if days is None else f'ещё {days} дн.'}", f"Certificate   {unknown if days is None else f'{days} days left'}")
    return 0


def export(path):
    need_link("2")
    link_files.make()
    missing = [name for name in link_transfer.shared() if tree.secret_table()[name].read() is None]
    if missing:
        die(1, f"Нет секретов {', '.join(missing)}. Сделать: deploy/tapbot secrets make",
            f"Missing secrets: {', '.join(missing)}. To create them: deploy/tapbot secrets make")
    code = link_transfer.code_make()
    sealed = link_transfer.sealed(code)
    # The file belongs to the user who called sudo, to copy it.
    uid, gid = int(os.environ.get("SUDO_UID") or 0), int(os.environ.get("SUDO_GID") or 0)
    try:
        settings.write_file(os.path.abspath(path), sealed, 0o600, uid, gid)
    except OSError as error:
        die(1, f"Файл {path} не записать: {error.strerror}. Можно так: sudo deploy/tapbot link export link-export.txt",
            f"The file {path} cannot be written: {error.strerror}. For example: sudo deploy/tapbot link export link-export.txt")
    settings.note_change("link export", path, "done")
    say(f"Записано в {path}. Код, печатается один раз: {code}\n"
        "Перенесите файл на сервер 1 (scp), там: sudo deploy/tapbot link import ФАЙЛ; потом удалите его на обоих.",
        f"Written to {path}. The code, printed once: {code}\n"
        "Copy the file to server 1 (scp) and run there: sudo deploy/tapbot link import FILE; then delete it on both servers.")
    return 0


def take(path):
    need_link("1")
    try:
        with open(path, encoding="utf-8") as file:
            sealed = file.read(link_transfer.BYTES_MAX)
    except (OSError, UnicodeDecodeError) as error:
        die(1, f"Файл {path} не читается: {error}", f"The file {path} cannot be read: {error}")
    code = getpass.getpass(text("Код (не видно): ", "Code (not shown): ")) if sys.stdin.isatty() else sys.stdin.readline()
    try:
        found = link_transfer.opened(sealed, code)
    except link_transfer.Wrong as wrong:
        die(1, f"Ничего не изменено: {wrong.why[0]}.", f"Nothing was changed: {wrong.why[1]}.")
    env = tree.env_read()
    if found["address"] != env["LINK_PEER"]:
        die(1, f"Ничего не изменено: у сервера 2 адрес {found['address']}, а здесь LINK_PEER={env['LINK_PEER']}.",
            f"Nothing was changed: the address of server 2 is {found['address']}, but here LINK_PEER={env['LINK_PEER']}.")
    if lacking := [name for name in link_transfer.shared() if name not in found["secrets"]]:
        die(1, f"Ничего не изменено: в файле нет {', '.join(lacking)}, код на сервере 2 старше здешнего. Возьмите там ту же версию и повторите link export.",
            f"Nothing was changed: the file lacks {', '.join(lacking)}, the code on server 2 is older than here. Take the same version there and repeat link export.")
    with deploy_lock.held("link import"):
        return taken(path, found)


def taken(path, found):
    """Stores the data exported by server 2. Containers that read them are restarted only if the link already works: otherwise
    they would not become healthy, because server 2 does not have this server's key yet."""
    table = tree.secret_table()
    changed = [name for name in link_transfer.shared() if table[name].read() != found["secrets"][name]]
    secret.folder_make()
    link_files.folders()
    for name in changed:
        secret.write(table[name], found["secrets"][name])
    derived = secret.derive()
    gone = link_transfer.bots_write(found["bots"])
    settings.write_file(link_files.AUTHORITY, found["authority"], 0o444)
    link_files.pair_write(found["pair"])
    peer_store(found.get("introduction") or found["public"])
    up = write_and_up()
    settings.note_change("link import", path, "done" if up else "not up")
    if gone:
        say(f"Этих ботов на сервере 2 нет, их файлы здесь удалены: {', '.join(gone)}.",
            f"Server 2 does not have these bots, and their files were deleted here: {', '.join(gone)}.")
    elif link_transfer.bots() and not found["bots"]:
        say("На сервере 2 нет файлов ботов; здешние оставлены.", "Server 2 has no files of bots; those of this server were kept.")
    say(f"Взято: секретов {len(changed)}. Теперь на сервере 2:\n  sudo deploy/tapbot link peer {link_files.introduction()}",
        f"Imported: {len(changed)} secrets. Now on server 2:\n  sudo deploy/tapbot link peer {link_files.introduction()}")
    readers = secret.readers([*changed, *derived]) if tree.engine() else []
    if readers and handshake() is not None:
        secret.restarted("import", "link", readers)
    elif readers:
        say("После этого здесь: sudo deploy/tapbot up --yes", "Then on this server: sudo deploy/tapbot up --yes")
    return 0 if up else 1


def peer_store(word):
    """Stores the other server's keys (link_files.introduction())."""
    env, (key, ssh, host) = tree.env_read(), link_files.introduced(word)
    link_files.folders()
    link_files.ssh_peer_write(env["LINK_PEER"], ssh, host)
    settings.env_write({**env, "LINK_PEER_PUBLIC": key})
    harden_monitor.refresh()
    try:
        harden_peer.refresh()
    except harden_host.Failed as error:
        warn(f"Ключ другого сервера для deploy не записан: {error.why[0]}, затем sudo deploy/tapbot harden apply peer",
             f"The other server's key for deploy was not written: {error.why[1]}, then sudo deploy/tapbot harden apply peer")


def peer(key):
    need_link()
    known = link_files.introduced(key)
    if known is None or known[0] == link_files.own_public():
        die(2, f"{key!r} не подходит: нужен открытый ключ другого сервера, его печатает там deploy/tapbot link.",
            f"{key!r} is invalid: the public key of the other server is needed, which deploy/tapbot link prints there.")
    peer_store(key)
    up = write_and_up()
    settings.note_change("link peer", key, "done" if up else "not up")
    if up:
        say("Ключ записан. Дальше: sudo deploy/tapbot doctor", "The key has been stored. Next: sudo deploy/tapbot doctor")
    return 0 if up else 1


def certificate():
    need_link("2")
    link_files.folders()
    if not link_files.read(link_files.AUTHORITY_KEY):
        die(1, "Нет ключа своего центра, secrets/link/ca.key. Сделать новый: sudo deploy/tapbot init, затем export и import",
            "The key of our certificate authority, secrets/link/ca.key, is missing. To create one: sudo deploy/tapbot init, then export and import")
    link_files.certificate_make(tree.env_read()["LINK_ADDRESS"])
    for one in tree.running("postgres") if tree.engine() else []:
        tree.docker("kill", "--signal", "HUP", one["Id"])
    settings.note_change("link certificate", "postgres", "done")
    days = link_files.days_left(link_files.CERTIFICATE)
    say(f"Новый сертификат базы, на {days} дн.", f"New certificate of the database, valid for {days} days.")
    return 0


def main(arguments):
    answer_help(arguments, USAGE)
    verbs = {"export": (export, 1), "import": (take, 1), "peer": (peer, 1), "certificate": (certificate, 0),
             "up": (lambda: 0 if write_and_up() else 1, 0)}
    how, words = verbs.get(arguments[0], (None, -1)) if arguments else (show, 0)
    if len(arguments[1:]) != words or any(word.startswith("-") for word in arguments[1:]):
        die(2, *USAGE)
    secret.need_root()
    if arguments == ["up"]:
        need_link()
    try:
        return how(*arguments[1:])
    except link_files.Failed as error:
        die(1, f"openssl: {error}", f"openssl: {error}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
