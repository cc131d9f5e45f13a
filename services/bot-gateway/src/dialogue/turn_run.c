// SPDX-License-Identifier: MIT
#include "dialogue/turn_run.h"

#include <stdlib.h>

#include "base/digest.h"
#include "base/now.h"
#include "db/transaction.h"
#include "loop/loop.h"

#include "bots/bots.h"
#include "clients/ai_client.h"
#include "clients/search_client.h"
#include "dialogue/album.h"
#include "dialogue/dialogue_json.h"
#include "dialogue/dialogue_store.h"
#include "dialogue/reply.h"
#include "history/history_store.h"
#include "inbox/update.h"
#include "outbox/outbox_store.h"
#include "outbox/recipient_store.h"
#include "outgoing_webhooks/forwards.h"
#include "places/places_watch.h"

enum {
    /* What foreign_read() may need for an update, the answers to its calls, and what is made of
     * them. */
    ARENA_MAX = 4 * UPDATE_BODY_MAX + 2 * TURN_CALLS_MAX * BOOKING_ANSWER_MAX,
    PUT_OFF_MS = 1000, /* when there is no room for one more turn that waits */
    SOON_MS = 0,
    LEASE_USED_MS = 1000 /* then it is made longer before the next call */
};
_Static_assert(LEASE_USED_MS + BOOKING_TIMEOUT_MS < TURN_LEASE_S * 1000 &&
                   (int)AI_TIMEOUT_MAX_MS <= (int)BOOKING_TIMEOUT_MS &&
                   (int)SEARCH_TIMEOUT_MS <= (int)BOOKING_TIMEOUT_MS,
               "a call ends before its lease");

struct turn_run *turn_run_create(struct turn_runner *turns,
                                 const struct turn_runner_options *options,
                                 struct turn_places *places, struct fault *fault)
{
    struct turn_run *turning = fault_calloc(sizeof *turning, "a turn", fault);

    if (turning == NULL)
        return NULL;
    turning->turns = turns;
    turning->options = options;
    turning->places = places;
    arena_init(&turning->arena, ARENA_MAX);
    return turning;
}

void turn_run_destroy(struct turn_run *turning)
{
    if (turning == NULL)
        return;
    db_rows_finish(&turning->rows);
    arena_finish(&turning->arena);
    free(turning);
}

/* --- what the turn is about --- */

/* Without a token no button is good. */
static bool make_button_key(struct turn_run *turning, struct fault *fault)
{
    const struct bot *bot;

    const bool found = bots_find_id(turning->options->bots, &turning->update.bot_id, &bot, fault);

    if (!found && fault->kind == FAULT_UNAVAILABLE)
        return false;
    if (found && bot_has(bot, BOT_TOKEN))
        button_key(slice_of(bot->token), turning->input.button_key);
    else
        digest_random(turning->input.button_key, sizeof turning->input.button_key);
    return true;
}

/* A turn whose calls may have changed something goes on from what it knew when it made them,
 * whatever has happened to the dialogue since: so what was done is also told. */
static bool take_up(struct turn_run *turning, struct fault *fault)
{
    const struct slice before = turning->update.asked.state_before;

    if (turning->asked_count == 0 || before.at == NULL)
        return true;
    if (!turn_before_read(before, &turning->arena, &turning->input, fault))
        return false;
    turning->input.late_by = turning->update.state.version - turning->input.state.version;
    return true;
}

/* What was answered in an earlier try counts, whether there still is an AI or not. */
static bool asks_ai(const struct turn_run *turning)
{
    return turning->options->ai != NULL || turn_calls_ask_ai(turning->asked, turning->asked_count);
}

static bool make_input(struct turn_run *turning, struct fault *fault)
{
    const struct turn_update *update = &turning->update;

    turning->input = (struct turn_input){.username = update->username,
                                         .now = update->received_at,
                                         .language = update->language,
                                         .source = update->source,
                                         .is_owner = update->is_owner,
                                         .state = update->state,
                                         .answers = turning->answers};
    turning->input.update = (struct update_view){.about = ABOUT_OTHER,
                                                 .chat_id = FIELD_ABSENT,
                                                 .user_id = FIELD_ABSENT,
                                                 .message_id = FIELD_ABSENT};
    turning->acted = update->acted;
    if (update->body.at == NULL) /* a kind that no dialogue looks at */
        return true;
    if (!update_view_read(update->body, &turning->arena, &turning->input.update, fault) ||
        !turn_calls_read(update->asked.calls, &turning->arena, &turning->asked,
                         &turning->asked_count, fault))
        return false;
    /* Whoever was at it and is gone may have made the call that he has stored. */
    turning->acted |= turning->asked_count > 0 && !uuid_is_nil(&update->leased_by);
    turning->input.asks_ai = asks_ai(turning);
    turning->input.asks_search = turning->options->search != NULL;
    return take_up(turning, fault) && make_button_key(turning, fault) &&
           places_watch_take(turning->options->places, &update->tenant_id, &turning->arena,
                             &turning->input.words, fault);
}

const struct texts *turn_run_texts(const struct turn_run *turning)
{
    return texts_watch_texts(turning->options->texts, (enum bot_type)turning->update.bot_type);
}

static bool decide(struct turn_run *turning, struct fault *fault)
{
    turning->input.texts = turn_run_texts(turning);
    turning->input.settings =
        texts_watch_settings(turning->options->texts, (enum bot_type)turning->update.bot_type);
    turning->output = (struct turn_output){.reach = TURN_REACH_SAME, .language = -1};
    return turning->update.body.at == NULL ||
           turning->options->step(&turning->input, &turning->arena, &turning->output, fault);
}

/* --- what is asked --- */

/* A call that changes nothing may be made anew in each try; it has no Idempotency-Key. */
static bool reads(const struct service_call *call)
{
    return call->service != SERVICE_BOOKING || strcmp(call->method, "GET") == 0;
}

/* The call is known from an earlier try. The step may word it otherwise now, because texts,
 * settings or the dialogue have changed: under the same Idempotency-Key it must say the same. */
static bool repeats(const struct turn_run *turning, size_t n, struct service_call *call)
{
    if (n >= turning->asked_count || !slice_is(turning->asked[n].method, call->method) ||
        !slice_equal(turning->asked[n].path, call->path))
        return false;
    if (turning->asked[n].body.at != NULL)
        call->body = turning->asked[n].body;
    return true;
}

static bool has_sought(const struct turn_run *turning, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (turning->calls[i].service == SERVICE_SEARCH)
            return true;
    return false;
}

/* See enum service_name. */
static bool keeps_its_number(const struct turn_run *turning, size_t n, struct fault *fault)
{
    return reads(&turning->calls[n]) || !has_sought(turning, n) ||
           fault_set(fault, FAULT_INTERNAL, "changes_after_search",
                     "The turn changes something after it has asked search-api.");
}

/* The call for which the step waits is the next one. */
static bool take_call(struct turn_run *turning, struct fault *fault)
{
    const size_t n = turning->input.answer_count;

    turning->journal = (struct turn_record){0};
    if (n == TURN_CALLS_MAX)
        return fault_set(fault, FAULT_INTERNAL, "too_many_calls", "The turn makes too many calls.");
    turning->calls[n] = turning->output.call;
    if (!keeps_its_number(turning, n, fault))
        return false;
    return repeats(turning, n, &turning->calls[n]) || reads(&turning->calls[n]) ||
           (turn_calls_write(turning->calls, turning->answers, n + 1, TURN_TOLD_AI, &turning->arena,
                             &turning->journal.calls, fault) &&
            turn_before_write(&turning->input, &turning->arena, &turning->journal.state_before,
                              fault));
}

/* --- what is sent --- */

bool turn_run_place(struct db *tx, struct turn_run *turning, struct outbox_message *sending,
                    struct fault *fault)
{
    bool placed;

    sending->id = uuid_make();
    sending->tenant_id = turning->update.tenant_id;
    sending->bot_id = turning->update.bot_id;
    if (!outbox_store_insert(tx, sending, &placed, fault))
        return false;
    turning->queued |= placed;
    return true;
}

static bool place_reply(struct db *tx, struct turn_run *turning, const struct turn_reply *reply,
                        size_t n, struct fault *fault)
{
    struct outbox_message sending;

    return reply_sending(reply, n, &turning->update.id, &turning->input.update, &turning->arena,
                         &sending, fault) &&
           turn_run_place(tx, turning, &sending, fault);
}

static bool place_replies(struct db *tx, struct turn_run *turning, struct fault *fault)
{
    for (size_t i = 0; i < turning->output.count; i++)
        if (!place_reply(tx, turning, &turning->output.replies[i], i, fault))
            return false;
    return true;
}

/* The button stops spinning before the calls are made. The same key keeps the turn's own answer
 * back. */
static bool answer_tap(struct db *tx, struct turn_run *turning, struct fault *fault)
{
    const struct update_view *view = &turning->input.update;
    const struct turn_reply answer = {.kind = TURN_ANSWER};

    return view->about != ABOUT_TAP || view->tap_id.at == NULL ||
           place_reply(tx, turning, &answer, 0, fault);
}

/* --- what is stored --- */

static bool note_reach(struct db *tx, const struct turn_run *turning, struct fault *fault)
{
    const enum turn_reach reach = turning->output.reach;
    const struct turn_update *update = &turning->update;
    bool reopened;

    if (reach == TURN_REACH_SAME || update->chat_id == FIELD_ABSENT)
        return true;
    if (reach == TURN_REACHABLE)
        return recipient_store_reopen(tx, &update->bot_id, update->chat_id, &reopened, fault);
    return recipient_store_close(tx, &update->bot_id, update->chat_id,
                                 SLICE("The bot was blocked or removed."), fault);
}

/* A group has another id from now on. */
static bool note_move(struct db *tx, const struct turn_run *turning, struct fault *fault)
{
    const struct uuid *bot = &turning->update.bot_id;
    const int64_t from = turning->output.chat_from, to = turning->output.chat_to;

    return from == to || (recipient_store_migrate(tx, bot, from, to, fault) &&
                          dialogue_store_migrate(tx, bot, from, to, fault));
}

/* A person is whoever talks with the bot alone, or has told it something of himself. */
static bool person_changes(const struct turn_run *turning)
{
    const struct turn_update *update = &turning->update;
    const struct update_view *view = &turning->input.update;
    const struct turn_output *output = &turning->output;
    const bool tells =
        (output->language >= 0 && output->language != update->language) ||
        (output->source.at != NULL && update->source.at == NULL) ||
        (output->owner != TURN_OWNER_SAME && (output->owner == TURN_OWNER) != update->is_owner);

    if (view->about == ABOUT_OTHER || view->by_bot || update->user_id == FIELD_ABSENT)
        return false;
    return tells || (view->is_private &&
                     (update->told_language != (int)view->language || update->seen_long_ago));
}

/* What is kept of a chat: words to the bot. */
static bool line_of(const struct turn_run *turning, const struct update_view *view,
                    struct history_line *line)
{
    *line = (struct history_line){.id = uuid_make(),
                                  .bot_id = turning->update.bot_id,
                                  .chat_id = view->chat_id,
                                  .user_id = view->user_id,
                                  .message_id = view->message_id,
                                  .direction = HISTORY_IN,
                                  .language = -1,
                                  .text = view->text,
                                  .sent_at = view->sent_at};
    return (view->about == ABOUT_MESSAGE || view->about == ABOUT_EDIT) &&
           turn_is_for_bot(view, turning->input.username) && view->message_id != FIELD_ABSENT &&
           view->text.len > 0;
}

bool turn_run_keep_line(struct db *tx, const struct turn_run *turning,
                        const struct update_view *view, struct fault *fault)
{
    struct history_line line;

    return !line_of(turning, view, &line) || history_store_keep(tx, &line, fault);
}

bool turn_run_place_forwards(struct db *tx, const struct turn_run *turning, struct fault *fault)
{
    return !turning->update.has_forwards || forwards_enqueue(tx, &turning->update.id, fault);
}

static bool store_done(struct db *tx, struct turn_run *turning, struct fault *fault)
{
    const struct turn_output *output = &turning->output;
    struct db_value person[PERSON_VALUES], words[HISTORY_KEEP_VALUES];
    struct history_line line;
    struct turn_record record;
    struct db_call before[2];
    size_t count = 0;

    if (!turn_calls_write(turning->calls, turning->answers, turning->input.answer_count,
                          TURN_TOLD_ALL, &turning->arena, &record.calls, fault) ||
        !turn_before_write(&turning->input, &turning->arena, &record.state_before, fault))
        return false;
    if (person_changes(turning)) {
        person_values(&turning->update, output, turning->input.update.language, person);
        before[count++] = (struct db_call){&person_statement, person, PERSON_VALUES, NULL};
    }
    if (!output->confided && line_of(turning, &turning->input.update, &line)) {
        history_keep_values(&line, words);
        before[count++] =
            (struct db_call){&history_keep_statement, words, HISTORY_KEEP_VALUES, NULL};
    }
    turning->end = TURN_RUN_DONE;
    return turn_store_done(tx, &turning->update.id, &record, before, count, fault);
}

/* `kept` is false, and nothing was stored, when the dialogue was changed meanwhile. */
static bool store(struct db *tx, struct turn_run *turning, bool *kept, struct fault *fault)
{
    const struct turn_update *update = &turning->update;
    const bool moves =
        turning->output.moved && update->chat_id != FIELD_ABSENT && update->user_id != FIELD_ABSENT;

    *kept = true;
    if (moves && !dialogue_store_move(tx, update, &turning->output.state, kept, fault))
        return false;
    return !*kept ||
           (note_move(tx, turning, fault) && note_reach(tx, turning, fault) &&
            place_replies(tx, turning, fault) && turn_run_place_forwards(tx, turning, fault) &&
            store_done(tx, turning, fault));
}

/* --- a turn --- */

static bool store_at_once(struct db *tx, struct turn_run *turning, struct fault *fault)
{
    bool kept;

    if (!store(tx, turning, &kept, fault))
        return false;
    if (kept)
        return true;
    fault_set(fault, FAULT_CONFLICT, "changed", "The dialogue was changed at the same time.");
    return db_again(tx, fault);
}

/* Calls that hang, of one tenant, take no room that another one needs. */
static bool has_room(const struct turn_run *turning)
{
    for (size_t i = 0; i < turning->waiting_max && turning->spare_only; i++)
        if (uuid_equal(&turning->waiting[i], &turning->update.tenant_id))
            return false;
    return turning->may_call;
}

bool turn_run_act(struct db *tx, void *arg, struct fault *fault)
{
    struct turn_run *turning = arg;
    bool speaks = true;

    turning->taken = turning->queued = false;
    turning->end = TURN_RUN_NOTHING;
    db_rows_finish(&turning->rows);
    arena_reset(&turning->arena);
    if (!turn_store_take(tx, turning->places, &turning->rows, &turning->update, &turning->taken,
                         fault))
        return false;
    if (!turning->taken)
        return true;
    if (!make_input(turning, fault))
        return false;
    if (turning->input.update.album.at != NULL && !album_gather(tx, turning, &speaks, fault))
        return false;
    if (!speaks)
        return true;
    if (!decide(turning, fault))
        return false;
    if (!turning->output.waits)
        return store_at_once(tx, turning, fault);
    turning->end = has_room(turning) ? TURN_RUN_WAITS : TURN_RUN_LATER;
    if (turning->end == TURN_RUN_LATER)
        return turn_store_release(tx, &turning->update, turning->acted, PUT_OFF_MS, fault);
    turning->leased_ns = loop_now_ns(turning->options->service->loop);
    return take_call(turning, fault) && answer_tap(tx, turning, fault) &&
           turn_store_lease(tx, &turning->update, &turning->journal, fault);
}

/* --- one that waits for another service --- */

static bool store_calls(struct db *tx, void *arg, struct fault *fault)
{
    struct turn_run *turning = arg;
    bool mine;

    turning->leased_ns = loop_now_ns(turning->options->service->loop);
    if (!turn_store_calls(tx, &turning->update, &turning->journal, &mine, fault))
        return false;
    return mine || fault_set(fault, FAULT_UNAVAILABLE, "lost", "The update is somebody else's.");
}

static bool lease_is_used(const struct turn_run *turning)
{
    return loop_now_ns(turning->options->service->loop) - turning->leased_ns >
           LEASE_USED_MS * NS_PER_MS;
}

/* What the step says to the answers so far. */
static bool go_on(struct turn_run *turning, struct fault *fault)
{
    if (!decide(turning, fault))
        return false;
    if (!turning->output.waits)
        return true;
    return take_call(turning, fault) &&
           ((turning->journal.calls.at == NULL && !lease_is_used(turning)) ||
            db_transaction(turning->options->service->pool, store_calls, turning, fault));
}

bool turn_run_ask(struct turn_run *turning, struct fault *fault)
{
    while (turning->output.waits) {
        if (turning->options->service->stopping)
            return fault_set(fault, FAULT_UNAVAILABLE, "stopping", "The service stops.");
        turning->unanswered = true;
        if (!turn_run_call(turning, fault))
            return false;
        turning->unanswered = false;
        turning->input.answer_count++;
        if (!go_on(turning, fault))
            return false;
    }
    turning->decided = arena_mark(&turning->arena);
    return true;
}

bool turn_run_settle(struct db *tx, void *arg, struct fault *fault)
{
    struct turn_run *turning = arg;
    bool mine, kept;

    arena_put_back(&turning->arena, &turning->decided);
    turning->queued = false;
    turning->end = TURN_RUN_LOST;
    if (!turn_store_lock(tx, &turning->update, &mine, fault))
        return false;
    if (!mine)
        return true;
    turning->end = TURN_RUN_LATER;
    return store(tx, turning, &kept, fault) && (kept || turn_run_release(tx, turning, fault));
}

bool turn_run_release(struct db *tx, void *arg, struct fault *fault)
{
    struct turn_run *turning = arg;

    return turn_store_release(tx, &turning->update, turning->acted, SOON_MS, fault);
}
