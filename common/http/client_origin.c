// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/now.h"
#include "http/client_origin_private.h"

void http_origins_finish(struct http_origins *origins)
{
    for (size_t i = 0; i < origins->count; i++)
        free(origins->table[i]);
    origins->count = 0;
}

/* Finds the slot for a new entry: a free one, or that of the least recently used origin. NULL if
 * all origins are held. */
static struct http_origin **find_free_or_oldest_slot(struct http_origins *origins)
{
    struct http_origin **oldest = NULL;

    if (origins->count < HTTP_ORIGINS_MAX)
        return &origins->table[origins->count];
    for (size_t i = 0; i < origins->count; i++) {
        struct http_origin **at = &origins->table[i];
        if ((*at)->users == 0 && (oldest == NULL || (*at)->used < (*oldest)->used))
            oldest = at;
    }
    return oldest;
}

static struct http_origin *add_origin(struct http_origins *origins, struct slice name)
{
    struct http_origin **place = find_free_or_oldest_slot(origins);

    if (place == NULL || name.len > HTTP_ORIGIN_NAME_MAX)
        return NULL;
    struct http_origin *origin = calloc(1, sizeof *origin);
    if (origin == NULL)
        return NULL;
    memcpy(origin->name, name.at, name.len);
    origin->saved = HTTP_RETRY_SHARE;
    if (place == &origins->table[origins->count])
        origins->count++;
    else
        free(*place);
    *place = origin;
    return origin;
}

bool http_origin_acquire(struct http_origins *origins, struct slice name, struct http_origin **out,
                         struct fault *fault)
{
    struct http_origin *origin = NULL;

    for (size_t i = 0; origin == NULL && i < origins->count; i++) {
        if (slice_is(name, origins->table[i]->name))
            origin = origins->table[i];
    }
    if (origin == NULL)
        origin = add_origin(origins, name);
    if (origin == NULL)
        return fault_set(fault, FAULT_UNAVAILABLE, "overloaded",
                         "Too many other servers are being called.");
    origin->users++;
    origin->used = ++origins->uses;
    *out = origin;
    return true;
}

void http_origin_release(struct http_origin *origin)
{
    origin->users--;
}

bool http_origin_admit(struct http_origin *origin, int64_t now_ns, bool *is_probe,
                       struct fault *fault)
{
    bool open = origin->open_until_ns != 0;

    if (!open || (now_ns >= origin->open_until_ns && !origin->probing)) {
        origin->probing = open;
        *is_probe = open;
        return true;
    }
    int64_t left_ns = origin->open_until_ns - now_ns;
    fault_set(fault, FAULT_UNAVAILABLE, "circuit_open",
              "A server we need failed several times and is left alone for a moment.");
    fault->retry_after_s = left_ns > 0 ? (int)((left_ns + NS_PER_S - 1) / NS_PER_S) : 1;
    return false;
}

void http_origin_report(struct http_origins *origins, struct http_origin *origin, bool is_probe,
                        bool succeeded, int64_t now_ns)
{
    if (origin->open_until_ns != 0 && !is_probe)
        return;
    http_origin_ignore_call(origin, is_probe);
    if (succeeded) {
        origin->failures = 0;
        origin->open_until_ns = 0;
        return;
    }
    origin->failures++;
    if (is_probe || origin->failures >= origins->failures_max)
        origin->open_until_ns = now_ns + origins->open_ns;
}

void http_origin_ignore_call(struct http_origin *origin, bool is_probe)
{
    if (is_probe)
        origin->probing = false;
}

void http_origin_add_retry_credit(struct http_origin *origin)
{
    if (origin->saved < HTTP_RETRY_SHARE * HTTP_RETRY_SAVED)
        origin->saved++;
}

bool http_origin_take_retry(struct http_origin *origin)
{
    if (origin->saved < HTTP_RETRY_SHARE)
        return false;
    origin->saved -= HTTP_RETRY_SHARE;
    return true;
}
