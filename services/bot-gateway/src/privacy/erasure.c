// SPDX-License-Identifier: MIT
#include "privacy/erasure.h"

#include "api/change.h"
#include "base/now.h"
#include "db/transaction.h"
#include "loop/fiber.h"

#include "clients/booking_client.h"

enum { PAUSE_MS = 50, RETRY_S = 5 };

static bool fail_unfinished(struct fault *fault)
{
    fault_set(fault, FAULT_UNAVAILABLE, "erasure_unfinished",
              "Something of the person is still under way; ask again, and it goes on.");
    fault->retry_after_s = RETRY_S;
    return false;
}

/* --- booking-api --- */

static bool post_erase_to_booking_api(struct erasure *erasure, struct arena *arena,
                                      struct service_answer *answer, struct fault *fault)
{
    const struct gateway_app *app = erasure->app;
    const struct booking_client booking = {app->turns_http, app->config->booking_url};
    char id[UUID_TEXT_LEN + 1];

    uuid_format(&erasure->id, id);
    const struct service_call request = {
        .method = "POST",
        .path =
            erasure->dry_run ? SLICE("/v1/guests/erase?dry_run=true") : SLICE("/v1/guests/erase"),
        .body = arena_printf(arena, "{\"telegram_id\":%lld}", (long long)erasure->user_id),
        .actor = SERVICE_AS_STAFF,
    };
    /* Each call has its own Idempotency-Key: with a repeated key booking-api would return the first
     * answer and erase nothing. */
    const struct booking_call booking_call = {
        .call = &request,
        .key = erasure->bot.key,
        .user_id = FIELD_ABSENT,
        .name = arena_printf(arena, "erase:%s:%d", id, erasure->calls),
        .req = erasure->req,
    };

    if (request.body.at == NULL || booking_call.name.at == NULL)
        return arena_fault(fault);
    erasure->calls++;
    return booking_client_call(&booking, &booking_call, arena, answer, fault);
}

/* If booking-api refuses because of a stay, ride or trip, sets the fault to its code and ids. */
static bool check_nothing_live(const struct erasure_reply *reply, struct arena *arena,
                               struct fault *fault)
{
    const struct {
        const char *code;
        const char *member;
        struct slice ids;
    } kinds[] = {
        {"has_live_bookings", "bookings", reply->bookings},
        {"has_live_rides",    "rides",    reply->rides   },
        {"has_live_trips",    "trips",    reply->trips   },
    };

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (!slice_is(reply->code, kinds[i].code))
            continue;
        fault_set(fault, FAULT_CONFLICT, kinds[i].code,
                  "One of the %s is not over; cancel it first, or wait.", kinds[i].member);
        if (kinds[i].ids.at != NULL)
            fault->members =
                arena_printf(arena, "\"%s\":%.*s", kinds[i].member, SLICE_ARG(kinds[i].ids));
        return false;
    }
    return true;
}

/* Calls booking-api once. `may_have_more` is true if it may have more data of the person. */
static bool erase_bookings_once(struct erasure *erasure, struct arena *arena, bool *may_have_more,
                                struct fault *fault)
{
    struct service_answer answer;
    struct erasure_reply reply;

    if (!post_erase_to_booking_api(erasure, arena, &answer, fault)) {
        fault->code = "booking_failed"; /* one code for clients, whatever the reason */
        return false;
    }
    const bool readable = erasure_reply_read(answer.body, arena, &reply, fault);
    if (readable && answer.status == 409 && !check_nothing_live(&reply, arena, fault))
        return false;
    if (!readable || answer.status != 200 || !reply.is_receipt)
        return fault_set(fault, FAULT_UNAVAILABLE, "booking_failed", "booking-api answered %ld.",
                         answer.status);
    *may_have_more =
        !erasure->dry_run && (reply.erased.booking_booking > 0 || reply.erased.booking_ride > 0);
    erasure_counts_add(&erasure->erased, &reply.erased);
    return true;
}

static bool erase_bookings(struct erasure *erasure, struct arena *arena, struct fault *fault)
{
    const int until = erasure->calls + ERASURE_CALLS_MAX;
    bool left = true;

    while (left) {
        if (erasure->calls == until)
            return fail_unfinished(fault);
        if (!erase_bookings_once(erasure, arena, &left, fault))
            return false;
    }
    return true;
}

/* --- search-api --- */

enum { SEARCH_ANSWER_MAX = 64 * 1024 };

bool erasure_has_search_api(const struct erasure *erasure)
{
    return erasure->app->config->search_url[0] != '\0';
}

static bool send_erase_to_search_api(const struct erasure *erasure, struct arena *arena,
                                     struct http_answer *answer, struct fault *fault)
{
    const struct http_request *req = erasure->req;
    const struct slice trace = req->headers[HTTP_H_TRACEPARENT];
    const struct slice url =
        arena_printf(arena, "%s/v1/documents?user_id=%lld&bot=%s&without_bot=true%s",
                     erasure->app->config->search_url, (long long)erasure->user_id,
                     erasure->bot.name, erasure->dry_run ? "&dry_run=true" : "");
    const struct slice key = arena_printf(arena, "X-API-Key: %s", erasure->bot.key);
    const struct slice name = arena_printf(arena, "X-Request-Id: %.*s", SLICE_ARG(req->request_id));
    const struct slice traced = arena_printf(arena, "traceparent: %.*s", SLICE_ARG(trace));
    const char *const headers[] = {key.at, name.at, trace.at != NULL ? traced.at : NULL, NULL};
    const struct http_call booking_call = {
        .method = "DELETE",
        .url = url.at,
        .headers = headers,
        .timeout_ms = ERASURE_SEARCH_MS,
        .answer_max = SEARCH_ANSWER_MAX,
        .tries = 1, /* a retry would lose the counts of the first answer */
        .allow_private = true,
        .allow_plain = true,
        /* failures must not block calls of booking-api, which may be at the same origin */
        .no_breaker = true};

    if (url.at == NULL || key.at == NULL || name.at == NULL || traced.at == NULL)
        return arena_fault(fault);
    return http_client_call(erasure->app->turns_http, &booking_call, arena, answer, fault);
}

static bool erase_documents_once(struct erasure *erasure, struct arena *arena,
                                 struct http_answer *answer, struct fault *fault)
{
    struct erasure_reply reply;

    if (!send_erase_to_search_api(erasure, arena, answer, fault)) {
        fault->code = "search_failed";
        return false;
    }
    /* 503 erasure_unfinished: a part of the documents is erased, and more remain. */
    if (!erasure_reply_read(answer->body, arena, &reply, fault) || !reply.is_receipt ||
        (answer->status != 200 &&
         !(answer->status == 503 && slice_is(reply.code, "erasure_unfinished"))))
        return fault_set(fault, FAULT_UNAVAILABLE, "search_failed", "search-api answered %ld.",
                         answer->status);
    erasure_counts_add(&erasure->erased, &reply.erased);
    return true;
}

/* Whether the request has time for one more call, if that takes as long as the last call.
 * The counts of an interrupted call would be lost. */
static bool has_time_for_call(const struct http_answer *last)
{
    return now_mono_ns() + last->took_ms * NS_PER_MS < fiber_deadline_ns(fiber_current());
}

static bool erase_documents(struct erasure *erasure, struct arena *arena, struct fault *fault)
{
    struct http_answer answer = {.status = 0};
    int calls = 0;

    while (erasure_has_search_api(erasure) && answer.status != 200) {
        if (calls++ == ERASURE_CALLS_MAX || !has_time_for_call(&answer))
            return fail_unfinished(fault);
        if (!erase_documents_once(erasure, arena, &answer, fault))
            return false;
    }
    return true;
}

bool erasure_erase_in_booking_api(struct erasure *erasure, struct arena *arena, struct fault *fault)
{
    return erase_bookings(erasure, arena, fault) &&
           (!erasure->dry_run || erase_documents(erasure, arena, fault));
}

/* --- passes --- */

struct pass {
    const struct erasure *erasure;
    struct erasure_counts found;
    int64_t left;
};

static bool run_pass_in_transaction(struct db *tx, void *arg, struct fault *fault)
{
    struct pass *pass = arg;

    return erasure_store_run_pass(tx, &pass->erasure->bot.id, pass->erasure->user_id, &pass->found,
                                  &pass->left, fault);
}

bool erasure_finish(struct erasure *erasure, struct arena *arena, struct fault *fault)
{
    const int64_t until_ns = now_mono_ns() + ERASURE_WAIT_MS * NS_PER_MS;
    struct pass pass = {.erasure = erasure};

    for (;;) {
        const bool passed =
            db_transaction(erasure->app->service->pool, run_pass_in_transaction, &pass, fault);
        const bool busy = !passed && slice_is(slice_of(fault->code), "busy");
        if (!passed && !busy)
            return false;
        if (passed)
            erasure_counts_add(&erasure->erased, &pass.found);
        if (passed && pass.left == 0 && !erasure_counts_has_any(&pass.found))
            return erase_bookings(erasure, arena, fault) && erase_documents(erasure, arena, fault);
        if (now_mono_ns() >= until_ns)
            return fail_unfinished(fault);
        if ((busy || (pass.left > 0 && !erasure_counts_has_any(&pass.found))) &&
            !fiber_sleep(PAUSE_MS * NS_PER_MS, fault))
            return false;
    }
}
