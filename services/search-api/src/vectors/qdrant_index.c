// SPDX-License-Identifier: MIT
#include "vectors/qdrant_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/now.h"
#include "base/value.h"

#include "vectors/qdrant_index_private.h"

static struct qdrant_index *self_of(void *self)
{
    return self;
}

/* --- common parts of calls --- */

/* Maps a fault to the two kinds that callers of an index expect, FAULT_TIMEOUT and
 * FAULT_UNAVAILABLE. Returns false. */
static bool normalise_fault(struct fault *fault)
{
    if (fault->kind != FAULT_TIMEOUT)
        fault->kind = FAULT_UNAVAILABLE;
    return false;
}

/* Whether the fault concerns the caller and not Qdrant. */
static bool is_of_caller(const struct fault *fault)
{
    static const char *const codes[] = {"deadline_exceeded", "cancelled", "no_direction"};

    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        if (strcmp(fault->code, codes[i]) == 0)
            return true;
    }
    return false;
}

static void doubt(struct qdrant_index *index)
{
    index->doubts++;
    index->is_compared = false;
}

/* Updates the state of the index after a failed call. */
static bool failed(struct qdrant_index *index, struct fault *fault)
{
    if (is_of_caller(fault))
        return normalise_fault(fault);
    index->why = *fault;
    if (fault->kind == FAULT_CONFLICT || fault->kind == FAULT_FORBIDDEN)
        index->is_open = false;
    /* A missing collection may be created again by another instance, without points; an unreachable
     * Qdrant may come back with older data. In both cases the content is in doubt. */
    if (fault->kind == FAULT_GONE || slice_is(slice_of(fault->code), "upstream_unreachable")) {
        index->is_open = false;
        doubt(index);
    }
    index->reason = fault->code;
    return normalise_fault(fault);
}

static bool succeeded(struct qdrant_index *index)
{
    index->reason = NULL;
    return true;
}

static bool may_open(const struct qdrant_index *index)
{
    return !index->is_opening && now_mono_ns() >= index->reopen_ns;
}

/* Whether a writer may open the collection now, which creates a missing one. If a search has found
 * that the collection is missing, the writer need not wait for `reopen_ns`. */
static bool may_create(const struct qdrant_index *index)
{
    return !index->is_opening && (index->why.kind == FAULT_GONE || may_open(index));
}

static bool open_collection(struct qdrant_index *index, bool make, struct fault *fault)
{
    bool made = false;

    index->is_opening = true;
    index->reopen_ns = now_mono_ns() + QDRANT_REOPEN_MS * NS_PER_MS;
    const bool opened = qdrant_client_open_collection(&index->client, make ? &made : NULL, fault);
    index->is_opening = false;
    /* A new collection is empty. This also holds if opening it has failed, because the next attempt
     * will find it. */
    if (made) {
        doubt(index);
        index->count = 0;
    }
    if (!opened)
        return failed(index, fault);
    index->is_open = true;
    index->reopen_ns = 0;
    return succeeded(index);
}

static bool refuse(const struct qdrant_index *index, struct fault *fault)
{
    *fault = index->why;
    return normalise_fault(fault);
}

bool qdrant_index_open(struct qdrant_index *index, struct fault *fault)
{
    if (index->is_open)
        return true;
    return may_create(index) ? open_collection(index, true, fault) : refuse(index, fault);
}

/* Opens the collection for a search, if necessary, without creating it: the generation may be
 * retired and its collection deleted. */
static bool ready_to_search(struct qdrant_index *index, struct fault *fault)
{
    if (index->is_open)
        return true;
    return may_open(index) ? open_collection(index, false, fault) : refuse(index, fault);
}

bool qdrant_index_list_points(struct qdrant_index *index, int64_t after,
                              struct qdrant_known out[QDRANT_PAGE], size_t *count, bool *more,
                              struct fault *fault)
{
    if (!qdrant_index_open(index, fault))
        return false;
    return qdrant_client_list_points(&index->client, after, out, count, more, fault)
               ? succeeded(index)
               : failed(index, fault);
}

/* --- the kind --- */

static bool nearest(void *self, const struct vector_filter *filter, const float *vector,
                    size_t limit, struct vector_hit *hits, size_t *count, struct fault *fault)
{
    struct qdrant_index *index = self_of(self);

    if (uuid_is_nil(&filter->tenant_id) || limit == 0) {
        *count = 0;
        return true;
    }
    if (!ready_to_search(index, fault))
        return false;
    return qdrant_client_find_nearest(&index->client, filter, vector, limit, hits, count, fault)
               ? succeeded(index)
               : failed(index, fault);
}

static bool put(void *self, const struct vector_row *rows, size_t count, struct fault *fault)
{
    struct qdrant_index *index = self_of(self);

    if (!qdrant_index_open(index, fault))
        return false;
    for (size_t i = 0; i < count; i += QDRANT_BATCH) {
        const size_t some = count - i < QDRANT_BATCH ? count - i : QDRANT_BATCH;
        if (!qdrant_client_put_points(&index->client, rows + i, some, fault))
            return failed(index, fault);
    }
    return succeeded(index);
}

static bool drop(void *self, const int64_t *numbers, size_t count, struct fault *fault)
{
    struct qdrant_index *index = self_of(self);

    if (!qdrant_index_open(index, fault))
        return false;
    for (size_t i = 0; i < count; i += QDRANT_BATCH) {
        const size_t some = count - i < QDRANT_BATCH ? count - i : QDRANT_BATCH;
        if (!qdrant_client_delete_points(&index->client, numbers + i, some, fault))
            return failed(index, fault);
    }
    return succeeded(index);
}

static bool count_rows(void *self, const struct vector_filter *filter, int64_t *out,
                       struct fault *fault)
{
    struct qdrant_index *index = self_of(self);
    int64_t counted;

    if (filter != NULL && uuid_is_nil(&filter->tenant_id)) {
        *out = 0;
        return true;
    }
    if (!qdrant_index_open(index, fault))
        return false;
    if (!qdrant_client_count_points(&index->client, filter, &counted, fault))
        return failed(index, fault);
    if (filter == NULL)
        index->count = counted;
    *out = counted;
    return succeeded(index);
}

static void state(const void *self, const struct uuid *tenant_id, struct vector_index_state *out)
{
    const struct qdrant_index *index = self;

    (void)tenant_id;
    *out = (struct vector_index_state){.usable = index->is_open || may_open(index),
                                       .count = index->count,
                                       .missing_until = FIELD_ABSENT,
                                       .reason = index->reason};
    if (out->reason == NULL && !index->is_compared)
        out->reason = "qdrant_not_compared";
}

static void destroy(void *self)
{
    free(self);
}

static const struct vector_index_kind kind = {
    .name = "qdrant",
    .nearest = nearest,
    .put = put,
    .drop = drop,
    .count = count_rows,
    .state = state,
    .destroy = destroy,
};

static bool copy_name(char out[QDRANT_NAME_MAX + 1], const char *name)
{
    const size_t len = strlen(name);

    if (len > QDRANT_NAME_MAX)
        return false;
    memcpy(out, name, len + 1);
    return true;
}

bool qdrant_index_create(const struct qdrant_options *options, struct vector_index *out,
                         struct fault *fault)
{
    struct qdrant_index *index = fault_calloc(sizeof *index, "the vectors in Qdrant", fault);

    if (index == NULL)
        return false;
    if (!copy_name(index->collection, options->collection) ||
        !copy_name(index->generation, options->generation)) {
        free(index);
        return fault_set(fault, FAULT_INVALID, "bad_name", "A name of a collection is too long.");
    }
    index->client.options = *options;
    index->client.options.collection = index->collection;
    index->client.options.generation = index->generation;
    index->doubts = 1;
    index->reason = "qdrant_not_asked";
    fault_set(&index->why, FAULT_UNAVAILABLE, "qdrant_not_asked", "Qdrant is being asked.");
    *out = (struct vector_index){&kind, index, options->dimensions};
    return true;
}
