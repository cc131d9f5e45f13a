// SPDX-License-Identifier: MIT
/* A generation is the set of vectors made by one model with one configuration. Vectors of two
 * generations cannot be compared. A generation is identified by the model, its dimensions, the
 * prefixes and the tokenizer's version.
 *
 * A provider may replace a model under the same name. Probes detect the replacement: fixed texts
 * whose vectors are stored with the generation. Pure.
 */
#pragma once

#include <stdint.h>

#include "base/digest.h"
#include "base/slice.h"

enum {
    GENERATION_PROBES = 3,
    GENERATION_TEXT_MAX = 200 /* bytes of the model's name and of a prefix */
};
/* The minimum cosine of a probe's new vector with the stored one. With the same model on other
 * hardware the cosine is higher. */
#define GENERATION_SAME 0.999

/* The probes: texts whose stored vectors show whether the endpoint still has the model. They must
 * never change. They are embedded with the prefix of passages. */
extern const struct slice generation_probes[GENERATION_PROBES];

struct generation_settings {
    char model[GENERATION_TEXT_MAX + 1];
    char query_prefix[GENERATION_TEXT_MAX + 1];
    char passage_prefix[GENERATION_TEXT_MAX + 1];
    int64_t asked; /* requested dimensions; 0: none, so the model decides */
};

/* The state of a generation, in the order of generation_states. */
enum generation_state { GENERATION_FILLING, GENERATION_SERVING, GENERATION_RETIRED };
extern const char *const generation_states[];

struct generation {
    int64_t number; /* 0: the generation is not stored */
    struct generation_settings settings;
    int64_t dimensions;   /* dimensions of its vectors */
    int state;            /* enum generation_state */
    int64_t queued_below; /* documents with lower numbers are not queued yet; 0: all are queued */
};

/* Makes the key of a generation, a hash of its settings, its dimensions and WORDS_VERSION. */
void generation_make_key(const struct generation *generation, uint8_t out[DIGEST_SHA256_LEN]);

/* The cosine of two vectors of length 1. */
double generation_cosine_of_unit_vectors(const float *a, const float *b, size_t dimensions);
