// SPDX-License-Identifier: MIT
#include "vectors/qdrant_client.h"

#include "base/auto.h"

#include "vectors/qdrant_outcome.h"

enum {
    ANSWER_MAX = 1 << 20, /* bytes; 1,000 hits have 100 kB */
    TRIES = 3,
};

void qdrant_exchange_finish(struct qdrant_exchange *exchange)
{
    arena_finish(&exchange->arena);
    buf_finish(&exchange->body);
}

bool qdrant_client_call(const struct qdrant_client *client, struct qdrant_exchange *exchange,
                        const char *method, const char *path, int64_t timeout_ms,
                        struct fault *fault)
{
    const struct search_config *config = client->config;
    struct arena *arena = &exchange->arena;
    const struct slice url = path == NULL
                                 ? arena_printf(arena, "%s/", config->qdrant_url)
                                 : arena_printf(arena, "%s/collections/%s%s", config->qdrant_url,
                                                client->collection.name, path);
    const struct slice key = arena_printf(arena, "api-key: %s", config->qdrant_key);
    const char *const headers[] = {"Content-Type: application/json",
                                   config->qdrant_key[0] != '\0' ? key.at : NULL, NULL};
    struct http_answer answer;

    if (url.at == NULL || key.at == NULL)
        return arena_fault(fault);
    if (!buf_ok(&exchange->body, fault))
        return false;
    const struct http_call call = {.method = method,
                                   .url = url.at,
                                   .headers = headers,
                                   .body = buf_as_slice(&exchange->body),
                                   .timeout_ms = timeout_ms,
                                   .answer_max = ANSWER_MAX,
                                   .tries = TRIES,
                                   .allow_private = true,
                                   .allow_plain = true,
                                   .is_failure = qdrant_outcome_is_temporary};
    if (!http_client_call(client->http, &call, arena, &answer, fault))
        return false;
    exchange->answer = answer.body;
    return answer.status == 200 ||
           qdrant_outcome_set_fault(answer.status, qdrant_read_error(answer.body, arena),
                                    answer.retry_after, fault);
}

bool qdrant_client_count_points(const struct qdrant_client *client, int64_t *out,
                                struct fault *fault)
{
    AUTO(qdrant_exchange_finish) struct qdrant_exchange exchange = QDRANT_EXCHANGE;

    buf_text(&exchange.body, "{\"exact\":true}");
    return qdrant_client_call(client, &exchange, "POST", "/points/count", QDRANT_OPEN_MS, fault) &&
           qdrant_read_count(exchange.answer, out, &exchange.arena, fault);
}

bool qdrant_client_list_points(const struct qdrant_client *client, int64_t after,
                               struct qdrant_known out[QDRANT_PAGE], size_t *count, bool *more,
                               struct fault *fault)
{
    AUTO(qdrant_exchange_finish) struct qdrant_exchange exchange = QDRANT_EXCHANGE;

    qdrant_write_point_list_request(after, QDRANT_PAGE, &exchange.body);
    return qdrant_client_call(client, &exchange, "POST", "/points/scroll", QDRANT_OPEN_MS, fault) &&
           qdrant_read_point_list(exchange.answer, after, QDRANT_PAGE, out, count, more,
                                  &exchange.arena, fault);
}

/* --- open --- */

static bool read_and_check_version(struct qdrant_client *client, struct qdrant_exchange *exchange,
                                   struct fault *fault)
{
    struct qdrant_version version;

    if (!qdrant_client_call(client, exchange, "GET", NULL, QDRANT_OPEN_MS, fault) ||
        !qdrant_read_version(exchange->answer, &version, &exchange->arena, fault))
        return false;
    if (!qdrant_version_supports(&version, QDRANT_LEAST))
        return fault_set(fault, FAULT_CONFLICT, "qdrant_old",
                         "Qdrant is of version %d.%d, and 1.10 is the first that will do.",
                         version.major, version.minor);
    client->version = version;
    return true;
}

/* Sets `found` if the collection has points that search-api did not write, because they have no
 * number or no revision. */
static bool check_for_foreign_points(const struct qdrant_client *client, bool *found,
                                     struct fault *fault)
{
    auto_free struct qdrant_known *page = fault_calloc(QDRANT_PAGE * sizeof *page, "points", fault);
    int64_t points;
    size_t count;
    bool more;

    if (page == NULL || !qdrant_client_count_points(client, &points, fault) ||
        !qdrant_client_list_points(client, 0, page, &count, &more, fault))
        return false;
    *found = points > 0 && count == 0;
    for (size_t i = 0; i < count; i++)
        *found = *found || page[i].revision == FIELD_ABSENT;
    return true;
}

/* Whether the collection is search-api's and of this generation. A foreign collection may have the
 * same name and must not be changed. */
static bool check_collection_is_ours(const struct qdrant_client *client,
                                     const struct qdrant_shape *shape, struct fault *fault)
{
    const struct qdrant_collection *own = &client->collection;
    bool other = false;

    if (shape->dimensions != own->dimensions || !shape->is_cosine)
        return fault_set(fault, FAULT_CONFLICT, "qdrant_dimensions",
                         "The collection's vectors have %lld dimensions%s, ours %lld.",
                         (long long)shape->dimensions, shape->is_cosine ? "" : " or no cosine",
                         (long long)own->dimensions);
    if (shape->generation.at != NULL)
        other = !slice_is(shape->generation, own->generation);
    else if (!check_for_foreign_points(client, &other, fault))
        return false;
    if (other)
        return fault_set(fault, FAULT_CONFLICT, "qdrant_foreign",
                         "The collection is not search-api's, or of another generation.");
    return true;
}

/* Reads the version and looks for the collection. `found`: it exists and is search-api's. */
static bool find_and_check_collection(struct qdrant_client *client,
                                      struct qdrant_exchange *exchange, bool *found,
                                      struct fault *fault)
{
    struct qdrant_shape shape;

    if (!read_and_check_version(client, exchange, fault))
        return false;
    *found = qdrant_client_call(client, exchange, "GET", "", QDRANT_OPEN_MS, fault);
    if (!*found)
        return fault->kind == FAULT_GONE;
    return qdrant_read_collection_shape(exchange->answer, &shape, &exchange->arena, fault) &&
           check_collection_is_ours(client, &shape, fault);
}

static bool create_collection(const struct qdrant_client *client, struct qdrant_exchange *exchange,
                              struct fault *fault)
{
    qdrant_write_collection(client->collection.dimensions, client->collection.generation,
                            &client->version, &exchange->body);
    return qdrant_client_call(client, exchange, "PUT", "", QDRANT_WRITE_MS, fault);
}

static bool create_payload_indexes(const struct qdrant_client *client,
                                   struct qdrant_exchange *exchange, struct fault *fault)
{
    for (size_t i = 0; i < QDRANT_INDEXES; i++) {
        buf_clear(&exchange->body);
        qdrant_write_payload_index(i, &client->version, &exchange->body);
        if (!qdrant_client_call(client, exchange, "PUT", "/index" QDRANT_WAITING, QDRANT_WRITE_MS,
                                fault))
            return false;
    }
    return true;
}

bool qdrant_client_open_collection(struct qdrant_client *client, bool *created, struct fault *fault)
{
    AUTO(qdrant_exchange_finish) struct qdrant_exchange exchange = QDRANT_EXCHANGE;
    bool found;

    if (!find_and_check_collection(client, &exchange, &found, fault))
        return false;
    *created = !found;
    return (found || create_collection(client, &exchange, fault)) &&
           create_payload_indexes(client, &exchange, fault);
}

bool qdrant_client_delete_collection(struct qdrant_client *client, struct fault *fault)
{
    AUTO(qdrant_exchange_finish) struct qdrant_exchange exchange = QDRANT_EXCHANGE;
    bool found;

    return find_and_check_collection(client, &exchange, &found, fault) &&
           (!found || qdrant_client_call(client, &exchange, "DELETE", "", QDRANT_WRITE_MS, fault));
}
