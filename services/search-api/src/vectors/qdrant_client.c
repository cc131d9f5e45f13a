// SPDX-License-Identifier: MIT
#include "vectors/qdrant_client.h"

#include "base/auto.h"
#include "base/now.h"
#include "base/value.h"
#include "loop/fiber.h"
#include "loop/loop.h"

#include "vectors/qdrant_outcome.h"

enum {
    REQUEST_MAX = 32 << 20, /* Qdrant's own limit; a batch of 4,096 dimensions has 3 MB */
    ANSWER_MAX = 1 << 20,   /* 1,000 hits have 100 kB */
    MEMORY = 8 << 20,       /* for reading an answer */
    OPEN_MS = 5000,
    WRITE_MS = 20000,
    WRITE_SERVER_S = 15, /* then Qdrant answers and continues the write */
    SETTLE_MS = 50,      /* between two checks of an accepted write */
    TRIES = 3,
};
#define WAITING "?wait=true&timeout=15"
_Static_assert(WRITE_SERVER_S == 15 && WRITE_SERVER_S * 1000 < WRITE_MS, "as WAITING says");

struct request {
    const char *method;
    const char *path; /* below the collection; NULL: the root */
    const struct buf *body;
    int64_t timeout_ms;
};

static bool send_request(const struct qdrant_client *client, const struct request *request,
                         struct arena *arena, struct http_answer *answer, struct fault *fault)
{
    const struct qdrant_options *options = &client->options;
    const struct slice url = request->path == NULL
                                 ? arena_printf(arena, "%s/", options->url)
                                 : arena_printf(arena, "%s/collections/%s%s", options->url,
                                                options->collection, request->path);
    const struct slice key = arena_printf(arena, "api-key: %s", options->key);
    const char *const headers[] = {"Content-Type: application/json",
                                   options->key[0] != '\0' ? key.at : NULL, NULL};

    if (url.at == NULL || key.at == NULL)
        return arena_fault(fault);
    if (request->body != NULL && !buf_ok(request->body, fault))
        return false;
    const struct http_call http_call = {.method = request->method,
                                        .url = url.at,
                                        .headers = headers,
                                        .body = request->body != NULL ? buf_as_slice(request->body)
                                                                      : SLICE_NONE,
                                        .timeout_ms = request->timeout_ms,
                                        .answer_max = ANSWER_MAX,
                                        .tries = TRIES,
                                        .allow_private = true,
                                        .allow_plain = true,
                                        .is_failure = qdrant_outcome_is_temporary};
    return http_client_call(options->http, &http_call, arena, answer, fault);
}

/* Sends a request and returns the body of a successful answer. */
static bool call(const struct qdrant_client *client, const struct request *request,
                 struct arena *arena, struct slice *body, struct fault *fault)
{
    struct http_answer answer;

    if (!send_request(client, request, arena, &answer, fault))
        return false;
    if (answer.status != 200)
        return qdrant_outcome_set_fault(answer.status, qdrant_read_error(answer.body, arena),
                                        answer.retry_after, fault);
    *body = answer.body;
    return true;
}

/* --- open --- */

static bool find_version(struct qdrant_client *client, struct arena *arena, struct fault *fault)
{
    const struct request request = {.method = "GET", .timeout_ms = OPEN_MS};
    struct qdrant_version version;
    struct slice body;

    if (!call(client, &request, arena, &body, fault) ||
        !qdrant_read_version(body, &version, arena, fault))
        return false;
    if (!qdrant_version_has(&version, QDRANT_LEAST))
        return fault_set(fault, FAULT_CONFLICT, "qdrant_old",
                         "Qdrant is of version %d.%d, and 1.10 is the first that will do.",
                         version.major, version.minor);
    client->version = version;
    return true;
}

static bool make_collection(const struct qdrant_client *client, struct arena *arena,
                            struct fault *fault)
{
    const struct qdrant_shape shape = {.dimensions = (int64_t)client->options.dimensions,
                                       .is_cosine = true,
                                       .generation = slice_of(client->options.generation)};
    AUTO(buf_finish) struct buf body;
    struct slice ignored;

    buf_init(&body, REQUEST_MAX);
    qdrant_write_collection(&shape, &client->version, &body);
    const struct request request = {"PUT", "", &body, WRITE_MS};
    return call(client, &request, arena, &ignored, fault);
}

static bool make_indexes(const struct qdrant_client *client, struct arena *arena,
                         struct fault *fault)
{
    AUTO(buf_finish) struct buf body;
    struct slice ignored;

    buf_init(&body, REQUEST_MAX);
    for (size_t i = 0; i < qdrant_payload_index_count(); i++) {
        const struct request request = {"PUT", "/index" WAITING, &body, WRITE_MS};
        buf_clear(&body);
        qdrant_write_payload_index(i, &client->version, &body);
        if (!call(client, &request, arena, &ignored, fault))
            return false;
    }
    return true;
}

/* Sets `other` if the collection has points that search-api did not write, without a number or a
 * revision. */
static bool has_other_points(const struct qdrant_client *client, bool *other, struct fault *fault)
{
    auto_free struct qdrant_known *page = fault_calloc(QDRANT_PAGE * sizeof *page, "points", fault);
    int64_t points;
    size_t count;
    bool more;

    if (page == NULL || !qdrant_client_count_points(client, NULL, &points, fault) ||
        !qdrant_client_list_points(client, 0, page, &count, &more, fault))
        return false;
    *other = points > 0 && count == 0;
    for (size_t i = 0; i < count; i++)
        *other = *other || page[i].revision == FIELD_ABSENT;
    return true;
}

/* Whether the collection is search-api's and of this generation. A foreign collection may have the
 * same name and must not be changed. */
static bool is_ours(const struct qdrant_client *client, const struct qdrant_shape *shape,
                    struct fault *fault)
{
    bool other = false;

    if (shape->dimensions != (int64_t)client->options.dimensions || !shape->is_cosine)
        return fault_set(fault, FAULT_CONFLICT, "qdrant_dimensions",
                         "The collection's vectors have %lld dimensions%s, ours %zu.",
                         (long long)shape->dimensions, shape->is_cosine ? "" : " or no cosine",
                         client->options.dimensions);
    if (shape->generation.at != NULL)
        other = !slice_is(shape->generation, client->options.generation);
    else if (!has_other_points(client, &other, fault))
        return false;
    if (other)
        return fault_set(fault, FAULT_CONFLICT, "qdrant_foreign",
                         "The collection is not search-api's, or of another generation.");
    return true;
}

/* Reads the version and looks for the collection. `found`: it exists and is search-api's. */
static bool find_collection(struct qdrant_client *client, struct arena *arena, bool *found,
                            struct fault *fault)
{
    const struct request request = {"GET", "", NULL, OPEN_MS};
    struct qdrant_shape shape;
    struct slice body;

    if (!find_version(client, arena, fault))
        return false;
    const bool exists = call(client, &request, arena, &body, fault);
    if (!exists && fault->kind != FAULT_GONE)
        return false;
    if (exists &&
        (!qdrant_read_shape(body, &shape, arena, fault) || !is_ours(client, &shape, fault)))
        return false;
    *found = exists;
    return true;
}

bool qdrant_client_open_collection(struct qdrant_client *client, bool *made, struct fault *fault)
{
    AUTO(arena_finish) struct arena arena;
    bool found;

    arena_init(&arena, MEMORY);
    if (!find_collection(client, &arena, &found, fault))
        return false;
    if (made == NULL && !found)
        return fault_set(fault, FAULT_GONE, "qdrant_collection_gone",
                         "There is no such collection.");
    if (made != NULL)
        *made = !found;
    return (found || make_collection(client, &arena, fault)) && make_indexes(client, &arena, fault);
}

bool qdrant_client_delete_collection(struct qdrant_client *client, struct fault *fault)
{
    const struct request request = {"DELETE", "", NULL, WRITE_MS};
    AUTO(arena_finish) struct arena arena;
    struct slice ignored;
    bool found;

    arena_init(&arena, MEMORY);
    return find_collection(client, &arena, &found, fault) &&
           (!found || call(client, &request, &arena, &ignored, fault));
}

/* --- writes --- */

/* The revision that a point must have after a write; FIELD_ABSENT: the point must not exist. */
struct expected {
    int64_t number, revision;
};

static bool is_as_expected(const struct expected *one, const struct qdrant_known *known,
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (known[i].number == one->number)
            return one->revision != FIELD_ABSENT && known[i].revision >= one->revision;
    }
    return one->revision == FIELD_ABSENT;
}

static bool check_points(const struct qdrant_client *client, const struct expected *list,
                         size_t count, bool *done, struct fault *fault)
{
    AUTO(arena_finish) struct arena arena;
    AUTO(buf_finish) struct buf body;
    struct qdrant_known known[QDRANT_BATCH];
    int64_t numbers[QDRANT_BATCH];
    struct slice answer;
    size_t found;
    bool all = true;

    arena_init(&arena, MEMORY);
    buf_init(&body, REQUEST_MAX);
    for (size_t i = 0; i < count; i++)
        numbers[i] = list[i].number;
    qdrant_write_lookup(numbers, count, &body);
    const struct request request = {"POST", "/points", &body, client->options.timeout_ms};
    if (!call(client, &request, &arena, &answer, fault) ||
        !qdrant_read_lookup(answer, QDRANT_BATCH, known, &found, &arena, fault))
        return false;
    for (size_t i = 0; i < count; i++)
        all = all && is_as_expected(&list[i], known, found);
    *done = all;
    return true;
}

/* Waits for an accepted write: polls the points until they are as expected. */
static bool settle(const struct qdrant_client *client, const struct expected *list, size_t count,
                   struct fault *fault)
{
    const int64_t until_ns = now_mono_ns() + WRITE_MS * NS_PER_MS;
    bool done = false;

    for (;;) {
        if (!check_points(client, list, count, &done, fault))
            return false;
        if (done)
            return true;
        if (now_mono_ns() > until_ns)
            return fault_set(fault, FAULT_TIMEOUT, "qdrant_slow",
                             "Qdrant has accepted points and does not show them.");
        if (!fiber_sleep(SETTLE_MS * NS_PER_MS, fault))
            return false;
    }
}

static bool write_points(const struct qdrant_client *client, const struct request *request,
                         const struct expected *list, size_t count, struct fault *fault)
{
    bool done = false;
    {
        AUTO(arena_finish) struct arena arena;
        struct slice answer;

        arena_init(&arena, MEMORY);
        if (!call(client, request, &arena, &answer, fault) ||
            !qdrant_read_write_result(answer, &done, &arena, fault))
            return false;
    }
    return done || settle(client, list, count, fault);
}

bool qdrant_client_put_points(const struct qdrant_client *client, const struct vector_row *rows,
                              size_t count, struct fault *fault)
{
    AUTO(buf_finish) struct buf body;
    struct expected expected[QDRANT_BATCH];

    buf_init(&body, REQUEST_MAX);
    for (size_t i = 0; i < count; i++)
        expected[i] = (struct expected){rows[i].number, rows[i].revision};
    qdrant_write_points(rows, count, client->options.dimensions, &client->version, &body);
    const struct request request = {"POST", "/points/batch" WAITING, &body, WRITE_MS};
    return write_points(client, &request, expected, count, fault);
}

bool qdrant_client_delete_points(const struct qdrant_client *client, const int64_t *numbers,
                                 size_t count, struct fault *fault)
{
    AUTO(buf_finish) struct buf body;
    struct expected expected[QDRANT_BATCH];

    buf_init(&body, REQUEST_MAX);
    for (size_t i = 0; i < count; i++)
        expected[i] = (struct expected){numbers[i], FIELD_ABSENT};
    qdrant_write_deletion(numbers, count, &body);
    const struct request request = {"POST", "/points/delete" WAITING, &body, WRITE_MS};
    return write_points(client, &request, expected, count, fault);
}

/* --- reads --- */

bool qdrant_client_find_nearest(const struct qdrant_client *client,
                                const struct vector_filter *filter, const float *vector,
                                size_t limit, struct vector_hit *hits, size_t *count,
                                struct fault *fault)
{
    AUTO(arena_finish) struct arena arena;
    AUTO(buf_finish) struct buf body;
    struct slice answer;

    arena_init(&arena, MEMORY);
    buf_init(&body, REQUEST_MAX);
    if (!qdrant_write_query(filter, vector, client->options.dimensions, limit, &body))
        return fault_set(fault, FAULT_INVALID, "no_direction", "The vector has no direction.");
    const struct request request = {"POST", "/points/query", &body, client->options.timeout_ms};
    return call(client, &request, &arena, &answer, fault) &&
           qdrant_read_hits(answer, limit, hits, count, &arena, fault);
}

bool qdrant_client_count_points(const struct qdrant_client *client,
                                const struct vector_filter *filter, int64_t *out,
                                struct fault *fault)
{
    AUTO(arena_finish) struct arena arena;
    AUTO(buf_finish) struct buf body;
    struct slice answer;

    arena_init(&arena, MEMORY);
    buf_init(&body, REQUEST_MAX);
    qdrant_write_count(filter, &body);
    const struct request request = {"POST", "/points/count", &body, OPEN_MS};
    return call(client, &request, &arena, &answer, fault) &&
           qdrant_read_count(answer, out, &arena, fault);
}

bool qdrant_client_list_points(const struct qdrant_client *client, int64_t after,
                               struct qdrant_known out[QDRANT_PAGE], size_t *count, bool *more,
                               struct fault *fault)
{
    AUTO(arena_finish) struct arena arena;
    AUTO(buf_finish) struct buf body;
    struct slice answer;

    arena_init(&arena, MEMORY);
    buf_init(&body, REQUEST_MAX);
    qdrant_write_scroll(after, QDRANT_PAGE, &body);
    const struct request request = {"POST", "/points/scroll", &body, OPEN_MS};
    return call(client, &request, &arena, &answer, fault) &&
           qdrant_read_scroll(answer, after, QDRANT_PAGE, out, count, more, &arena, fault);
}
