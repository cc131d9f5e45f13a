#!/bin/sh
# SPDX-License-Identifier: MIT
# Starts PostgreSQL. The image's own entry point would leave the superuser's password in the server's
# environment for as long as it runs; here only what makes the first cluster has it, and ends.
set -eu
config=config_file=/etc/tapbot-postgres/postgresql.conf
docker-ensure-initdb.sh postgres -c "$config"
exec postgres -c "$config"
