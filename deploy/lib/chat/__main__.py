# SPDX-License-Identifier: MIT
"""python3 -m chat ROLE BOT PERSON LANGUAGE [SCRIPT]: called by deploy/lib/chat.sh with the variables of var/demo.env and with
CHAT_STATE, the demo's folder, in the environment; for staff also with CHAT_STAFF_CODE, which is a code for the staff chat, a
tab and the bot's username. SCRIPT is a file, or - for standard input."""
import os
import sys
import time

from say import die, text as words

from chat import lines, roles
from chat.standin import ANSWER_SECONDS, Gateway, Gone, Refused, Standin
from chat.talk import Screen, Talk, Wrong, converse, play

SCRIPT_MAX = 1 << 20
NEW_BOT_SECONDS = 5 + ANSWER_SECONDS  # the gateway polls for new bots every few seconds
STATE = os.environ["CHAT_STATE"]


def steps_of(path):
    try:
        with open(0 if path == "-" else path, "rb") as file:
            text = file.read(SCRIPT_MAX + 1)
    except OSError as why:
        die(1, f"Файл {path} не читается: {why.strerror}", f"{path} cannot be read: {why.strerror}")
    if len(text) > SCRIPT_MAX:
        die(1, f"Сценарий больше {SCRIPT_MAX} байт", f"The script is longer than {SCRIPT_MAX} bytes")
    try:
        return lines.script(text.decode(errors="replace"))
    except ValueError as why:
        die(1, str(why), str(why))


def token_of(bot):
    """The token that deploy/tapbot bots has written, or None."""
    try:
        with open(os.path.join(STATE, "bots", f"{bot}.token"), encoding="ascii") as file:
            return file.read().strip()
    except FileNotFoundError:
        return None


def register(standin, gateway, bot):
    """Registers a bot that was added to the demo (deploy/tapbot bots add) in the stand-in."""
    known = {one["name"]: one["token"] for one in standin.see("state")["bots"]}
    token = token_of(bot)
    if token is None and bot not in known:
        add = f"echo 1002:AA{bot} | deploy/tapbot bots add {bot}{' --type taxi' if bot == 'taxi' else ''}"
        die(1, f"Бота {bot} в демо нет, есть: {', '.join(known)}. Завести: {add}",
            f"The demo has no bot {bot}. Its bots: {', '.join(known)}. To add it: {add}")
    if bot in known:
        if token not in (None, known[bot]):
            die(1, f"Токен бота {bot} заменён. Повторите после: deploy/tapbot demo stop",
                f"The token of the bot {bot} was replaced. Run this and try again: deploy/tapbot demo stop")
        return
    standin.do("bots", name=bot, token=token)
    end = time.monotonic() + NEW_BOT_SECONDS
    while True:
        try:
            return gateway.set_webhook(bot)
        except Refused as why:
            if time.monotonic() > end:
                die(1, f"Вебхук бота {bot} не установлен: {why.args[1]}", f"The webhook of the bot {bot} was not set: {why.args[1]}")
            time.sleep(0.2)


def standin_needed(standin):
    try:
        standin.see("state")
    except Refused:
        die(1, f"По адресу {standin.root} не tools/telegram, а чат работает только с ним. Уберите TELEGRAM_API_ROOT из окружения "
            "и начните заново: deploy/tapbot demo stop",
            f"{standin.root} is not tools/telegram, and this chat works only with it. Unset TELEGRAM_API_ROOT and start again: "
            "deploy/tapbot demo stop")


def enter(talk, role, person):
    """Begins the chat of the role. Returns its first step, if there is one."""
    first = chat = None
    if role == "staff":
        talk.introduce(person)
        chat, first = roles.staff(talk.standin, talk.bot, person)
    talk.be(person, chat)
    if role == "owner":
        known, first = roles.owner(talk.gateway, talk.bot, person)
        talk.show(known)
    return [(0, "text", first)] if first else []


def talk_to(role, bot, person, language, steps):
    standin, gateway = Standin(os.environ["TELEGRAM_API_ROOT"]), Gateway(os.environ["BOT_URL"], os.environ["API_KEY"])
    try:
        standin_needed(standin)
        register(standin, gateway, bot)
        if steps is not None:
            talk = Talk(standin, gateway, bot, language, lambda text: print(text, flush=True))
            play(talk, enter(talk, role, person))
            talk.answers[:0] = talk.past
            return play(talk, steps)
        screen = Screen()
        talk = Talk(standin, gateway, bot, language, screen.show, sys.stdout.isatty())
        screen.show(words(f"Чат с ботом {bot}. {roles.BEGIN[role][0]}; справка :help, выйти Ctrl-D.",
                          f"Chat with the bot {bot}. {roles.BEGIN[role][1]}; :help for help, Ctrl-D to exit."))
        converse(talk, screen, enter(talk, role, person))
    except Wrong as why:
        die(1, str(why), str(why))
    except Gone as why:
        where = why.args[0]
        die(1, f"{where} не отвечает, журналы в {STATE}. Запустить снова: deploy/tapbot demo --detach",
            f"{where} does not answer, the logs are in {STATE}. To start it again: deploy/tapbot demo --detach")


def main():
    role, bot, person, language, *script = sys.argv[1:]
    try:
        talk_to(role, bot, int(person), language, steps_of(script[0]) if script else None)
    except KeyboardInterrupt:
        print()
    except BrokenPipeError:  # the reader of standard output has exited
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
