// SPDX-License-Identifier: MIT
#include "qdrant_stand.h"

#include "base/value.h"

#include "support/test.h"

char url[64];
struct vector_index qdrant;
struct vector_index_state state;

void make_index(int64_t timeout_ms)
{
    const struct qdrant_options options = {.http = telegram.client,
                                           .url = url,
                                           .key = "the-key",
                                           .collection = "c1",
                                           .generation = "g1",
                                           .dimensions = DIMENSIONS,
                                           .timeout_ms = timeout_ms};

    ck_assert(qdrant_index_create(&options, &qdrant, &fault));
}

void qdrant_begin(void)
{
    stand_begin();
    snprintf(url, sizeof url, "%s", telegram.root);
    make_index(PATIENT_MS);
}

void qdrant_end(void)
{
    qdrant.kind->destroy(qdrant.self);
    stand_end();
    now_thaw();
}

/* --- calls --- */

bool asked(bool (*body)(void))
{
    const bool ok = in_fiber(body);

    qdrant.kind->state(qdrant.self, NULL, &state);
    return ok;
}

static const struct uuid tenant = {{1}};
struct vector_hit hits[VECTOR_HITS_MAX];
size_t found;

bool ask_nearest(void)
{
    static const float vector[DIMENSIONS] = {1, 2, 3};
    const struct vector_filter filter = {
        tenant, {NULL, 0},
         FIELD_ABSENT, FIELD_ABSENT, FIELD_ABSENT, FIELD_ABSENT, -1
    };

    return qdrant.kind->nearest(qdrant.self, &filter, vector, 5, hits, &found, &fault);
}

bool put_two(void)
{
    static const int8_t vector[DIMENSIONS] = {1, 2, 3};
    const struct vector_row rows[] = {
        {.number = 1, .revision = 7, .tenant_id = tenant, .language = -1, .vector = vector},
        {.number = 2, .revision = 7, .tenant_id = tenant, .language = -1, .vector = vector},
    };

    return qdrant.kind->put(qdrant.self, rows, 2, &fault);
}

static bool list_none(void *self, int64_t after, int64_t until,
                      struct qdrant_known out[QDRANT_PAGE], size_t *count, struct fault *why)
{
    *count = 0;
    return true;
}

static bool send_none(void *self, const int64_t *numbers, size_t count, struct fault *why)
{
    return count == 0;
}

struct qdrant_progress compared;

bool compare(void)
{
    const struct qdrant_source nothing = {NULL, list_none, send_none};

    return qdrant_compare_page(&qdrant, &nothing, &compared, &fault);
}
