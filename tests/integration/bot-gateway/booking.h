// SPDX-License-Identifier: MIT
/* A fake booking-api: a thread that gives the answers of the test and records the requests. */
#pragma once

#include <stdbool.h>

enum { BOOKING_ASKED_MAX = 512, BOOKING_REQUEST_MAX = 8192 };

struct booking_says {
    int status;       /* 0: close the connection without an answer */
    int ms;           /* delay of the answer; -1: begins booking_hold() */
    const char *body; /* NULL: {"n":<number of the request, from 1>} */
};

/* `says` are the answers to the next requests in order; the last one is repeated. A path that
 * begins with /fast/ is answered 200 at once. */
/* As a body: the change is made and the connection closed without an answer. */
extern const char booking_lost[];
void booking_start(const struct booking_says *says, int count); /* until the end of the test, or: */
void booking_stop(void);
void booking_say(const struct booking_says *says, int count);
/* With true all answers are held back until false or booking_start(). */
void booking_hold(bool hold);
const char *booking_url(void);

/* The number of complete requests. */
int booking_asked(void);
/* Waits for that many; in a fiber. */
void wait_asked(int count);
/* The text of a request, from 0: "POST /v1/x HTTP/1.1\r\n...". */
const char *booking_request(int number);
/* The number of Idempotency-Keys with an answer 2xx, sent or lost. */
int booking_effects(void);
