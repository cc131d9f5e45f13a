#!/bin/sh
# SPDX-License-Identifier: MIT
# Starts Qdrant with the key of the secret's file, through a file in memory.
set -eu
umask 077
printf 'service:\n  api_key: "%s"\n' "$(cat /run/secrets/qdrant_api_key)" >/run/qdrant/key.yaml
cd /qdrant
exec ./qdrant --config-path /run/qdrant/key.yaml
