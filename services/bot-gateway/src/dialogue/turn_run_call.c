// SPDX-License-Identifier: MIT
/* Calls of other services while an update is handled: a lease and a journal before each call, and
 * the client that makes it. */
#include <assert.h>

#include "base/now.h"
#include "loop/loop.h"

#include "bots/bots.h"
#include "clients/ai_client.h"
#include "clients/search_client.h"
#include "dialogue/dialogue_json.h"
#include "dialogue/turn_runner_private.h"

enum { LEASE_RENEW_MS = 1000 /* a lease of this age is renewed before the next call */ };
_Static_assert(LEASE_RENEW_MS + BOOKING_TIMEOUT_MS < TURN_LEASE_S * 1000 &&
                   (int)AI_TIMEOUT_MAX_MS <= (int)BOOKING_TIMEOUT_MS &&
                   (int)SEARCH_TIMEOUT_MS <= (int)BOOKING_TIMEOUT_MS,
               "a call ends before its lease");

/* --- the slot --- */

/* Takes one of the slots for turns that wait for calls. Slow calls of one tenant cannot use up the
 * slots of the others. */
static bool reserve_slot(struct turn_run *run, struct fault *fault)
{
    struct turn_slots *slots = run->slots;
    bool is_free = slots->count < TURN_RUNNER_CALLS_MAX;

    if (slots->count >= TURN_RUNNER_CALLS_MAX - TURN_RUNNER_CALLS_SPARE)
        for (int i = 0; i < slots->count; i++)
            is_free &= !uuid_equal(&slots->tenants[i], &run->update.tenant_id);
    if (!is_free) {
        run->put_off = true;
        return fault_set(fault, FAULT_UNAVAILABLE, "too_many_wait", "Too many turns make calls.");
    }
    slots->tenants[slots->count++] = run->update.tenant_id;
    return true;
}

void turn_run_free_slot(struct turn_run *run)
{
    struct turn_slots *slots = run->slots;
    int i = 0;

    while (!uuid_equal(&slots->tenants[i], &run->update.tenant_id))
        i++;
    slots->tenants[i] = slots->tenants[--slots->count];
}

/* --- the journal --- */

/* Whether the call changes nothing: it then has no Idempotency-Key and is repeated in each try. */
static bool is_read_only(const struct service_call *call)
{
    return call->service != SERVICE_BOOKING || strcmp(call->method, "GET") == 0;
}

/* Whether an earlier try has recorded the call. Its body may differ now, because texts, settings or
 * the dialogue have changed; the same Idempotency-Key requires the same body, so the recorded body
 * replaces it. */
static bool restore_recorded_body(const struct turn_run *run, struct service_call *call)
{
    const size_t n = run->call_count;

    if (n >= run->recorded_count || !slice_is(run->recorded[n].method, call->method) ||
        !slice_equal(run->recorded[n].path, call->path))
        return false;
    if (run->recorded[n].body.at != NULL)
        call->body = run->recorded[n].body;
    return true;
}

/* Adds the call to run->calls, and sets the journal to be stored before the call is made. After a
 * call of search-api, refuses a call that changes something (see enum service_name). */
static bool add_call_to_journal(struct turn_run *run, const struct service_call *call,
                                struct fault *fault)
{
    const size_t n = run->call_count;

    assert(n < TURN_CALLS_MAX);
    run->journal = (struct turn_record){0};
    run->calls[n] = *call;
    run->searches |= call->service == SERVICE_SEARCH;
    if (!is_read_only(call) && run->searches)
        return fault_set(fault, FAULT_INTERNAL, "changes_after_search",
                         "The turn makes a changing call after a call of search-api.");
    return restore_recorded_body(run, &run->calls[n]) || is_read_only(call) ||
           (turn_write_calls(run->calls, run->answers, n + 1, TURN_RECORD_AI, &run->arena,
                             &run->journal.calls, fault) &&
            turn_write_state_before(&run->input, &run->arena, &run->journal.state_before, fault));
}

/* --- the lease --- */

static bool lease_update_and_end_transaction(struct turn_run *run, struct fault *fault)
{
    if (!reserve_slot(run, fault))
        return false;
    run->leased_ns = loop_now_ns(run->app->service->loop);
    if (!turn_run_answer_tap(run->tx, run, fault) ||
        !turn_store_lease(run->tx, &run->update, &run->journal, fault)) {
        turn_run_free_slot(run);
        return false;
    }
    run->tx = NULL;
    run->leased = true;
    turn_runner_start_next(run);
    return true;
}

static bool renew_lease_if_due(struct turn_run *run, struct fault *fault)
{
    const struct service *service = run->app->service;
    const int64_t now_ns = loop_now_ns(service->loop);
    bool owned;

    if (run->journal.calls.at == NULL && now_ns - run->leased_ns <= LEASE_RENEW_MS * NS_PER_MS)
        return true;
    run->leased_ns = now_ns;
    if (!turn_store_renew_lease(service->pool, &run->update, &run->journal, &owned, fault))
        return false;
    return owned || fault_set(fault, FAULT_UNAVAILABLE, "lost", "Another worker owns the update.");
}

/* --- the clients --- */

/* Asks the AI, which only the first call of a turn can do. If an earlier try has recorded the AI's
 * answer, reuses it, because the later calls depend on it. */
static void ask_ai_or_reuse_answer(struct turn_run *run)
{
    const struct turn_recorded_call *recorded = run->recorded;
    const struct ai_asker asker = {run->update.tenant_id, run->input.update.user_id};

    if (turn_calls_have_ai_answer(recorded, run->recorded_count))
        run->answers[0] = (struct service_answer){(long)recorded[0].status, recorded[0].answer};
    else
        ai_client_ask(run->app->ai, &asker, &run->calls[0], &run->arena, &run->answers[0]);
}

static bool call_booking_or_search(struct turn_run *run, const char *key, struct fault *fault)
{
    const struct booking_client booking = {run->app->turns_http, run->app->config->booking_url};
    const size_t n = run->call_count;
    const struct booking_call call = {
        .call = &run->calls[n],
        .key = key,
        .user_id = run->input.update.user_id,
        .name = arena_printf(&run->arena, "tg:%.*s:%lld:%zu", SLICE_ARG(run->update.bot),
                             (long long)run->update.update_id, n),
        .acted = &run->acted,
    };

    if (call.name.at == NULL)
        return arena_fault(fault);
    if (call.call->service == SERVICE_BOOKING)
        return booking_client_call(&booking, &call, &run->arena, &run->answers[n], fault);
    search_client_ask(run->app->search, &call, &run->arena, &run->answers[n]);
    return true;
}

static bool make_pending_call(struct turn_run *run, struct fault *fault)
{
    char key[BOT_KEY_MAX + 1];
    const struct bot *bot;

    if (run->calls[run->call_count].service == SERVICE_AI) {
        ask_ai_or_reuse_answer(run);
        return true;
    }
    if (!bots_find_active_by_id(run->app->bots, &run->update.bot_id, &bot, fault))
        return false;
    memcpy(key, bot->key, sizeof key); /* a copy: the bots may be replaced during a wait */
    return call_booking_or_search(run, key, fault);
}

bool turn_run_call_service(void *arg, const struct service_call *call,
                           struct service_answer *answer, struct fault *fault)
{
    struct turn_run *run = arg;

    if (!add_call_to_journal(run, call, fault) ||
        !(run->leased ? renew_lease_if_due : lease_update_and_end_transaction)(run, fault))
        return false;
    if (run->app->service->stopping)
        return fault_set(fault, FAULT_UNAVAILABLE, "stopping", "The service stops.");
    run->unanswered = true;
    if (!make_pending_call(run, fault))
        return false;
    run->unanswered = false;
    *answer = run->answers[run->call_count++];
    return true;
}
