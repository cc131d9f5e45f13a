// SPDX-License-Identifier: MIT
/* What an answer of an embeddings endpoint means. The rules are those of the servers' sources and
 * references; the words are looked for in the whole reason, whatever the letter case. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "embeddings/embeddings_json.h"

enum embeddings_outcome {
    EMBEDDINGS_MADE,
    EMBEDDINGS_BUSY,          /* later, perhaps soon */
    EMBEDDINGS_QUOTA,         /* paid quota is used up: later does not help */
    EMBEDDINGS_TOO_LONG,      /* a text is, or all of them together */
    EMBEDDINGS_TOO_MANY,      /* texts in a request */
    EMBEDDINGS_NO_DIMENSIONS, /* the model does not let itself be asked for dimensions */
    EMBEDDINGS_NO_BASE64,
    EMBEDDINGS_BAD_TEXT, /* of the texts one is refused, and it is not told which */
    EMBEDDINGS_REFUSED,  /* a wrong key, model or address */
    EMBEDDINGS_FAILED,
    EMBEDDINGS_OUTCOMES
};

enum embeddings_outcome embeddings_outcome_of(long status, const struct embeddings_reason *reason);

/* What is done about it. */
struct embeddings_policy {
    const char *label; /* of the metric */
    const char *code;  /* of the fault, FAULT_UNAVAILABLE; NULL: it makes none by itself */
    const char *detail;
    int64_t pause_ms; /* nothing is asked meanwhile */
};
extern const struct embeddings_policy embeddings_policies[EMBEDDINGS_OUTCOMES];

/* How many texts to send at once after EMBEDDINGS_TOO_MANY for `sent`: the largest number below
 * `sent` that the message names, else half of them; 1 at least. */
size_t embeddings_fewer(struct slice message, size_t sent);
