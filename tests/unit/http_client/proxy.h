// SPDX-License-Identifier: MIT
/* A proxy on raw sockets: CONNECT and SOCKS 5 on one port. It looks nothing up: every tunnel leads
 * to the peer it was started for. */
#pragma once

#include "peer.h"

enum proxy_mood {
    PROXY_SERVES,
    PROXY_REFUSES,   /* 403, or "connection not allowed" */
    PROXY_HANGS,     /* once it knows where to */
    PROXY_CUTS,      /* so too */
    PROXY_CUTS_LATER /* once the request has passed */
};

struct proxy {
    struct visitors at;
    const struct peer *to;
    enum proxy_mood mood;
    const char *user; /* NULL: open to all */
    const char *password;
    atomic_int tunnels;
    char asked[300]; /* "host:port" of the last tunnel that was wanted */
    char head[4096]; /* the last CONNECT, whole */
};

void proxy_start(struct proxy *proxy, const struct peer *to);
void proxy_stop(struct proxy *proxy);
