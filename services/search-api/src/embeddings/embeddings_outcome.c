// SPDX-License-Identifier: MIT
#include "embeddings/embeddings_outcome.h"

enum { MINUTE_MS = 60000 };

// clang-format off
/* The meaning of answers; the first row that matches decides. A status below 10 stands for its
 * class (2: 200 to 299); "" as words matches any reason. */
static const struct {
    short statuses[3];
    const char *words;
    enum embeddings_outcome outcome;
} rules[] = {
    {{2},             "",                     EMBEDDINGS_MADE},
    {{429},           "insufficient_quota",   EMBEDDINGS_QUOTA},         /* OpenAI */
    {{400},           "billing",              EMBEDDINGS_QUOTA},         /* OpenAI: "billing_hard_limit_reached" */
    {{402},           "",                     EMBEDDINGS_QUOTA},
    {{408, 429},      "",                     EMBEDDINGS_BUSY},
    {{502, 503, 504}, "",                     EMBEDDINGS_BUSY},
    /* llama.cpp: "input is too large to process. increase the physical batch size" */
    {{500, 400, 413}, "too large to process", EMBEDDINGS_TOO_LONG},
    {{400, 413, 422}, "batch size",           EMBEDDINGS_TOO_MANY},      /* TEI: "batch size 64 > maximum allowed batch size 32" */
    {{400, 413, 422}, "array length",         EMBEDDINGS_TOO_MANY},      /* OpenAI: "Maximum array length is 2048" */
    {{400, 413, 422}, "dimensions",           EMBEDDINGS_NO_DIMENSIONS}, /* OpenAI, TEI */
    {{400, 413, 422}, "matryoshka",           EMBEDDINGS_NO_DIMENSIONS}, /* vLLM */
    {{400, 413, 422}, "encoding_format",      EMBEDDINGS_NO_BASE64},
    {{400, 413, 422}, "context",              EMBEDDINGS_TOO_LONG},      /* OpenAI, vLLM: "maximum context length is 8192 tokens" */
    {{400, 413, 422}, "too long",             EMBEDDINGS_TOO_LONG},
    {{400, 413, 422}, "tokens",               EMBEDDINGS_TOO_LONG},      /* TEI: "must have less than 512 tokens" */
    {{413},           "",                     EMBEDDINGS_TOO_LONG},      /* a proxy: too many bytes */
    {{400, 422},      "",                     EMBEDDINGS_BAD_TEXT},
    {{424},           "",                     EMBEDDINGS_FAILED},        /* TEI: its backend */
    {{501},           "",                     EMBEDDINGS_REFUSED},       /* llama.cpp without --embeddings */
    {{5},             "",                     EMBEDDINGS_FAILED},
};

const struct embeddings_policy embeddings_policies[EMBEDDINGS_OUTCOMES] = {
    [EMBEDDINGS_MADE] =          {.label = "outcome=\"made\""},
    [EMBEDDINGS_BUSY] =          {"outcome=\"busy\"",    "embeddings_busy",    "The embeddings endpoint is busy.", 0},
    [EMBEDDINGS_QUOTA] =         {"outcome=\"quota\"",   "embeddings_quota",   "The paid quota of embeddings is used up.", 10 * MINUTE_MS},
    [EMBEDDINGS_TOO_LONG] =      {.label = "outcome=\"too_long\""},
    [EMBEDDINGS_TOO_MANY] =      {.label = "outcome=\"too_many\""},
    [EMBEDDINGS_NO_DIMENSIONS] = {.label = "outcome=\"no_dimensions\""},
    [EMBEDDINGS_NO_BASE64] =     {.label = "outcome=\"no_base64\""},
    [EMBEDDINGS_BAD_TEXT] =      {.label = "outcome=\"bad_text\""},
    [EMBEDDINGS_REFUSED] =       {"outcome=\"refused\"", "embeddings_refused", "The embeddings endpoint does not take the key, the model or the address.", MINUTE_MS},
    [EMBEDDINGS_FAILED] =        {"outcome=\"failed\"",  "embeddings_failed",  "The embeddings endpoint has failed.", 0},
};
// clang-format on

static bool contains_words(struct slice text, struct slice words)
{
    for (size_t i = 0; i + words.len <= text.len; i++) {
        if (slice_equal_caseless((struct slice){text.at + i, words.len}, words))
            return true;
    }
    return false;
}

static bool status_or_class_is_among(long status, const short statuses[3])
{
    for (size_t i = 0; i < 3 && statuses[i] != 0; i++) {
        if (status == statuses[i] || status / 100 == statuses[i])
            return true;
    }
    return false;
}

static bool reason_has_words(const struct embeddings_reason *reason, struct slice words)
{
    return words.len == 0 || contains_words(reason->message, words) ||
           contains_words(reason->code, words) || contains_words(reason->type, words);
}

enum embeddings_outcome embeddings_outcome_of(long status, const struct embeddings_reason *reason)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        if (status_or_class_is_among(status, rules[i].statuses) &&
            reason_has_words(reason, slice_of(rules[i].words)))
            return rules[i].outcome;
    }
    return EMBEDDINGS_REFUSED;
}
