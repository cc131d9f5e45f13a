// SPDX-License-Identifier: MIT
/* A server on raw sockets that misbehaves as the path of the request says. */
#pragma once

#include <stdatomic.h>

#include "support/visitors.h"

struct peer {
    struct visitors at;
    atomic_int requests;      /* read whole */
    atomic_int fail_first;    /* so many of the next requests to /flaky fail */
    atomic_int retry_after_s; /* what /limited says; 1 at first */
    atomic_bool opened_gate;  /* /gate answers */
    char last[16384];         /* the last request, read after its answer */
};

/* /ok 200 "hello"; /echo 200 the request as it came; /twice a header that comes twice; /never no
 * answer while the client is there; /gate 200 once that is open; /drip a byte each 20 ms for two
 * minutes; /reset; /cut 10 of 100 bytes; /hints 103, then 200; /huge 4 MB; /headers without end;
 * /nothing closes at once; /flaky 503 as set, then 200; /limited 429 with Retry-After as set, then
 * 200; /broken 500; /go?<url> 302 to it; /see?<url> 303; /again?<url> 307; /loop 302 to itself;
 * /die-second: the second request of a connection gets no answer. */
void peer_start(struct peer *peer);
void peer_stop(struct peer *peer);
