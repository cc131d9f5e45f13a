#!/bin/sh
# SPDX-License-Identifier: MIT
# start.sh postgres OPTION...: starts PostgreSQL. The image's own entry point would leave the superuser's
# password in the server's environment for as long as it runs; here only what makes the first cluster has
# it, and ends.
set -eu
docker-ensure-initdb.sh "$@"
exec "$@"
