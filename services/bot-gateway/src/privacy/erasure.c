// SPDX-License-Identifier: MIT
#include "privacy/erasure.h"

#include "api/change.h"
#include "base/now.h"
#include "loop/fiber.h"

#include "privacy/privacy_json.h"

enum { PAUSE_MS = 50, RETRY_S = 5 };

#define ADD(member) counts->member += more->member
void erasure_counts_add(struct erasure_counts *counts, const struct erasure_counts *more)
{
    ADD(delivery), ADD(dialogue), ADD(forward), ADD(idempotency), ADD(message), ADD(person);
    ADD(recipient), ADD(sending), ADD(update);
    ADD(booking_audit), ADD(booking_booking), ADD(booking_history), ADD(booking_idempotency);
    ADD(booking_outbox), ADD(booking_quote), ADD(booking_ride), ADD(booking_ride_history);
    ADD(search_document);
}
#undef ADD

bool erasure_counts_any(const struct erasure_counts *counts)
{
    static const struct erasure_counts none;

    return memcmp(counts, &none, sizeof none) != 0; /* int64_t alone: no padding */
}

static bool unfinished(struct fault *fault)
{
    fault_set(fault, FAULT_UNAVAILABLE, "erasure_unfinished",
              "Something of the person is still under way; ask again, and it goes on.");
    fault->retry_after_s = RETRY_S;
    return false;
}

/* --- booking-api --- */

static bool call(struct erasure *erasure, struct arena *arena, struct service_answer *answer,
                 struct fault *fault)
{
    char id[UUID_TEXT_LEN + 1];

    uuid_format(&erasure->id, id);
    const struct service_call request = {
        .method = "POST",
        .path =
            erasure->dry_run ? SLICE("/v1/guests/erase?dry_run=true") : SLICE("/v1/guests/erase"),
        .body = arena_printf(arena, "{\"telegram_id\":%lld}", (long long)erasure->user_id),
        .actor = SERVICE_AS_STAFF,
    };
    /* An Idempotency-Key of its own each time: the first answer again would erase nothing. */
    const struct booking_call made = {
        .call = &request,
        .key = erasure->key,
        .user_id = FIELD_ABSENT,
        .name = arena_printf(arena, "erase:%s:%d", id, erasure->asks),
    };

    if (request.body.at == NULL || made.name.at == NULL)
        return arena_fault(fault);
    erasure->asks++;
    return booking_client_call(&erasure->booking, &made, arena, answer, fault);
}

/* What is not over, of stays or rides, by booking-api's own code. */
static bool refuse_live(const struct erasure_said *said, struct arena *arena, struct fault *fault)
{
    const bool rides = slice_is(said->code, "has_live_rides");
    const struct slice ids = rides ? said->rides : said->bookings;

    fault_set(fault, FAULT_CONFLICT, rides ? "has_live_rides" : "has_live_bookings",
              "A %s is agreed and not over; cancel it first, or wait.", rides ? "ride" : "stay");
    if (ids.at != NULL)
        fault->members =
            arena_printf(arena, "\"%s\":%.*s", rides ? "rides" : "bookings", SLICE_ARG(ids));
    return false;
}

/* `left`: there may be more. */
static bool ask_once(struct erasure *erasure, struct arena *arena, bool *left, struct fault *fault)
{
    struct service_answer answer;
    struct erasure_said said;

    if (!call(erasure, arena, &answer, fault) ||
        !erasure_said_read(answer.body, arena, &said, fault))
        return false;
    if (answer.status == 409 &&
        (slice_is(said.code, "has_live_bookings") || slice_is(said.code, "has_live_rides")))
        return refuse_live(&said, arena, fault);
    if (answer.status != 200 || !said.is_receipt)
        return fault_set(fault, FAULT_UNAVAILABLE, "booking_failed", "booking-api answered %ld.",
                         answer.status);
    *left = !erasure->dry_run && (said.erased.booking_booking > 0 || said.erased.booking_ride > 0);
    erasure_counts_add(&erasure->erased, &said.erased);
    return true;
}

static bool ask_booking(struct erasure *erasure, struct arena *arena, struct fault *fault)
{
    const int until = erasure->asks + ERASURE_ASKS_MAX;
    bool left = true;

    while (left) {
        if (erasure->asks == until)
            return unfinished(fault);
        if (!ask_once(erasure, arena, &left, fault))
            return false;
    }
    return true;
}

/* --- search-api --- */

enum { SEARCH_ANSWER_MAX = 64 * 1024 };

bool erasure_asks_search(const struct erasure *erasure)
{
    return erasure->search_url[0] != '\0';
}

static bool call_search(const struct erasure *erasure, struct arena *arena,
                        struct http_answer *answer, struct fault *fault)
{
    char id[UUID_TEXT_LEN + 1];

    uuid_format(&erasure->id, id);
    const struct slice url = arena_printf(arena, "%s/v1/documents?user_id=%lld&bot=%s%s",
                                          erasure->search_url, (long long)erasure->user_id,
                                          erasure->bot, erasure->dry_run ? "&dry_run=true" : "");
    const struct slice key = arena_printf(arena, "X-API-Key: %s", erasure->key);
    const struct slice name = arena_printf(arena, "X-Request-Id: erase:%s", id);
    const char *const headers[] = {key.at, name.at, NULL};
    const struct http_call made = {.method = "DELETE",
                                   .url = url.at,
                                   .headers = headers,
                                   .timeout_ms = ERASURE_SEARCH_MS,
                                   .answer_max = SEARCH_ANSWER_MAX,
                                   .tries = 1, /* each answer counts what it has erased itself */
                                   .allow_private = true,
                                   .allow_plain = true,
                                   /* booking-api may be at the same origin. */
                                   .no_breaker = true};

    if (url.at == NULL || key.at == NULL || name.at == NULL)
        return arena_fault(fault);
    return http_client_call(erasure->booking.http, &made, arena, answer, fault);
}

/* A part is erased, and there is more. */
static bool is_part(const struct http_answer *answer, const struct erasure_said *said)
{
    return answer->status == 503 && slice_is(said->code, "erasure_unfinished");
}

static bool ask_search_once(struct erasure *erasure, struct arena *arena,
                            struct http_answer *answer, struct fault *fault)
{
    struct erasure_said said;

    if (!call_search(erasure, arena, answer, fault))
        return false;
    if (!erasure_said_read(answer->body, arena, &said, fault) || !said.is_receipt ||
        (answer->status != 200 && !is_part(answer, &said)))
        return fault_set(fault, FAULT_UNAVAILABLE, "search_failed", "search-api answered %ld.",
                         answer->status);
    erasure_counts_add(&erasure->erased, &said.erased);
    return true;
}

/* The next call takes as long as the last one. What a call has erased that is cut off nobody
 * counts. */
static bool has_time(const struct http_answer *last)
{
    return now_mono_ns() + last->took_ms * NS_PER_MS < fiber_deadline_ns(fiber_current());
}

static bool ask_search(struct erasure *erasure, struct arena *arena, struct fault *fault)
{
    struct http_answer answer = {.status = 0};
    int asks = 0;

    while (erasure_asks_search(erasure) && answer.status != 200) {
        if (asks++ == ERASURE_ASKS_MAX || !has_time(&answer))
            return unfinished(fault);
        if (!ask_search_once(erasure, arena, &answer, fault))
            return false;
    }
    return true;
}

bool erasure_ask(struct erasure *erasure, struct arena *arena, struct fault *fault)
{
    return ask_booking(erasure, arena, fault) &&
           (!erasure->dry_run || ask_search(erasure, arena, fault));
}

/* --- what was under way --- */

struct pass {
    const struct erasure *erasure;
    struct erasure_counts found;
    int64_t left;
};

static bool run_pass(struct db *tx, void *arg, struct fault *fault)
{
    struct pass *pass = arg;

    return erasure_store_pass(tx, &pass->erasure->bot_id, pass->erasure->user_id, &pass->found,
                              &pass->left, fault);
}

bool erasure_finish(struct erasure *erasure, struct db_pool *pool, struct arena *arena,
                    struct fault *fault)
{
    const int64_t until_ns = now_mono_ns() + ERASURE_WAIT_MS * NS_PER_MS;
    struct pass pass = {.erasure = erasure};

    for (;;) {
        const bool passed = db_transaction(pool, run_pass, &pass, fault);
        const bool waits = !passed && slice_is(slice_of(fault->code), "busy");
        if (!passed && !waits)
            return false;
        if (passed)
            erasure_counts_add(&erasure->erased, &pass.found);
        if (passed && pass.left == 0 && !erasure_counts_any(&pass.found))
            return ask_booking(erasure, arena, fault) && ask_search(erasure, arena, fault);
        if (now_mono_ns() >= until_ns)
            return unfinished(fault);
        if ((waits || (pass.left > 0 && !erasure_counts_any(&pass.found))) &&
            !fiber_sleep(PAUSE_MS * NS_PER_MS, fault))
            return false;
    }
}
