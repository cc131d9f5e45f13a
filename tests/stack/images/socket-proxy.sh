#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
exec haproxy -W -db -f /usr/local/etc/haproxy/haproxy.cfg
