// SPDX-License-Identifier: MIT
/* A generation: one way to make vectors. Vectors of two generations cannot be compared, so what
 * changes them makes another one: the model, its dimensions, the prefixes, the normaliser.
 *
 * A provider may put another model behind the same name. That is found out by probes: fixed texts,
 * whose vectors are stored when the generation is made. Pure. */
#pragma once

#include <stdint.h>

#include "base/digest.h"
#include "base/slice.h"

enum { GENERATION_PROBES = 3, GENERATION_TEXT_MAX = 200 /* bytes of model and prefixes */ };
#define GENERATION_SAME                                                                            \
    0.999 /* a probe's cosine; a model that is run elsewhere differs by less                       \
           */

/* Fixed for ever, without a prefix. */
extern const struct slice generation_probes[GENERATION_PROBES];

struct generation_settings {
    char model[GENERATION_TEXT_MAX + 1];
    char query_prefix[GENERATION_TEXT_MAX + 1];
    char passage_prefix[GENERATION_TEXT_MAX + 1];
    int64_t asked; /* dimensions; 0: the model's own */
};

/* In the order of generation_states. */
enum generation_state { GENERATION_FILLING, GENERATION_SERVING, GENERATION_RETIRED };
extern const char *const generation_states[];

struct generation {
    int64_t number; /* 0: not stored */
    struct generation_settings settings;
    int64_t dimensions; /* that came */
    int state;          /* enum generation_state */
    int64_t queued_below;
};

/* Of settings, dimensions and WORDS_VERSION. */
void generation_key(const struct generation *generation, uint8_t out[DIGEST_SHA256_LEN]);

/* The cosine of two vectors of length 1. */
double generation_cosine(const float *a, const float *b, size_t dimensions);
