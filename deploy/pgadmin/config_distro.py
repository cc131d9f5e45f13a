# SPDX-License-Identifier: MIT
# The file that pgAdmin's image would write at its start. The root file system is read-only here.
CA_FILE = '/etc/ssl/certs/ca-certificates.crt'
LOG_FILE = '/dev/null'
HELP_PATH = '../../docs'
DEFAULT_BINARY_PATHS = {'pg': '/usr/local/pgsql-16', 'pg-16': '/usr/local/pgsql-16'}
UPGRADE_CHECK_ENABLED = False
# Traefik is the only proxy in front, so logs and limits use the client address that Traefik passes.
PROXY_X_FOR_COUNT = 1
PROXY_X_PROTO_COUNT = 1
PROXY_X_HOST_COUNT = 1
MAX_LOGIN_ATTEMPTS = 5
SESSION_EXPIRATION_TIME = 1
