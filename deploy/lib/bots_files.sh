# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# The files of a bot: NAME.token, NAME.secret, NAME.key in one folder. Used by the verb bots and by the demo.

# bots_scopes: the scopes of a bot's API key for the services that it calls: all except the gateway's own.
bots_scopes() {
    services_scopes | tr ',' '\n' | grep -v '^bot:' | paste -sd,
}

# bots_write FOLDER OWNER NAME PART VALUE: replaces the file atomically, by way of an unpredictable temporary name: in the
# demo another user may create files and symbolic links in the folder.
bots_write() {
    printf '%s' "$5" | PYTHONSAFEPATH=1 PYTHONPATH=$TAPBOT_ROOT/deploy/lib python3 -B "$TAPBOT_ROOT/deploy/lib/run.py" -c '
import os
import pwd
import sys
from stack import settings
path, owner = sys.argv[1:]
ids = () if os.geteuid() else (int(owner), int(owner)) if owner.isdigit() else pwd.getpwnam(owner)[2:4]
settings.write_file(path, sys.stdin.read(), 0o400, *ids)
' "$1/$3.$4" "$2"
}
