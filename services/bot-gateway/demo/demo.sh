# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What `deploy/tapbot demo` (deploy/lib/demo.sh reads this file) does for the bot `apartments` of load.sql and for bots that
# `deploy/tapbot bots add` has added. The stand-in is tools/telegram, which runs in place of Telegram.

demo_bot_forget() {
    unset BOT_TALKS_LOADED BOT_SECRET BOT_TOKEN BOT_KEY TELEGRAM_PORT
}

# demo_bot_rows: loads the conversations of talks.sql, once. They are not in load.sql, which tests load that count messages.
demo_bot_rows() {
    [ "${BOT_TALKS_LOADED:-}" != yes ] || return 0
    demo_psql -d tapbot -v tenant="$DEMO_TENANT" -f "$TAPBOT_ROOT/services/bot-gateway/demo/talks.sql" &&
        state_set BOT_TALKS_LOADED yes
}

# demo_bot_files: writes the files of the bot `apartments`. Token, secret and key are the same at each start.
demo_bot_files() {
    state_secret BOT_SECRET
    [ -n "${BOT_TOKEN:-}" ] || state_set BOT_TOKEN "7000000001:AAA$(random_word)"
    demo_key BOT_KEY demo bot-apartments --scopes "$(bots_scopes)" --rate 1000 --burst 2000 || return 1
    cluster_folder "$STATE/bots" 0700
    bots_write "$STATE/bots" "$CLUSTER_USER" apartments token "$BOT_TOKEN" &&
        bots_write "$STATE/bots" "$CLUSTER_USER" apartments secret "$BOT_SECRET" &&
        bots_write "$STATE/bots" "$CLUSTER_USER" apartments key "$BOT_KEY"
}

demo_bot_standin_alive() {
    pid_alive "$STATE/telegram.pid" "$STATE/telegram/serve"
}

# demo_bot_telegram: prints the address of the Bot API: that of the environment, else that of the stand-in.
demo_bot_telegram() {
    printf '%s' "${TELEGRAM_API_ROOT:-http://127.0.0.1:$TELEGRAM_PORT}"
}

# demo_bot_names: prints the names of the bots.
demo_bot_names() {
    local file
    for file in "$STATE/bots/"*.token; do
        file=${file##*/}
        printf '%s\n' "${file%.token}"
    done
}

# demo_bot_register NAME: registers the bot with the stand-in if that runs. It refuses a bot that it has, which is no error.
demo_bot_register() {
    ! demo_bot_standin_alive ||
        printf '{"name":"%s","token":"%s"}' "$1" "$(cat "$STATE/bots/$1.token")" |
        curl -sS -o /dev/null --max-time 6 --noproxy '*' --data @- "http://127.0.0.1:$TELEGRAM_PORT/control/bots" || true
}

# demo_bot_before: starts the stand-in, unless it runs or the environment names another Bot API. Runs a copy of it with
# Debian's Python, because the system user may have no access to this folder, or to a Python that root has installed.
demo_bot_before() {
    local tries=1200 name
    if [ -n "${TELEGRAM_API_ROOT:-}" ] && [ "$TELEGRAM_API_ROOT" != "http://127.0.0.1:${TELEGRAM_PORT:-}" ]; then
        return 0
    fi
    ! demo_bot_standin_alive || return 0
    step "Запускаю вместо Telegram tools/telegram" "Starting tools/telegram instead of Telegram"
    state_port TELEGRAM_PORT 9570
    rm -rf "$STATE/telegram"
    cp -R "$TAPBOT_ROOT/tools/telegram" "$STATE/telegram"
    chmod -R u=rwX,go=rX "$STATE/telegram"
    (
        cd / || exit 1
        as_user setsid /usr/bin/python3 -B "$STATE/telegram/serve" --port "$TELEGRAM_PORT" --bot "apartments:$BOT_TOKEN" \
            --bot "alerts:$ALERT_BOT_TOKEN"
    ) >>"$STATE/telegram.log" 2>&1 </dev/null 8<&- 9>&- &
    printf '%s\n' $! >"$STATE/telegram.pid"
    until curl -fsS -o /dev/null --max-time 5 --noproxy '*' "http://127.0.0.1:$TELEGRAM_PORT/control/state" 2>/dev/null; do
        if ! kill -0 "$(cat "$STATE/telegram.pid")" 2>/dev/null || [ $((tries -= 1)) -eq 0 ]; then
            tail -n 5 "$STATE/telegram.log" >&2
            die 1 "tools/telegram не запустился, смотрите $STATE/telegram.log" \
                "tools/telegram did not start, see $STATE/telegram.log"
        fi
        sleep 0.05
    done
    for name in $(demo_bot_names); do demo_bot_register "$name"; done
}

# demo_bot_environment: exports the variables with which the service is started.
demo_bot_environment() {
    export BOTS_DIR=${BOTS_DIR:-$STATE/bots} TELEGRAM_API_ROOT
    TELEGRAM_API_ROOT=$(demo_bot_telegram)
    export BOOKING_URL=${BOOKING_URL:-$(demo_service_url booking-api)} SEARCH_URL=${SEARCH_URL:-$(demo_service_url search-api)}
    export BOT_PUBLIC_URL=${BOT_PUBLIC_URL:-$(demo_service_url bot-gateway)}
}

# demo_bot_webhook NAME SECONDS: sets the bot's webhook unless the bot polls; retries for SECONDS. The service sets webhooks
# too, but only once a minute, and a restarted stand-in has no webhooks.
demo_bot_webhook() {
    local until=$((SECONDS + $2)) answer
    until answer=$(curl -sS --fail-with-body --max-time 6 --noproxy '*' -X POST -H "X-API-Key: $API_KEY" \
        "$(demo_service_url bot-gateway)/v1/bots/$1/webhook" 2>/dev/null) || [[ $answer == *'"bot_polls"'* ]]; do
        [ "$SECONDS" -lt "$until" ] || return 1
        sleep 0.1
    done
}

# demo_bot_after: sets the webhooks of all bots after the service has started.
demo_bot_after() {
    local name seconds=10
    ! demo_bot_standin_alive || seconds=60
    demo_bot_webhook apartments "$seconds" ||
        warn "Вебхук бота apartments не установлен: $(demo_bot_telegram) не отвечает как Telegram" \
            "The webhook of the bot apartments is not set: $(demo_bot_telegram) does not answer as Telegram does"
    for name in $(demo_bot_names); do
        [ "$name" = apartments ] || demo_bot_webhook "$name" 0 || true # it may be inactive
    done
}

# demo_bot_added NAME TENANT: registers a bot that `bots add` has added or changed while the demo runs. API_KEY can set the
# webhook of bots of its own tenant only; for bots of other tenants the service does so within a minute.
demo_bot_added() {
    if demo_bot_standin_alive && demo_service_alive bot-gateway; then
        demo_bot_register "$1"
        [ "$2" != demo ] || demo_bot_webhook "$1" 15 || true
    fi
}

# demo_bot_variables: prints the lines of the bot in var/demo.env, which other programs read.
demo_bot_variables() {
    printf 'TELEGRAM_API_ROOT=%s\nBOT_TOKEN=%s\nBOT_SECRET=%s\n' "$(demo_quoted "$(demo_bot_telegram)")" "$BOT_TOKEN" "$BOT_SECRET"
}

demo_bot_stop() {
    pid_stop "$STATE/telegram.pid" "$STATE/telegram/serve" TERM 5
}
