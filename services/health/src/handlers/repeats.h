// SPDX-License-Identifier: MIT
/* Idempotency-Key of the POSTs whose repetition is felt by people: the test of the channels and the
 * report, which send messages. The other POSTs of health repeat without harm and ignore the key.
 *
 * Answers are in the memory of the process, because health also works without PostgreSQL: a repeat
 * after a restart sends again. */
#pragma once

#include "api/idempotency.h"
#include "http/reply.h"

enum {
    REPEATS_MAX = 32,              /* the oldest is forgotten */
    REPEAT_ANSWER_MAX = 64 * 1024, /* bytes; a longer answer is not stored */
    REPEAT_KEPT_S = 48 * 60 * 60
};

struct repeat {
    struct uuid id; /* of client and key; nil: the slot is free */
    char fingerprint[2 * DIGEST_SHA256_LEN + 1];
    int64_t begun_us;
    bool running;
    enum http_status status;
    struct buf answer;
};

/* Zeroed: no answers. */
struct repeats {
    struct repeat slots[REPEATS_MAX];
};

/* What a handler does with a request. */
enum repeat_step {
    REPEAT_REFUSED,  /* it replies with the fault: a bad or reused key, or the first one still runs
                      */
    REPEAT_REPLAYED, /* the first answer is in `res` */
    REPEAT_RUN       /* it acts, and calls repeats_end() with the slot */
};

/* Looks up the request's key. `slot` is NULL without a key and in a dry run. */
enum repeat_step repeats_begin(struct repeats *repeats, const struct http_request *req, bool dry,
                               struct http_response *res, struct repeat **slot,
                               struct fault *fault) MUST_CHECK;
/* Stores a 2xx answer; other answers are forgotten, so that the request may be repeated. Returns
 * res->status. NULL is allowed. */
enum http_status repeats_end(struct repeat *slot, const struct http_response *res);
void repeats_finish(struct repeats *repeats);
