# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What `deploy/tapbot demo` (deploy/lib/demo.sh reads this file) does for the bot `apartments` of load.sql.

# Its files, which stay the same from start to start.
demo_bot_files() {
    state_secret BOT_SECRET
    [ -n "${BOT_TOKEN:-}" ] || state_set BOT_TOKEN "7000000001:AAA$(random_word)"
    demo_key BOT_KEY demo bot-apartments --scopes "$(bots_scopes)" --rate 1000 --burst 2000 || return 1
    cluster_folder "$STATE/bots" 0700
    bots_write "$STATE/bots" "$CLUSTER_USER" apartments token "$BOT_TOKEN" &&
        bots_write "$STATE/bots" "$CLUSTER_USER" apartments secret "$BOT_SECRET" &&
        bots_write "$STATE/bots" "$CLUSTER_USER" apartments key "$BOT_KEY"
}

# What the service is started with.
demo_bot_environment() {
    export BOTS_DIR=${BOTS_DIR:-$STATE/bots}
}

# What programs read in var/demo.env.
demo_bot_told() {
    printf 'BOT_TOKEN=%s\nBOT_SECRET=%s\n' "$BOT_TOKEN" "$BOT_SECRET"
}
