// SPDX-License-Identifier: MIT
/* The meaning of answers of an embeddings endpoint, from the servers' sources and references.
 * Messages are recognised by words, which are searched in the whole reason, in upper or lower case.
 * Pure. */
#pragma once

#include <stdint.h>

#include "embeddings/embeddings_json.h"

enum embeddings_outcome {
    EMBEDDINGS_MADE,
    EMBEDDINGS_BUSY,          /* retry later */
    EMBEDDINGS_QUOTA,         /* the paid quota is exhausted, so retries are useless */
    EMBEDDINGS_TOO_LONG,      /* one text is too long, or all texts together are */
    EMBEDDINGS_TOO_MANY,      /* the request has too many texts */
    EMBEDDINGS_NO_DIMENSIONS, /* the model does not accept `dimensions` */
    EMBEDDINGS_NO_BASE64,     /* the endpoint does not support base64 */
    EMBEDDINGS_BAD_TEXT,      /* a text is refused, and the answer does not say which */
    EMBEDDINGS_REFUSED,       /* wrong key, model or address */
    EMBEDDINGS_FAILED,        /* an error of the server */
    EMBEDDINGS_OUTCOMES
};

enum embeddings_outcome embeddings_outcome_of(long status, const struct embeddings_reason *reason);

/* What the client does after an outcome, and how metrics and faults name it. */
struct embeddings_policy {
    const char *label;
    const char *code; /* code of the FAULT_UNAVAILABLE; NULL: the outcome sets no fault */
    const char *detail;
    int64_t pause_ms; /* during which no request is sent; 0: no pause */
};
extern const struct embeddings_policy embeddings_policies[EMBEDDINGS_OUTCOMES];
