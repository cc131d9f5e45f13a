// SPDX-License-Identifier: MIT
#include "qdrant_stand.h"

#include "base/value.h"

char url[64];
struct vector_index qdrant;
struct vector_index_state state;

static struct search_config config = {.qdrant_url = url, .qdrant_key = "the-key"};
const struct qdrant_client client = {
    .config = &config, .collection = {.name = "c1", .generation = "g1", .dimensions = DIMENSIONS}
};

void make_index(int64_t timeout_ms)
{
    struct qdrant_client own = client;

    own.http = telegram.client;
    config.qdrant_timeout_ms = timeout_ms;
    ck_assert(qdrant_index_create(&own, &qdrant, &fault));
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

bool compare(void)
{
    static struct qdrant_known points[QDRANT_PAGE];
    struct qdrant_index *self = qdrant.self;
    size_t count;
    bool more;

    if (!qdrant_index_list_points(self, 0, points, &count, &more, &fault))
        return false;
    self->is_compared = true;
    return count == 0;
}
