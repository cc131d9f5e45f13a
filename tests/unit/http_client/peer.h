// SPDX-License-Identifier: MIT
/* An HTTP server on raw sockets that fails in the way that the path of the request selects. */
#pragma once

#include "support/visitors.h"

struct peer {
    struct visitors at;
    atomic_int requests;      /* requests read completely */
    atomic_int fail_first;    /* this many of the next requests to /flaky fail */
    atomic_int retry_after_s; /* value of Retry-After of /limited; 1 at first */
    atomic_bool opened_gate;  /* /gate answers when this is set */
    char last[16384];         /* the last request, valid after its answer */
};

/* /ok: 200 "hello"; /echo: 200 with the request as received; /twice: a header that occurs twice;
 * /never: no answer while the client is connected; /gate: 200 once the gate is open; /drip: a byte
 * every 20 ms for two minutes; /reset: resets the connection; /cut: 10 of 100 bytes; /hints: 103,
 * then 200; /huge: 4 MB; /headers: endless headers; /nothing: closes at once; /flaky: 503 as
 * configured, then 200; /limited: 429 with Retry-After as configured, then 200; /broken: 500;
 * /go?<url>: 302 to it; /die-second: the second request of a connection gets no answer. */
void peer_start(struct peer *peer);
void peer_stop(struct peer *peer);
