// SPDX-License-Identifier: MIT
#include "vectors/qdrant_index.h"

#include <stdlib.h>

#include "base/auto.h"
#include "base/now.h"
#include "loop/fiber.h"

enum { SETTLE_MS = 50 /* the pause before an accepted write is repeated */ };

/* --- common parts of calls --- */

/* Maps a fault to the two kinds that callers of an index expect, FAULT_TIMEOUT and
 * FAULT_UNAVAILABLE. Returns false. */
static bool map_fault_to_expected_kind(struct fault *fault)
{
    if (fault->kind != FAULT_TIMEOUT)
        fault->kind = FAULT_UNAVAILABLE;
    return false;
}

/* Whether the fault concerns the caller and not Qdrant. */
static bool is_fault_of_caller(const struct fault *fault)
{
    static const char *const codes[] = {"deadline_exceeded", "cancelled", "no_direction"};

    return SLICE_IS_IN(slice_of(fault->code), codes);
}

static void mark_content_doubtful(struct qdrant_index *index)
{
    index->doubts++;
    index->is_compared = false;
}

/* Updates the state of the index after a call. Returns `ok`. */
static bool record_result(struct qdrant_index *index, bool ok, struct fault *fault)
{
    if (ok) {
        index->reason = NULL;
        return true;
    }
    if (is_fault_of_caller(fault))
        return map_fault_to_expected_kind(fault);
    index->why = *fault;
    if (fault->kind == FAULT_CONFLICT || fault->kind == FAULT_FORBIDDEN)
        index->is_open = false;
    /* A missing collection may be created again by another instance, without points; an unreachable
     * Qdrant may come back with older data. In both cases the content is in doubt. */
    if (fault->kind == FAULT_GONE || slice_is(slice_of(fault->code), "upstream_unreachable")) {
        index->is_open = false;
        mark_content_doubtful(index);
    }
    index->reason = fault->code;
    return map_fault_to_expected_kind(fault);
}

static bool open_collection(struct qdrant_index *index, struct fault *fault)
{
    bool made = false;

    index->reopen_ns = now_mono_ns() + QDRANT_REOPEN_MS * NS_PER_MS;
    const bool opened = qdrant_client_open_collection(&index->client, &made, fault);
    /* A new collection is empty. The content is in doubt even if this attempt has failed, because
     * the next one will find the collection. */
    if (made) {
        mark_content_doubtful(index);
        index->count = 0;
    }
    index->is_open = opened;
    if (opened)
        index->reopen_ns = 0;
    return record_result(index, opened, fault);
}

static bool fail_with_last_cause(const struct qdrant_index *index, struct fault *fault)
{
    *fault = index->why;
    return map_fault_to_expected_kind(fault);
}

bool qdrant_index_open_or_create(struct qdrant_index *index, struct fault *fault)
{
    if (index->is_open)
        return true;
    return now_mono_ns() >= index->reopen_ns ? open_collection(index, fault)
                                             : fail_with_last_cause(index, fault);
}

bool qdrant_index_list_points(struct qdrant_index *index, int64_t after,
                              struct qdrant_known out[QDRANT_PAGE], size_t *count, bool *more,
                              struct fault *fault)
{
    return qdrant_index_open_or_create(index, fault) &&
           record_result(index,
                         qdrant_client_list_points(&index->client, after, out, count, more, fault),
                         fault);
}

/* --- the kind --- */

static bool request_nearest(const struct qdrant_client *client, const struct vector_filter *filter,
                            const float *vector, size_t limit, struct vector_hit *hits,
                            size_t *count, struct fault *fault)
{
    AUTO(qdrant_exchange_finish) struct qdrant_exchange exchange = QDRANT_EXCHANGE;

    if (!qdrant_write_query(filter, vector, (size_t)client->collection.dimensions, limit,
                            &exchange.body))
        return fault_set(fault, FAULT_INVALID, "no_direction", "The vector has no direction.");
    return qdrant_client_call(client, &exchange, "POST", "/points/query",
                              client->config->qdrant_timeout_ms, fault) &&
           qdrant_read_hits(exchange.answer, limit, hits, count, &exchange.arena, fault);
}

static bool search_nearest(void *self, const struct vector_filter *filter, const float *vector,
                           size_t limit, struct vector_hit *hits, size_t *count,
                           struct fault *fault)
{
    struct qdrant_index *index = self;

    if (uuid_is_nil(&filter->tenant_id) || limit == 0) {
        *count = 0;
        return true;
    }
    if (!index->is_open)
        return fail_with_last_cause(index, fault);
    return record_result(
        index, request_nearest(&index->client, filter, vector, limit, hits, count, fault), fault);
}

/* Sends a write. If Qdrant accepts the write but it is not visible yet, repeats it: a repetition
 * changes nothing and waits for the first write. */
static bool write_until_visible(const struct qdrant_client *client,
                                struct qdrant_exchange *exchange, const char *path,
                                struct fault *fault)
{
    const int64_t until_ns = now_mono_ns() + QDRANT_WRITE_MS * NS_PER_MS;
    bool done;

    for (;;) {
        if (!qdrant_client_call(client, exchange, "POST", path, QDRANT_WRITE_MS, fault) ||
            !qdrant_read_write_result(exchange->answer, &done, &exchange->arena, fault))
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

static bool upsert_rows(void *self, const struct vector_row *rows, size_t count,
                        struct fault *fault)
{
    AUTO(qdrant_exchange_finish) struct qdrant_exchange exchange = QDRANT_EXCHANGE;
    struct qdrant_index *index = self;
    const struct qdrant_client *client = &index->client;

    if (!qdrant_index_open_or_create(index, fault))
        return false;
    qdrant_write_upserts(rows, count, (size_t)client->collection.dimensions, &client->version,
                         &exchange.body);
    return record_result(
        index, write_until_visible(client, &exchange, "/points/batch" QDRANT_WAITING, fault),
        fault);
}

static bool delete_rows(void *self, const int64_t *numbers, size_t count, struct fault *fault)
{
    AUTO(qdrant_exchange_finish) struct qdrant_exchange exchange = QDRANT_EXCHANGE;
    struct qdrant_index *index = self;

    if (!qdrant_index_open_or_create(index, fault))
        return false;
    qdrant_write_deletion(numbers, count, &exchange.body);
    return record_result(
        index,
        write_until_visible(&index->client, &exchange, "/points/delete" QDRANT_WAITING, fault),
        fault);
}

static bool count_rows(void *self, int64_t *out, struct fault *fault)
{
    struct qdrant_index *index = self;

    if (!qdrant_index_open_or_create(index, fault) ||
        !record_result(index, qdrant_client_count_points(&index->client, &index->count, fault),
                       fault))
        return false;
    *out = index->count;
    return true;
}

static void get_state(const void *self, const struct uuid *tenant_id,
                      struct vector_index_state *out)
{
    const struct qdrant_index *index = self;

    (void)tenant_id;
    *out = (struct vector_index_state){.count = index->count, .reason = index->reason};
    if (out->reason == NULL && !index->is_compared)
        out->reason = "qdrant_not_compared";
}

static const struct vector_index_kind kind = {
    .nearest = search_nearest,
    .put = upsert_rows,
    .drop = delete_rows,
    .count = count_rows,
    .state = get_state,
    .destroy = free,
};

bool qdrant_index_create(const struct qdrant_client *client, struct vector_index *out,
                         struct fault *fault)
{
    struct qdrant_index *index = fault_calloc(sizeof *index, "the vectors in Qdrant", fault);

    if (index == NULL)
        return false;
    index->client = *client;
    index->doubts = 1;
    index->reason = "qdrant_not_asked";
    fault_set(&index->why, FAULT_UNAVAILABLE, "qdrant_not_asked", "Qdrant is being asked.");
    *out = (struct vector_index){.kind = &kind, .self = index};
    return true;
}
