// SPDX-License-Identifier: MIT
/* A proxy on raw sockets: CONNECT and SOCKS 5 on one port. It does not resolve names: every tunnel
 * leads to the peer given at the start. */
#pragma once

#include "peer.h"

enum proxy_mood {
    PROXY_SERVES,
    PROXY_REFUSES,   /* 403, or "connection not allowed" */
    PROXY_HANGS,     /* does not answer after reading the destination */
    PROXY_CUTS,      /* closes the connection after reading the destination */
    PROXY_CUTS_LATER /* closes the connection after passing on the request */
};

struct proxy {
    struct visitors at;
    const struct peer *to;
    enum proxy_mood mood;
    const char *user; /* NULL: no authentication */
    const char *password;
    atomic_int tunnels;
    char asked[300]; /* "host:port" of the last requested tunnel */
    char head[4096]; /* the last CONNECT request, complete */
};

void proxy_start(struct proxy *proxy, const struct peer *to);
void proxy_stop(struct proxy *proxy);
