# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# The files of a bot: NAME.token, NAME.secret, NAME.key in one folder, for the verb bots and for the demo.

# bots_scopes: what a bot may do with the services that it calls: all but what is the gateway's and health's own.
bots_scopes() {
    services_scopes | tr ',' '\n' | grep -Ev '^(bot|health):' | paste -sd,
}

# bots_write FOLDER OWNER NAME PART VALUE: replaced as a whole, so that nobody reads half of it.
bots_write() {
    local file=$1/$3.$4
    (umask 077 && printf '%s' "$5" >"$file.new" && chmod 0400 "$file.new") || return 1
    [ "$(id -u)" -ne 0 ] || chown "$2:$2" "$file.new" || return 1
    mv -f "$file.new" "$file"
}
