# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# shell: a shell in which the commands of docs/ work, in the demo and on a server.

# shellcheck source=deploy/lib/keys.sh
. "$TAPBOT_ROOT/deploy/lib/keys.sh"

shell_usage() {
    say "deploy/tapbot shell: оболочка, в которой работают команды со страниц docs/, на сервере и в демо.

  deploy/tapbot shell [--demo|--stack]

Заданы адреса сервисов (BOT_URL и другие), база (DATABASE_URL для psql) и ключ API_KEY. На сервере ключ сделан на этот
раз, с правами арендатора tapbot, и отзывается на выходе. Секреты не печатаются. Есть слова:
  api АДРЕС [...]   запрос с ключом          show      ответ по строкам
  field ПОЛЕ        поле ответа              day +3    дата через три дня
Выйти: exit или Ctrl-D. Если ввод не с терминала, выполняются его строки, до первой ошибки.

Работает для демо, если оно запущено, иначе для стека (deploy/tapbot up). --demo и --stack выбирают сами.

Коды выхода: код последней команды; 1 не получилось, 2 неверные параметры, 3 чего-то нет на машине." \
        "deploy/tapbot shell: a shell in which the commands of the pages in docs/ work, on a server and in the demo.

  deploy/tapbot shell [--demo|--stack]

The addresses of the services (BOT_URL and others), the database (DATABASE_URL for psql) and the key API_KEY are set. On a server
the key is new, of the tenant tapbot, and is revoked at the end. Secrets are not printed. There are the words:
  api URL [...]     request with the key     show      answer line by line
  field NAME        field of the answer      day +3    date in three days
To exit: exit or Ctrl-D. If the input is not a terminal, its lines are executed up to the first failure.

The command uses the running demo, otherwise the stack (deploy/tapbot up). --demo or --stack selects one.

Exit codes: that of the last command; 1 failed, 2 wrong usage, 3 something is missing on this machine."
}

verb_shell() {
    local whose=
    case $*: in
    -h: | --help:) shell_usage && return 0 ;;
    --demo: | --stack:) whose=${1#--} ;;
    :) ;;
    *) shell_usage >&2 && return 2 ;;
    esac
    state_find || true
    if [ -z "$whose" ]; then
        whose=demo
        ! keys_stack_chosen || whose=stack
        demo_noted "$whose"
    fi
    if [ "$whose" = stack ] && [ -e "$TAPBOT_ROOT/.env" ] && [ ! -r "$TAPBOT_ROOT/.env" ]; then
        die 3 "Настройки сервера (.env) читает только root. Повторите: sudo deploy/tapbot shell${1:+ $1}" \
            "Only root can read the settings of this server (.env). Run: sudo deploy/tapbot shell${1:+ $1}"
    fi
    export TAPBOT_SHELL=$whose
    "shell_$whose"
}

shell_demo() {
    keys_demo_needed
    set -a
    # shellcheck source=/dev/null
    . "$TAPBOT_VAR/demo.env"
    set +a
    shell_open
}

# The key has a day, in case that this process is killed.
shell_stack() {
    local name result
    API_KEY=$(keys_stack --keys create --tenant tapbot --client shell --scopes all --rate 1000 --burst 2000 \
        --expires "$(date -u -d tomorrow +%F)" 2> >(grep -v 'shown only now' >&2)) || return
    trap 'keys_stack --keys revoke "${API_KEY:0:12}" >/dev/null' EXIT
    for name in "${SERVICES[@]}"; do export "$(service_variable "$name" URL)=https://api.$(shell_setting TAPBOT_DOMAIN)"; done
    TAPBOT_TRIAL='' DATABASE_URL='postgresql:///tapbot?host=/var/run/postgresql&user=postgres'
    case $(shell_setting ACME_SERVER) in *staging*) TAPBOT_TRIAL=yes ;; esac
    export API_KEY DATABASE_URL TAPBOT_TRIAL
    shell_open
    result=$?
    return "$result"
}

# shell_setting NAME: its value in .env.
shell_setting() {
    sed -n "s/^$1=//p" "$TAPBOT_ROOT/.env"
}

shell_open() {
    local words=$TAPBOT_ROOT/deploy/lib/shell/words.bash
    if [ ! -t 0 ]; then
        BASH_ENV=$words bash -euo pipefail
        return
    fi
    say "Команды со страниц docs/ работают здесь как написаны: $TAPBOT_SHELL. Слова api, show, field, day; выйти: Ctrl-D." \
        "The commands of docs/ work here as they are written: $TAPBOT_SHELL. Words: api, show, field, day; to exit: Ctrl-D."
    bash --rcfile "$words" -i
}
