#!/bin/sh
# SPDX-License-Identifier: MIT
# Starts Qdrant with the key from the secret's file, passed in a configuration file on tmpfs.
set -eu
umask 077
printf 'service:\n  api_key: "%s"\n' "$(cat /run/secrets/qdrant_api_key)" >/run/qdrant/key.yaml
cd /qdrant
exec ./qdrant --config-path /run/qdrant/key.yaml
