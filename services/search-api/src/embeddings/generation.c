// SPDX-License-Identifier: MIT
#include "embeddings/generation.h"

#include <string.h>

#include "base/buf.h"

#include "text/words.h"

const struct slice generation_probes[GENERATION_PROBES] = {
    {"Есть ли во дворе место для машины?", sizeof "Есть ли во дворе место для машины?" - 1},
    {"Кешке пәтерге кіре аламыз ба?",         sizeof "Кешке пәтерге кіре аламыз ба?" - 1        },
    {"How far is the airport from the flat?",                         sizeof "How far is the airport from the flat?" - 1                        },
};

const char *const generation_states[] = {"filling", "serving", "retired", NULL};

void generation_make_key(const struct generation *generation, uint8_t out[DIGEST_SHA256_LEN])
{
    const struct generation_settings *settings = &generation->settings;
    const char *const texts[] = {settings->model, settings->query_prefix, settings->passage_prefix};
    char room[sizeof *settings + 64];
    struct buf key = buf_over(room, sizeof room);

    /* Hash each text with its NUL, so that different settings have different keys. */
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        buf_append(&key, texts[i], strlen(texts[i]) + 1);
    buf_printf(&key, "%lld %lld %d", (long long)settings->asked, (long long)generation->dimensions,
               (int)WORDS_VERSION);
    digest_sha256(buf_as_slice(&key), out);
}

double generation_cosine_of_unit_vectors(const float *a, const float *b, size_t dimensions)
{
    double sum = 0;

    for (size_t i = 0; i < dimensions; i++)
        sum += (double)a[i] * (double)b[i];
    return sum;
}
