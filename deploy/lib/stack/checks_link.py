# SPDX-License-Identifier: MIT
"""doctor's checks of the link between two servers; without a link they find nothing."""
import email.utils
import http.client
import os
import time

from stack import link, link_files, tree
from stack.findings import Check, Unchecked

INIT = "sudo deploy/tapbot init"
UP = "sudo deploy/tapbot link up"
# The servers send requests to each other every second or two, so a handshake happens every 2 minutes; a key is valid for 3.
SILENT_SECONDS = 180
CLOCK_SECONDS = 5
ANSWER_SECONDS = 4


def number():
    """The number of this server, or None. Raises Unchecked without root, because only root can read the link's files."""
    here = tree.link_server()
    if here and os.geteuid():
        raise Unchecked("связь видит только root: sudo deploy/tapbot doctor", "only root can check the link: sudo deploy/tapbot doctor")
    return here


def description():
    env = tree.env_read()
    here, chosen = tree.link_server(), env.get("COMPOSE_FILE", "docker-compose.yml").split(":")
    wanted = f"deploy/compose/link.server{here}.yml"
    if here and wanted not in chosen:
        yield (f"в .env есть LINK_ADDRESS, а в COMPOSE_FILE нет {wanted}", f".env has LINK_ADDRESS, but COMPOSE_FILE lacks {wanted}"),
    if not here and any(one.startswith("deploy/compose/link.") for one in chosen):
        yield ("в COMPOSE_FILE связь, а LINK_ADDRESS пуст", "COMPOSE_FILE has the link, but LINK_ADDRESS is empty"),


def files():
    here = number()
    if here is None:
        return
    if not link_files.read(link_files.KEY) or not link_files.read(link_files.INTERFACE):
        yield ("нет ключа или файла WireGuard", "WireGuard's key or file is missing"),
        return
    if link_files.read(link_files.INTERFACE) != link_files.interface_text(tree.env_read(), link_files.read(link_files.KEY).strip()):
        yield ("файл WireGuard написан по прежнему .env", "WireGuard's file was written for an older .env"), UP
    if here == "2" and not (link_files.read(link_files.CERTIFICATE) and link_files.read(link_files.AUTHORITY)):
        yield ("нет сертификата базы", "the database has no certificate"),
    if here == "2" and not all(map(link_files.read, link_files.PAIR.values())):
        yield ("нет пары ключей Dozzle", "Dozzle has no key pair"),
    if here == "1" and not all(map(link_files.read, (link_files.AUTHORITY, *link_files.PAIR.values()))):
        yield (("нет секретов сервера 2", "the secrets of server 2 are missing"), "sudo deploy/tapbot link import link-export.txt",
               ("Сначала на сервере 2: sudo deploy/tapbot link export link-export.txt, и скопируйте файл сюда",
                "First on server 2: sudo deploy/tapbot link export link-export.txt, and copy the file here"))
    for path in (link_files.KEY, link_files.INTERFACE, link_files.AUTHORITY_KEY, link_files.PAIR["key"]):
        if os.path.exists(path) and os.stat(path).st_mode & 0o077:
            name = os.path.relpath(path, tree.ROOT)
            yield (f"{name} читают все", f"{name} is readable by others"), f"sudo chmod 400 {name}"


def there():
    with open("/proc/net/dev", encoding="ascii") as devices:
        return any(line.strip().startswith(f"{link_files.DEVICE}:") for line in devices)


def interface():
    here = number()
    if here and link_files.read(link_files.INTERFACE) and not there():
        yield (("интерфейса WireGuard нет", "the WireGuard interface does not exist"), link.unit_command())


def spoken():
    here = number()
    if here is None:
        return
    env = tree.env_read()
    if not env.get("LINK_PEER_PUBLIC"):
        yield (("нет ключа другого сервера", "the other server's key is missing"), "sudo deploy/tapbot link peer KEY",
               ("Ключ печатает deploy/tapbot link на другом сервере", "deploy/tapbot link prints the key on the other server"))
        return
    seconds = link.handshake()
    if seconds is None or seconds > SILENT_SECONDS:
        since = ("ни разу", "never") if seconds is None else (f"{seconds} с назад", f"{seconds} s ago")
        yield (f"серверы говорили {since[0]}", f"last handshake of the servers: {since[1]}"), UP


def answer():
    """(status, Date header of the other server's Traefik, seconds since 1970 in the middle of the request)."""
    began = time.time()
    connection = http.client.HTTPConnection(tree.env_read()["LINK_PEER"], 7000, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/ping")
        said = connection.getresponse()
        return said.status, said.getheader("Date"), (began + time.time()) / 2
    finally:
        connection.close()


def reached():
    if number() is None or not tree.env_read().get("LINK_PEER_PUBLIC"):
        return
    try:
        status, _, _ = answer()
        wrong = None if status == 200 else (f"ответ {status}", f"status {status}")
    except (OSError, http.client.HTTPException) as error:
        wrong = (str(error), str(error))
    if wrong:
        yield ((f"Traefik другого сервера не отвечает по связи: {wrong[0]}", f"the other server's Traefik does not answer over the link: {wrong[1]}"),)


def clock():
    if number() is None or not tree.env_read().get("LINK_PEER_PUBLIC"):
        return
    try:
        _, date, here = answer()
    except (OSError, http.client.HTTPException) as error:
        raise Unchecked("другой сервер не отвечает", "the other server does not answer") from error
    there = email.utils.parsedate_to_datetime(date).timestamp() if date else here
    if abs(there - here) > CLOCK_SECONDS:
        yield (f"часы серверов расходятся на {abs(there - here):.0f} с", f"the servers' clocks differ by {abs(there - here):.0f} s"),


def certificate():
    days = link_files.days_left(link_files.CERTIFICATE) if number() == "2" else None
    if days is not None and days < link_files.RENEW_DAYS:
        yield (f"сертификат базы кончается через {days} дн.", f"the database's certificate expires in {days} days"),


LINK = [
    Check("link-compose", ("описание для связи серверов", "the compose description of the link"), description,
          ("Связи не будет, или порты откроются не там", "There is no link, or ports are published on wrong addresses"), INIT, fatal=True),
    Check("link-files", ("ключи и сертификаты связи", "keys and certificates of the link"), files,
          ("Сервер 1 не войдёт в базу, бот и n8n не запустятся", "Server 1 cannot connect to the database; bot and n8n do not start"), INIT,
          fatal=True),
    Check("link-interface", ("интерфейс связи", "the link's interface"), interface,
          ("Контейнеры с портом на её адресе не запустятся", "Containers that publish a port on its address do not start"), fatal=True),
    Check("link", ("серверы говорят по связи", "the servers communicate over the link"), spoken,
          ("Боты не отвечают, api без ботов: проверьте порт 51820/udp и PEER_ADDRESS на обоих серверах",
           "Bots do not answer: check port 51820/udp and PEER_ADDRESS on both servers")),
    Check("link-peer", ("другой сервер отвечает", "the other server answers"), reached,
          ("Запросы к нему получают 503", "Requests to it are answered with 503"), "sudo deploy/tapbot link"),
    Check("link-clock", ("часы обоих серверов", "the clocks of both servers"), clock,
          ("Сроки броней и журналы не сойдутся, а сертификат базы может быть отвергнут",
           "Times of holds and logs differ, and the database's certificate may be rejected"), "sudo timedatectl set-ntp true"),
    Check("link-certificate", ("срок сертификата базы", "validity of the database's certificate"), certificate,
          ("После этого дня сервер 1 не войдёт в базу", "From that day on server 1 cannot connect to the database"),
          "sudo deploy/tapbot link certificate"),
]
