#!/bin/sh
# SPDX-License-Identifier: MIT
# The steps of the official image's script of this name: creates a cluster if there is none.
set -eu
[ -s "$PGDATA/PG_VERSION" ] && exit 0
# shellcheck disable=SC2086 # several options in one variable, as the image has them
exec initdb --username=postgres --pwfile="$POSTGRES_PASSWORD_FILE" $POSTGRES_INITDB_ARGS
