// SPDX-License-Identifier: MIT
/* A booking-api of the test's own: a thread that answers as it is told, and remembers what it was
 * asked. */
#pragma once

#include <stdbool.h>

enum { BOOKING_ASKED_MAX = 512, BOOKING_REQUEST_MAX = 8192 };

struct booking_says {
    int status;       /* 0: the connection is closed without an answer */
    int ms;           /* before it answers */
    const char *body; /* NULL: {"n":<number of the request, from 1>} */
};

/* `says` are the answers to the next requests, in their order; the last one is repeated. A path
 * that begins with /fast/ is answered 200 at once, whatever `says` has. */
/* A body: what was asked for is done, and the connection is closed without an answer. */
extern const char booking_lost[];
void booking_start(const struct booking_says *says, int count);
void booking_say(const struct booking_says *says, int count);
void booking_stop(void);
/* From now on no answer leaves, however late it is; with false all do. booking_start() ends it. */
void booking_hold(bool hold);
const char *booking_url(void);

/* Requests that were read whole. */
int booking_asked(void);
/* Waits for that many. In a fiber. */
void wait_asked(int count);
/* The text of one of them, from 0: "POST /v1/x HTTP/1.1\r\n...". */
const char *booking_request(int number);
/* Idempotency-Keys with which something was done: an answer 2xx, said or not. */
int booking_effects(void);
