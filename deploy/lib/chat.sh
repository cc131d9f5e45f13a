# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# chat: a person talks to a bot of the demo in the terminal. What is said goes through tools/telegram and bot-gateway.

# shellcheck source=deploy/lib/demo.sh
. "$TAPBOT_ROOT/deploy/lib/demo.sh"

chat_usage() {
    say "deploy/tapbot chat: поговорить с ботом демо в терминале, без Telegram.

  deploy/tapbot chat [БОТ] [--lang ru|kz|en] [--user ЧИСЛО] [--script ФАЙЛ]

Если демо не запущено, команда запустит его. Что напечатано, уходит боту; число нажимает кнопку с этим номером.
Внутри чата: :help. Выйти: Ctrl-D.

  БОТ        apartments; другие заводит deploy/tapbot bots add
  --lang     язык человека в Telegram (ru)
  --user     кто пишет: у каждого числа свой чат (1001)
  --script   вместо человека файл, - для стандартного ввода; так же, если ввод не с терминала. Строки уходят по одной,
             следующая тогда, когда бот ответил и замолчал
             # комментарий
             tap: Алматы      нажать кнопку, в названии которой есть это слово
             expect: Готово   бот ответил на последнюю строку так; иначе код выхода 1

Коды выхода: 0 поговорили, 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине." \
        "deploy/tapbot chat: talk to a bot of the demo in the terminal, without Telegram.

  deploy/tapbot chat [BOT] [--lang ru|kz|en] [--user NUMBER] [--script FILE]

Where the demo does not run, it is started. What is typed goes to the bot; a number presses the button with that number.
Within the chat: :help. To leave: Ctrl-D.

  BOT        apartments; others are made by deploy/tapbot bots add
  --lang     the person's language in Telegram (ru, with LANG=en_... en)
  --user     who writes: each number has a chat of its own (1001)
  --script   a file in the person's place, - is standard input; so too where the input is no terminal. Lines leave one
             by one, the next when the bot has answered and is silent
             # a comment
             tap: Almaty      presses the button with this word in its label
             expect: Done     the bot has answered the last line so; else exit code 1

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 something is missing on this machine."
}

verb_chat() {
    local bot=apartments person=1001 language=$TAPBOT_LANGUAGE script='' word
    for word in "$@"; do
        case $word in -h | --help) chat_usage && return 0 ;; esac
    done
    if [ $# -gt 0 ] && [[ $1 != -* ]]; then bot=$1 && shift; fi
    while [ $# -gt 1 ]; do
        case $1 in
        --lang) language=$2 ;;
        --user) person=$2 ;;
        --script) script=$2 ;;
        *) break ;;
        esac
        shift 2
    done
    if [ $# -ne 0 ] || ! [[ $bot =~ ^[a-z][a-z0-9-]{0,31}$ && $language =~ ^(ru|kz|en)$ && $person =~ ^[1-9][0-9]{0,14}$ ]]; then
        chat_usage >&2
        return 2
    fi
    [ -n "$script" ] || [ -t 0 ] || script=-
    if ! chat_demo; then
        say "Демо не запущено, запускаю (потом остановить: deploy/tapbot demo stop)." \
            "The demo does not run, it is started (to stop it later: deploy/tapbot demo stop)." >&2
        "$TAPBOT_ROOT/deploy/tapbot" demo --detach </dev/null >&2 || return
        chat_demo || true # what is still wrong is said below
    fi
    export TELEGRAM_API_ROOT BOT_URL API_KEY CHAT_STATE=$STATE PYTHONPATH=$TAPBOT_ROOT/deploy/lib
    python3 -B -m chat "$bot" "$person" "$language" ${script:+"$script"}
}

# chat_demo: does the demo run, with its gateway and what stands for Telegram? Reads var/demo.env.
chat_demo() {
    state_find && demo_runs && demo_service_alive bot-gateway && [ -r "$TAPBOT_VAR/demo.env" ] || return 1
    # shellcheck source=/dev/null
    . "$TAPBOT_VAR/demo.env"
    curl -fsS -o /dev/null --connect-timeout 5 --max-time 60 --noproxy '*' "$TELEGRAM_API_ROOT/control/state" 2>/dev/null
}
