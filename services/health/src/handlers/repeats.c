// SPDX-License-Identifier: MIT
#include "handlers/repeats.h"

#include "base/now.h"

static bool is_expired(const struct repeat *slot, int64_t now_us)
{
    return now_us - slot->begun_us > (int64_t)REPEAT_KEPT_S * US_PER_S;
}

static void free_slot(struct repeat *slot)
{
    buf_finish(&slot->answer);
    *slot = (struct repeat){0};
}

/* The slot of this client and key; else a free slot or the oldest one, emptied; NULL: all requests
 * are running. */
static struct repeat *find_slot(struct repeats *repeats, const struct uuid *id, int64_t now_us)
{
    struct repeat *oldest = NULL;

    for (size_t i = 0; i < REPEATS_MAX; i++) {
        struct repeat *slot = &repeats->slots[i];
        if (uuid_equal(&slot->id, id) && (slot->running || !is_expired(slot, now_us)))
            return slot;
        if (!slot->running && (oldest == NULL || slot->begun_us < oldest->begun_us))
            oldest = slot;
    }
    if (oldest != NULL)
        free_slot(oldest);
    return oldest;
}

static enum repeat_step replay(const struct repeat *slot, const struct idempotency *asked,
                               struct http_response *res, struct fault *fault)
{
    if (strcmp(slot->fingerprint, asked->fingerprint) != 0) {
        fault_set(fault, FAULT_INVALID, "key_reused",
                  "This Idempotency-Key came with another request before");
        return REPEAT_REFUSED;
    }
    if (slot->running) {
        fault_set(fault, FAULT_CONFLICT, "key_in_progress",
                  "The first request with this Idempotency-Key is still running");
        fault->retry_after_s = 1;
        return REPEAT_REFUSED;
    }
    http_reply_header(res, "Idempotent-Replay", SLICE("true"));
    buf_slice(&res->body, buf_as_slice(&slot->answer));
    (void)http_reply_json(res, slot->status);
    return REPEAT_REPLAYED;
}

static bool identify(const struct http_request *req, struct slice header, struct idempotency *out,
                     struct fault *fault)
{
    struct slice key;

    /* These POSTs have no body but {}. */
    return api_idempotency_read_key(header, req->arena, &key, fault) &&
           idempotency_identify(req, api_caller(req), key, SLICE("{}"), out, fault);
}

enum repeat_step repeats_begin(struct repeats *repeats, const struct http_request *req, bool dry,
                               struct http_response *res, struct repeat **slot, struct fault *fault)
{
    const struct slice header = req->headers[HTTP_H_IDEMPOTENCY_KEY];
    const int64_t now_us = now_wall_us();
    struct idempotency asked;

    *slot = NULL;
    if (dry || header.at == NULL)
        return REPEAT_RUN;
    if (!identify(req, header, &asked, fault))
        return REPEAT_REFUSED;
    struct repeat *found = find_slot(repeats, &asked.id, now_us);
    if (found == NULL) {
        fault_set(fault, FAULT_UNAVAILABLE, "overloaded", "Too many requests are running.");
        return REPEAT_REFUSED;
    }
    if (!uuid_is_nil(&found->id))
        return replay(found, &asked, res, fault);
    *found = (struct repeat){.id = asked.id, .begun_us = now_us, .running = true};
    memcpy(found->fingerprint, asked.fingerprint, sizeof found->fingerprint);
    *slot = found;
    return REPEAT_RUN;
}

enum http_status repeats_end(struct repeat *slot, const struct http_response *res)
{
    if (slot == NULL)
        return res->status;
    slot->running = false;
    slot->status = res->status;
    buf_init(&slot->answer, REPEAT_ANSWER_MAX);
    buf_slice(&slot->answer, buf_as_slice(&res->body));
    if (res->status >= 300 || slot->answer.failed)
        free_slot(slot);
    return res->status;
}

void repeats_finish(struct repeats *repeats)
{
    for (size_t i = 0; i < REPEATS_MAX; i++)
        free_slot(&repeats->slots[i]);
}
