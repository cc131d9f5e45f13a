# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# bots: manages the Telegram bots of the stack on this machine or of the running demo. A bot is a row of the gateway's
# table and three files.

# shellcheck source=deploy/lib/keys.sh
. "$TAPBOT_ROOT/deploy/lib/keys.sh"

BOTS_SERVICE=bot-gateway

bots_usage() {
    say "deploy/tapbot bots: боты Telegram.

  deploy/tapbot bots add ИМЯ [--tenant ИМЯ] [--type apartments|taxi|flow] [--token-file ФАЙЛ] [--support ТЕКСТ] [--new-key]
  deploy/tapbot bots list
  deploy/tapbot bots texts
  deploy/tapbot bots misunderstood [ИМЯ]
  deploy/tapbot bots held [ИМЯ] [--texts | --send | --drop]
  deploy/tapbot bots staff ИМЯ [--language ru|kz|en] | ИМЯ --remove

add    записывает токен бота, придумывает секрет вебхука, делает ключ API и строку в базе; что уже есть,
       остаётся как было. Бот заработает через 10 секунд, перезапускать ничего не нужно
  ИМЯ           строчные латинские буквы, цифры и дефис, до 32 знаков: apartments
  --tenant      чей бот (tapbot, в демо demo)
  --type        о чём его диалог: о квартирах (apartments, так и без этого) или о поездках между городами (taxi).
                У бота типа flow диалога нет: людям отвечает программа, например n8n. Бот другого типа остаётся как был, это ошибка
  --token-file  файл с токеном от @BotFather; без этого команда спросит его, не показывая, а не с терминала
                прочитает одну строку. С этим параметром новый токен заменит прежний
  --support     куда людям писать, если бот не помог: @имя, телефон; для всех ботов этого типа, кроме flow. Без этого
                команда спросит, если запущена с терминала
  --new-key     новые ключ API и секрет вебхука вместо прежних: их мог увидеть чужой
list   все боты: чьи, для чего, включены ли, есть ли чат сотрудников, чего не хватает
texts  какие из текстов и настроек, изменённых в Directus, не годятся и почему; боты говорят встроенные
misunderstood  что люди писали, а боты не поняли, частое вверху: без имён, телефонов и адресов, за 30 дней, до 500
       сообщений у арендатора. ИМЯ: только у этого бота
held   что ждёт решения после восстановления базы: на тот момент оно не было отправлено, а потом, возможно, было. Печатает
       бота, вид, чат и с какого времени ждёт. ИМЯ: только у этого бота
  --texts       и тексты, в них бывают личные данные
  --send        отправить всё это; --drop: не отправлять
staff  одноразовый код для чата сотрудников: его пишут в группе, где есть бот. Группа станет чатом сотрудников, а кто
       написал код, сотрудником; каждому сотруднику нужен свой код
  --language    на каком языке там сообщения, без этого ru
  --remove      отвязывает чат и забывает сотрудников

Чьи боты: работающего демо; иначе стека (deploy/tapbot up). --demo и --stack первым словом выбирают сами.

Коды выхода: 0 сделано, 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине." \
        "deploy/tapbot bots: Telegram bots.

  deploy/tapbot bots add NAME [--tenant NAME] [--type apartments|taxi|flow] [--token-file FILE] [--support TEXT] [--new-key]
  deploy/tapbot bots list
  deploy/tapbot bots texts
  deploy/tapbot bots misunderstood [NAME]
  deploy/tapbot bots held [NAME] [--texts | --send | --drop]
  deploy/tapbot bots staff NAME [--language ru|kz|en] | NAME --remove

add    stores the bot's token and creates a webhook secret, an API key and a row in the database; existing ones are not
       changed. The bot works within 10 seconds, no restart is needed
  NAME          lower-case letters, digits and dashes, at most 32 characters: apartments
  --tenant      owner of the bot (default: tapbot; in the demo: demo)
  --type        subject of its dialogue: apartments (default) or taxi, rides between cities. A bot of the type flow has none: a
                program such as n8n answers. If a bot with this name has another type, the command fails and changes nothing
  --token-file  a file with the token from @BotFather; without it the command prompts for the token without echo, or reads
                one line if the input is not a terminal. With this option a new token replaces the old one
  --support     where people write if the bot does not help: @name, a phone; for all bots of this type but flow. Without it the
                command prompts for it if the input is a terminal
  --new-key     a new API key and a new webhook secret in place of the old ones, if others may have seen them
list   all bots: owner, type, active or not, whether there is a staff chat, what is missing
texts  texts and settings changed in Directus that cannot be used, and why; the bots use the built-in ones instead
misunderstood  what people wrote and the bots did not understand, the most frequent first: without names, phones and
       addresses, from the last 30 days, at most 500 texts of a tenant. NAME: only of this bot
held   what waits for a decision after a restore of the database: it was not sent at that time, and may have been sent since.
       Prints bot, kind, chat and since when it waits. NAME: only of this bot
  --texts       prints the texts too, which may contain personal data
  --send        sends all of it; --drop: drops it
staff  a one-time code for the staff chat: type it in a group of which the bot is a member. The group becomes the staff
       chat, and whoever has typed the code becomes a member of staff; each member needs a code
  --language    language of the messages there (default: ru)
  --remove      removes the link and the members of staff

The command uses the running demo, otherwise the stack (deploy/tapbot up). --demo or --stack as the first argument selects one.

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 something is missing on this machine."
}

verb_bots() {
    local word whose='' verb='' name='' tenant='' type='' token_file='' support='' new_key='' language=ru remove=''
    for word in "$@"; do
        case $word in -h | --help) bots_usage && return 0 ;; esac
    done
    case ${1:-} in --demo | --stack) whose=${1#--} && shift ;; esac
    verb=${1:-}
    case $verb in
    misunderstood)
        name=${2:-}
        [ $# -le 2 ] || { bots_usage >&2 && return 2; }
        ;;
    held)
        [[ ${*:2} =~ ^([a-z][a-z0-9-]{0,31})?(^|\ |$)(--(texts|send|drop))?$ ]] || { bots_usage >&2 && return 2; }
        ;;
    list | texts) [ $# -eq 1 ] || { bots_usage >&2 && return 2; } ;;
    add)
        name=${2:-}
        shift $(($# > 1 ? 2 : 1))
        while [ $# -gt 1 ] || [ "${1:-}" = --new-key ]; do
            case $1 in
            --new-key) new_key=1 && shift && continue ;;
            --tenant) tenant=$2 ;;
            --type) type=$2 ;;
            --token-file) token_file=$2 ;;
            --support) support=$2 ;;
            *) bots_usage >&2 && return 2 ;;
            esac
            shift 2
        done
        if [ $# -ne 0 ] || ! [[ $name =~ ^[a-z][a-z0-9-]{0,31}$ && $type =~ ^(apartments|taxi|flow|)$ ]] ||
            [ "$type:${support:+set}" = flow:set ]; then
            bots_usage >&2
            return 2
        fi
        ;;
    staff)
        name=${2:-}
        case $#:${3:-} in
        2:) ;;
        3:--remove) remove=1 ;;
        4:--language) language=$4 ;;
        *) name= ;;
        esac
        if ! [[ $name =~ ^[a-z][a-z0-9-]{0,31}$ && $language =~ ^(ru|kz|en)$ ]]; then
            bots_usage >&2
            return 2
        fi
        ;;
    *) bots_usage >&2 && return 2 ;;
    esac
    bots_of "$whose"
    case $verb in
    add) bots_add "$name" "${tenant:-$BOTS_TENANT}" "$type" "$token_file" "$support" "$new_key" ;;
    list) bots_list ;;
    texts) bots_program --texts lint ;;
    misunderstood) bots_misunderstood "$name" ;;
    held) bots_held "${@:2}" ;;
    staff) if [ -n "$remove" ]; then bots_staff_remove "$name"; else bots_staff "$name" "$language"; fi ;;
    esac
}

# bots_of WHOSE: sets the folder of the files, their owner, and the functions that run the programs.
bots_of() {
    local whose=$1
    state_find || true
    if [ -z "$whose" ]; then
        whose=demo
        ! keys_stack_chosen || whose=stack
        demo_noted "$whose"
    fi
    if [ "$whose" = stack ]; then
        [ "$(id -u)" -eq 0 ] || die 3 "Файлы ботов пишет только root: повторите через sudo." \
            "Only root may write the files of bots: run the command again with sudo."
        BOTS_FOLDER=$TAPBOT_ROOT/secrets/bots BOTS_OWNER=$(service_get "$BOTS_SERVICE" uid) BOTS_TENANT=tapbot BOTS_KEY=()
        [ -d "$BOTS_FOLDER" ] || die 1 "Нет каталога secrets/bots: deploy/tapbot secrets make" \
            "The folder secrets/bots does not exist: deploy/tapbot secrets make"
        bots_program() { stack_migrator "$BOTS_SERVICE" "$@"; }
        bots_key() { keys_stack --keys "$@"; }
        return
    fi
    keys_demo_needed
    BOTS_FOLDER=$STATE/bots BOTS_OWNER=$CLUSTER_USER BOTS_TENANT=demo BOTS_KEY=(--test)
    cluster_folder "$BOTS_FOLDER" 0700
    bots_program() { demo_migrator "$BOTS_SERVICE" "$@"; }
    bots_key() { demo_migrator "$FIRST_SERVICE" --keys "$@"; }
    bots_added() { demo_bot_added "$@"; }
    bots_webhook_next() { :; }
}

# bots_added NAME TENANT: called when a bot was added or changed; the demo has its own.
bots_added() { :; }

# bots_webhook_next NAME: prints how Telegram learns a new token's address or a new secret; the demo does this by itself.
bots_webhook_next() {
    say "Через 10 секунд установите вебхук, иначе бот не получит сообщений: POST /v1/bots/$1/webhook (docs/bots.md, «Вебхук»)" \
        "Set the webhook in 10 seconds, otherwise the bot receives nothing: POST /v1/bots/$1/webhook (docs/bots.md)"
}

# bots_token FILE: prints the token from FILE; without FILE it is prompted for.
bots_token() {
    local token=
    if [ -n "$1" ]; then
        [ -r "$1" ] || die 1 "Файл $1 не читается." "$1 cannot be read."
        token=$(head -c 4096 "$1")
    elif [ -t 0 ]; then
        text "Токен бота от @BotFather: " "The bot's token from @BotFather: " >&2
        IFS= read -rs token
        printf '\n' >&2
    else
        IFS= read -r token || true
    fi
    token=${token%$'\r'}
    [[ $token =~ ^[0-9]+:[A-Za-z0-9_-]+$ && ${#token} -le 128 ]] ||
        die 1 "Это не токен: он выглядит как 1234567890:AAH... (цифры, двоеточие, буквы)." \
            "This is not a token. A token looks like 1234567890:AAH... (digits, a colon, letters)."
    printf '%s' "$token"
}

# bots_support GIVEN: prints where people write if the bot does not help; empty: it is not changed.
bots_support() {
    local support=$1
    if [ -z "$support" ] && [ -t 0 ]; then
        text "Куда писать людям, если бот не помог, например @tapbot_help (Enter: как было): " \
            "Where people write if the bot does not help, such as @tapbot_help (Enter: unchanged): " >&2
        IFS= read -r support || true
    fi
    printf '%s' "$support"
}

# bots_key_write NAME TENANT: makes an API key for the bot.
bots_key_write() {
    local value
    value=$(bots_key create --tenant "$2" --client "bot-$1" --scopes "$(bots_scopes)" \
        --rate 1000 --burst 2000 ${BOTS_KEY[@]+"${BOTS_KEY[@]}"} 2> >(grep -v 'shown only now' >&2)) || return
    bots_write "$BOTS_FOLDER" "$BOTS_OWNER" "$1" key "$value"
}

# bots_add NAME TENANT TYPE TOKEN_FILE SUPPORT NEW_KEY
bots_add() {
    local name=$1 tenant=$2 type=$3 file=$BOTS_FOLDER/$1 new_key=${6:-} token='' old='' secret='' support=''
    local -a row=(bots_program --bots add "$name" --tenant "$tenant")
    # If the bot has another type, this fails before its files are changed.
    [ -z "$type" ] || "${row[@]}" --type "$type" || return
    if [ -n "$4" ] || [ ! -s "$file.token" ]; then
        token=$(bots_token "$4") || return
    fi
    if [ -n "$new_key" ] && [ -s "$file.key" ]; then
        old=$(cat "$file.key") && bots_key_write "$name" "$tenant" || return 1
    fi
    # Before the token: the demo's gateway passes the secret to Telegram when the token changes.
    if [ -n "$new_key" ] || [ ! -s "$file.secret" ]; then
        secret=$(random_word)$(random_word)
        bots_write "$BOTS_FOLDER" "$BOTS_OWNER" "$name" secret "$secret" || return 1
    fi
    [ -z "$token" ] || bots_write "$BOTS_FOLDER" "$BOTS_OWNER" "$name" token "$token" || return 1
    [ -s "$file.key" ] || bots_key_write "$name" "$tenant" || return
    [ "$type" = flow ] || support=$(bots_support "${5:-}")
    [ -z "$support" ] || row+=(--support "$support")
    { [ -n "$type" ] && [ -z "$support" ]; } || "${row[@]}" || return
    bots_added "$name" "$tenant"
    say "Бот $name готов, шлюз увидит его в течение 10 секунд. Проверить: deploy/tapbot bots list" \
        "The bot $name is ready, the gateway loads it within 10 seconds. To check: deploy/tapbot bots list"
    [ -z "$old" ] || say "Прежний ключ отзовите, когда шлюз прочтёт файлы (если серверов два, после link export и link import): deploy/tapbot keys revoke ${old:0:12}" \
        "Revoke the old key when the gateway has the files (with two servers after link export and link import): deploy/tapbot keys revoke ${old:0:12}"
    [ -z "$token$secret" ] || bots_webhook_next "$name"
}

# bots_staff NAME LANGUAGE: prints what to type in the group of staff.
bots_staff() {
    local printed code username
    printed=$(bots_program --staff "$1" --language "$2") || return
    IFS=$'\t' read -r code username <<<"$printed"
    say "Добавьте бота в группу сотрудников и напишите там, в нужной теме, если в группе есть темы:

  /staff${username:+@$username} $code

Код действует 15 минут и один раз. Кто его напишет, станет сотрудником; другому сотруднику нужен новый код." \
        "Add the bot to the group of staff and type there, in the topic for these messages if the group has topics:

  /staff${username:+@$username} $code

The code is valid for 15 minutes, and once. Whoever types it becomes a member of staff; another member needs a new code."
}

# bots_staff_remove NAME
bots_staff_remove() {
    local printed
    printed=$(bots_program --staff "$1" --remove) || return
    if [ "$printed" = removed ]; then
        say "Чат сотрудников отвязан, сотрудники забыты." "The staff chat is unlinked, and its members are removed."
    else
        say "У бота $1 нет чата сотрудников." "The bot $1 has no staff chat."
    fi
}

# bots_misunderstood NAME: a table of what the bot, or every bot, has not understood.
bots_misunderstood() {
    local rows
    rows=$(bots_program --misunderstood) || return
    [ -z "$1" ] || rows=$(awk -F '\t' -v bot="$1" '$1 == bot' <<<"$rows")
    if [ -z "$rows" ]; then
        say "Непонятых сообщений нет." "There are no messages that were not understood."
        return
    fi
    bots_table 'бот|язык|где|раз|последний|что написали' 'bot|language|step|times|last|text' <<<"$rows"
}

# bots_table RUSSIAN ENGLISH: the rows of stdin, whose columns are separated by tabs, as a table with these headings. They may
# contain texts of guests.
bots_table() {
    PYTHONSAFEPATH=1 PYTHONPATH=$TAPBOT_ROOT/deploy/lib python3 -B "$TAPBOT_ROOT/deploy/lib/run.py" -c '
import sys
from say import print_table, printable
print_table([sys.argv[1].split("|"), *(printable(line.rstrip("\n")).split("\t") for line in sys.stdin)])
' "$(text "$1" "$2")"
}

# bots_held [NAME] [OPTION]: lists what is held, or decides.
bots_held() {
    local rows
    rows=$(bots_program --held "$@") || return
    case "$*" in
    *--send) say "Будет отправлено: $rows." "To be sent: $rows." ;;
    *--drop) say "Не будет отправлено: $rows." "Dropped: $rows." ;;
    *) if [ -n "$rows" ]; then bots_table 'бот|вид|чат|ждёт с (UTC)|текст' 'bot|kind|chat|since (UTC)|text' <<<"$rows"; else say "Ничего не ждёт решения." "Nothing is held."; fi ;;
    esac
}

# bots_list: a table of the bots' rows in the database and of their files.
bots_list() {
    local rows
    rows=$(bots_program --bots list) || return
    BOTS_FOLDER=$BOTS_FOLDER PYTHONSAFEPATH=1 PYTHONPATH=$TAPBOT_ROOT/deploy/lib python3 -B "$TAPBOT_ROOT/deploy/lib/run.py" -c '
import os
import sys
from say import print_table, text
folder, parts = os.environ["BOTS_FOLDER"], ("token", "secret", "key")
bots = {line.split("\t")[0]: line.split("\t")[1:] for line in sys.stdin.read().splitlines() if line}
files = {name for name in os.listdir(folder) if os.path.getsize(os.path.join(folder, name)) > 0}
names = sorted({*bots, *(name.rpartition(".")[0] for name in files if name.rpartition(".")[2] in parts)})
table = [sys.argv[1].split("|")]
for name in names:
    tenant, intake, state, kind, staff = [*bots.get(name, []), "-", "-", "-", "-", "-"][:5]  # an older or newer program may print other columns
    missing = [part for part in parts if f"{name}.{part}" not in files] + ([] if name in bots else [text("строка", "row")])
    table.append([name, tenant, kind, intake, text("включён" if state == "active" else "выключен", state) if name in bots else "-",
                  {"linked": text("есть", "linked"), "lost": text("потерян", "lost"), "none": text("нет", "none")}.get(staff, "-"), " ".join(missing) or "-"])
print_table(table)
' "$(text 'бот|арендатор|тип|приём|состояние|чат сотрудников|не хватает' 'bot|tenant|type|intake|state|staff chat|missing')" <<<"$rows"
}
