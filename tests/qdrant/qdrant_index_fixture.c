// SPDX-License-Identifier: MIT
/* Qdrant at QDRANT_URL, with QDRANT_API_KEY; collections are named QDRANT_COLLECTION and a number.
 */

#include "unit/search-api/in_fiber.h"
#include "vector_index_fixture.h"
#include "vectors/qdrant_index.h"

const char *const vector_index_fixture_name = "qdrant";
const double vector_index_fixture_error = 0.001;
const int64_t vector_index_fixture_grain_us = 1;

static struct search_config config;
static struct qdrant_client client = {.config = &config, .collection.generation = "check"};

static const char *given(const char *name)
{
    const char *value = getenv(name);

    return value != NULL ? value : "";
}

static void connect_to(struct vector_index *out)
{
    client.http = telegram.client;
    config.qdrant_url = given("QDRANT_URL");
    config.qdrant_key = given("QDRANT_API_KEY");
    config.qdrant_timeout_ms = 10000;
    ck_assert(qdrant_index_create(&client, out, &fault));
}

static struct vector_index *made;

/* A search does not open or create the collection, a count does. */
static bool make_collection(void)
{
    int64_t count;

    return made->kind->count(made->self, &count, &fault) && count == 0;
}

void vector_index_fixture_create(size_t dimensions, struct vector_index *out)
{
    static int number;

    snprintf(client.collection.name, sizeof client.collection.name, "%s_%d_%d",
             given("QDRANT_COLLECTION"), (int)getpid(), number++);
    client.collection.dimensions = (int64_t)dimensions;
    connect_to(out);
    made = out;
    ck_assert(in_fiber(make_collection));
}

bool vector_index_fixture_remove(struct vector_index *index)
{
    struct qdrant_index *self = index->self;

    return qdrant_client_delete_collection(&self->client, &fault);
}

bool vector_index_fixture_restart(struct vector_index *index)
{
    int64_t count;

    index->kind->destroy(index->self);
    connect_to(index);
    ck_assert(index->kind->count(index->self, &count, &fault));
    return true;
}

bool vector_index_fixture_has_revisions(const struct vector_index *index)
{
    const struct qdrant_index *self = index->self;

    return qdrant_version_supports(&self->client.version, QDRANT_UPDATE_FILTER);
}
