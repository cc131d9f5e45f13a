# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# The part of `deploy/tapbot demo` for health, which deploy/lib/demo.sh reads: the file of checks, a folder for the
# history, and a bot that sends alerts in the fake Telegram.

DEMO_ALERT_CHAT=100200300

demo_health_forget() {
    unset DEMO_ALERT_BOT_TOKEN
}

demo_health_files() {
    [ -n "${DEMO_ALERT_BOT_TOKEN:-}" ] || state_set DEMO_ALERT_BOT_TOKEN "7000000002:AAA$(random_word)"
    ALERT_BOT_TOKEN=${ALERT_BOT_TOKEN:-$DEMO_ALERT_BOT_TOKEN}
    cluster_folder "$STATE/health" 0700
    install -m 0644 "$TAPBOT_ROOT/services/health/demo/health.yaml" "$STATE/health.yaml"
}

# http://127.0.0.1:9570/path -> 127.0.0.1:9570
demo_health_address() {
    local address=${1#*://}
    address=${address%%/*}
    case $address in
    *:*) printf '%s' "$address" ;;
    *) printf '%s:%s' "$address" "$([ "${1%%:*}" = https ] && echo 443 || echo 80)" ;;
    esac
}

# Opens a chat in the fake Telegram, without which the bot could not send alerts. Fails silently on any other server.
demo_health_before() {
    curl -fsS -o /dev/null --connect-timeout 5 --max-time 60 --noproxy '*' -X POST -H 'Content-Type: application/json' \
        -d "{\"id\":$DEMO_ALERT_CHAT,\"first_name\":\"Дежурный\",\"start\":true,\"bot\":\"alerts\"}" \
        "$(demo_bot_telegram)/control/users" 2>/dev/null || true
}

demo_health_environment() {
    export HEALTH_CONFIG=${HEALTH_CONFIG:-$STATE/health.yaml} HEALTH_HISTORY=${HEALTH_HISTORY:-$STATE/health/health.sqlite}
    export BOOKING_URL=${BOOKING_URL:-$(demo_service_url booking-api)} BOT_URL=${BOT_URL:-$(demo_service_url bot-gateway)}
    export SEARCH_URL=${SEARCH_URL:-$(demo_service_url search-api)}
    export TELEGRAM_API_ROOT TELEGRAM_ADDRESS ALERT_BOT_TOKEN
    TELEGRAM_API_ROOT=$(demo_bot_telegram)
    TELEGRAM_ADDRESS=$(demo_health_address "$TELEGRAM_API_ROOT")
    export ALERT_CHATS=${ALERT_CHATS:-$DEMO_ALERT_CHAT} HEALTH_PUBLIC_URL=${HEALTH_PUBLIC_URL:-$(demo_service_url health)}
}

demo_health_variables() {
    printf 'ALERT_BOT_TOKEN=%s\nALERT_CHATS=%s\n' "$ALERT_BOT_TOKEN" "${ALERT_CHATS:-$DEMO_ALERT_CHAT}"
}
