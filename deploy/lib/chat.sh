# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# chat: a chat with a bot of the demo in the terminal. Messages go through tools/telegram and bot-gateway.

# shellcheck source=deploy/lib/demo.sh
. "$TAPBOT_ROOT/deploy/lib/demo.sh"

chat_usage() {
    say "deploy/tapbot chat: поговорить с ботом демо в терминале, без Telegram.

  deploy/tapbot chat [БОТ] [--as guest|owner|staff] [--lang ru|kz|en] [--user ЧИСЛО] [--script ФАЙЛ]

Гость, хозяин и сотрудник могут сидеть рядом, каждый в своём терминале: что сделал один, бот сообщит другому.
Если демо не запущено, команда запустит его. Что напечатано, уходит боту; число нажимает кнопку с этим номером.
Внутри чата: :help. Выйти: Ctrl-D.

  БОТ        apartments; другие заводит deploy/tapbot bots add
  --as       кем быть: guest гость (так и без --as), owner хозяин: его привяжет ссылка, и команда назовёт его квартиру,
             staff сотрудник: группа станет чатом сотрудников бота
  --lang     язык человека в Telegram (ru); у staff и язык сообщений в группе
  --user     кто пишет: у каждого числа свой чат (гость 1001, хозяин 2002, сотрудник 3003)
  --script   вместо человека файл, - для стандартного ввода; так же, если ввод не с терминала. Строки уходят по одной,
             следующая — когда бот закончил отвечать
             # комментарий
             tap: Алматы      нажать кнопку, в названии которой есть это слово
             expect: Готово   бот ответил на последнюю строку так; иначе код выхода 1. До первой строки: одно из последних
                              сообщений чата

Коды выхода: 0 поговорили, 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине." \
        "deploy/tapbot chat: a chat with a bot of the demo in the terminal, without Telegram.

  deploy/tapbot chat [BOT] [--as guest|owner|staff] [--lang ru|kz|en] [--user NUMBER] [--script FILE]

A guest, an owner and a member of staff can chat side by side, each in a terminal; the bot notifies them of each other's steps.
If the demo is not running, the command starts it. Your input goes to the bot; a number presses the button with that number.
In the chat: :help. To exit: Ctrl-D.

  BOT        apartments; deploy/tapbot bots add creates others
  --as       guest (default); owner: an owner link links the user, and the command names one of the owner's apartments;
             staff: a member of a group that becomes the bot's staff chat
  --lang     language of the Telegram user (ru; with LANG=en_... en), with staff also that of the messages in the group
  --user     id of the Telegram user; each user has a separate chat (guest 1001, owner 2002, staff 3003)
  --script   read the input from a file instead, - is standard input (default if the input is not a terminal). Lines are
             sent one by one, the next one when the bot has answered and sends no more messages
             # a comment
             tap: Almaty      press the button whose label contains this text
             expect: Done     the bot's answer to the last line must contain this text, otherwise exit code 1. Before the first
                              line: one of the latest messages of the chat

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 something is missing on this machine."
}

verb_chat() {
    local bot=apartments role=guest person='' language=$TAPBOT_LANGUAGE script='' word
    local -A people=([guest]=1001 [owner]=2002 [staff]=3003)
    for word in "$@"; do
        case $word in -h | --help) chat_usage && return 0 ;; esac
    done
    if [ $# -gt 0 ] && [[ $1 != -* ]]; then bot=$1 && shift; fi
    while [ $# -gt 1 ]; do
        case $1 in
        --as) role=$2 ;;
        --lang) language=$2 ;;
        --user) person=$2 ;;
        --script) script=$2 ;;
        *) break ;;
        esac
        shift 2
    done
    person=${person:-${people[${role:-?}]:-}}
    if [ $# -ne 0 ] || ! [[ $bot =~ ^[a-z][a-z0-9-]{0,31}$ && $role =~ ^(guest|owner|staff)$ && $language =~ ^(ru|kz|en)$ && $person =~ ^[1-9][0-9]{0,14}$ ]]; then
        chat_usage >&2
        return 2
    fi
    [ -n "$script" ] || [ -t 0 ] || script=-
    [ "${TAPBOT_SHELL:-}" != stack ] || die 1 "Чат работает только с демо, а это оболочка сервера." "The chat is for the demo only, and this is the shell of a server."
    if ! chat_demo; then
        say "Демо не запущено, запускаю (потом остановить: deploy/tapbot demo stop)." \
            "The demo is not running, starting it (to stop it later: deploy/tapbot demo stop)." >&2
        "$TAPBOT_ROOT/deploy/tapbot" demo --detach </dev/null >&2 || return
        chat_demo || true # the chat reports what is still wrong
    fi
    # Only a bot of the database has a staff chat; the chat reports an unknown one.
    [ "$role" != staff ] || CHAT_STAFF_CODE=$(demo_migrator bot-gateway --staff "$bot" --language "$language" 2>/dev/null) || CHAT_STAFF_CODE=
    export TELEGRAM_API_ROOT BOT_URL BOOKING_URL API_KEY CHAT_STAFF_CODE CHAT_STATE=$STATE PYTHONPATH=$TAPBOT_ROOT/deploy/lib
    python3 -B -m chat "$role" "$bot" "$person" "$language" ${script:+"$script"}
}

# chat_demo: whether the demo runs with its gateway and the Telegram stand-in. Reads var/demo.env.
chat_demo() {
    state_find && demo_runs && demo_service_alive bot-gateway && [ -r "$TAPBOT_VAR/demo.env" ] || return 1
    # shellcheck source=/dev/null
    . "$TAPBOT_VAR/demo.env"
    curl -fsS -o /dev/null --connect-timeout 5 --max-time 60 --noproxy '*' "$TELEGRAM_API_ROOT/control/state" 2>/dev/null
}
