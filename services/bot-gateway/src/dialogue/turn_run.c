// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/digest.h"
#include "db/transaction.h"

#include "bots/bots.h"
#include "dialogue/dialogue_json.h"
#include "dialogue/dialogue_store.h"
#include "dialogue/product.h"
#include "dialogue/relay_store.h"
#include "dialogue/reply.h"
#include "dialogue/turn_runner_private.h"
#include "history/history_store.h"
#include "history/misunderstood_store.h"
#include "inbox/update.h"
#include "outbox/outbox_store.h"
#include "outbox/recipient_store.h"
#include "outgoing_webhooks/forwards.h"
#include "places/places_watch.h"
#include "staff_chat/staff_chat_store.h"

enum {
    /* Memory to handle one update: what foreign_read() may need for the update and the answers to
     * its calls, and what is built from them. */
    ARENA_MAX = 4 * UPDATE_BODY_MAX + 2 * TURN_CALLS_MAX * BOOKING_ANSWER_MAX,
    PUT_OFF_MS = 1000, /* delay of an update if no slot is free, or its places are not read */
    RETRY_MS = 0
};

struct turn_run *turn_run_create(const struct gateway_app *app, turn_handle_update_fn *step,
                                 struct turn_cursor *cursor, struct turn_slots *slots,
                                 struct fault *fault)
{
    struct turn_run *run = fault_calloc(sizeof *run, "a turn", fault);

    if (run == NULL)
        return NULL;
    run->app = app;
    run->step = step;
    run->cursor = cursor;
    run->slots = slots;
    arena_init(&run->arena, ARENA_MAX);
    return run;
}

void turn_run_destroy(struct turn_run *run)
{
    if (run == NULL)
        return;
    db_rows_finish(&run->merged);
    db_rows_finish(&run->rows);
    arena_finish(&run->arena);
    free(run);
}

/* --- the input --- */

bool turn_run_derive_button_key(const struct turn_run *run, const struct uuid *bot_id,
                                uint8_t key[BUTTON_KEY_LEN], bool *has_token, struct fault *fault)
{
    const struct bot *bot;
    const bool found = bots_find_active_by_id(run->app->bots, bot_id, &bot, fault);

    *has_token = found && bot_has_part(bot, BOT_TOKEN);
    if (*has_token)
        button_derive_key(slice_of(bot->token), key);
    else
        digest_random(key, BUTTON_KEY_LEN);
    return found || fault->kind != FAULT_UNAVAILABLE;
}

/* The username of the tenant's active bot for the other product, in the arena; absent: there is
 * none. */
static struct slice find_other_username(struct turn_run *run, const struct product *other)
{
    const struct bot *all;
    size_t count = 0;
    struct fault ignored;

    if (!bots_all(run->app->bots, &all, &count, &ignored))
        return SLICE_NONE;
    for (size_t i = 0; i < count; i++)
        if (!uuid_is_nil(&all[i].id) && all[i].is_active && all[i].username[0] != '\0' &&
            run->app->products[all[i].type] == other &&
            uuid_equal(&all[i].tenant_id, &run->update.tenant_id))
            return arena_copy(&run->arena, slice_of(all[i].username));
    return SLICE_NONE;
}

/* If calls of an earlier try may have changed something, restores the dialogue's state of that try,
 * so that the person sees the result even if the dialogue has changed since. */
static bool restore_state_of_earlier_try(struct turn_run *run, struct fault *fault)
{
    const struct slice before = run->update.record.state_before;

    if (run->recorded_count == 0 || before.at == NULL)
        return true;
    if (!turn_read_state_before(before, &run->arena, &run->input, fault))
        return false;
    run->input.late_by = run->update.state.version - run->input.state.version;
    return true;
}

/* Reads input->staff for a command, a tap or an answer in a group, and replies in the language of
 * staff. */
static bool read_staff_view(struct db *tx, struct turn_run *run, struct fault *fault)
{
    struct turn_input *input = &run->input;
    const struct update_view *view = &input->update;
    auto_rows struct db_rows rows = {0};

    if (!update_view_in_group(view) ||
        (view->about != ABOUT_TAP && view->command.at == NULL && view->answered_data.at == NULL))
        return true;
    if (!staff_chat_store_read_view(tx, &run->update.bot_id, view->chat_id, view->user_id, &rows,
                                    &input->staff, fault))
        return false;
    input->language = input->staff.language;
    return db_rows_keep(&rows, &run->arena, fault);
}

/* Reads input->edited. */
static bool read_edited_message(struct db *tx, struct turn_run *run, struct fault *fault)
{
    const struct update_view *view = &run->input.update;

    return view->about != ABOUT_EDIT || (view->text.at == NULL && !view->has_media) ||
           relay_store_find_edited(tx, &run->update.bot_id, view, &run->input.edited, fault);
}

/* Sets input->is_wanted. An update whose earlier try has made calls remains with its dialogue: it
 * may have acted. */
static bool find_exclusive_forward(struct db *tx, struct turn_run *run, struct fault *fault)
{
    const struct turn_update *update = &run->update;

    return !update->has_exclusive || update->acted || update->record.calls.at != NULL ||
           forwards_lock_exclusive(tx, &update->id, &run->input.is_wanted, fault);
}

static bool build_input(struct db *tx, struct turn_run *run, struct fault *fault)
{
    const struct turn_update *update = &run->update;
    const struct product *product = run->app->products[update->bot_type];
    bool has_token;

    run->input = (struct turn_input){
        .bot = update->bot,
        .product = product,
        .username = update->username,
        .other_username = find_other_username(run, product->other),
        .now = update->received_at,
        .language = update->language,
        .source = update->source,
        .is_owner = update->is_owner,
        .has_talk = update->has_talk,
        .state = update->state,
        .caller = {turn_run_call_service, turn_run_read_relay_view, run}
    };
    run->input.update = (struct update_view){.about = ABOUT_OTHER,
                                             .chat_id = FIELD_ABSENT,
                                             .user_id = FIELD_ABSENT,
                                             .message_id = FIELD_ABSENT};
    run->acted = update->acted;
    if (!find_exclusive_forward(tx, run, fault))
        return false;
    if (update->body.at == NULL) /* a kind that no dialogue uses */
        return true;
    if (!update_view_read(update->body, &run->arena, &run->input.update, fault) ||
        !turn_read_calls(update->record.calls, &run->arena, &run->recorded, &run->recorded_count,
                         fault))
        return false;
    /* A process that held the lease and died may have made the last call that it recorded. */
    run->acted |= run->recorded_count > 0 && !uuid_is_nil(&update->leased_by);
    /* A recorded answer counts even if the AI is switched off by now. */
    run->input.has_ai =
        run->app->ai != NULL || turn_calls_have_ai_answer(run->recorded, run->recorded_count);
    run->input.has_search = run->app->search != NULL;
    return read_staff_view(tx, run, fault) && read_edited_message(tx, run, fault) &&
           restore_state_of_earlier_try(run, fault) &&
           turn_run_derive_button_key(run, &update->bot_id, run->input.button_key, &has_token,
                                      fault) &&
           places_watch_borrow_vocabulary(run->app->places, &update->tenant_id, update->bot_type,
                                          &run->arena, &run->input.words, fault) &&
           texts_watch_retain_for_arena(run->app->texts, (enum bot_type)update->bot_type,
                                        &run->arena, &run->input.texts, &run->input.settings,
                                        fault);
}

/* --- the replies --- */

bool turn_run_enqueue_message(struct db *tx, struct turn_run *run, struct outbox_message *message,
                              struct fault *fault)
{
    bool inserted;

    message->id = uuid_make();
    message->tenant_id = run->update.tenant_id;
    if (!outbox_store_insert(tx, message, &inserted, fault))
        return false;
    run->queued |= inserted;
    return true;
}

static bool enqueue_reply(struct db *tx, struct turn_run *run, const struct turn_reply *reply,
                          size_t reply_index, struct fault *fault)
{
    struct outbox_message message;

    if (!reply_make_message(reply, reply_index, &run->update.id, &run->input.update, &run->arena,
                            &message, fault))
        return false;
    message.bot_id = run->update.bot_id;
    return turn_run_enqueue_message(tx, run, &message, fault);
}

static bool enqueue_replies(struct db *tx, struct turn_run *run, struct fault *fault)
{
    for (size_t i = 0; i < run->output.count; i++)
        if (!enqueue_reply(tx, run, &run->output.replies[i], i, fault))
            return false;
    return true;
}

/* Queues the messages, and so locks their chats, in the order of the chats' ids: otherwise the
 * turns of two persons who write to each other could deadlock. */
static bool enqueue_replies_and_passed_message(struct db *tx, struct turn_run *run,
                                               struct fault *fault)
{
    const bool passes_first =
        run->output.passes && run->output.pass.message.to.chat_id < run->update.chat_id;

    return (!passes_first || turn_run_enqueue_passed_message(tx, run, fault)) &&
           enqueue_replies(tx, run, fault) &&
           (passes_first || turn_run_enqueue_passed_message(tx, run, fault)) &&
           turn_run_record_passed_message(tx, run, fault);
}

bool turn_run_answer_tap(struct db *tx, struct turn_run *run, struct fault *fault)
{
    const struct update_view *view = &run->input.update;
    const struct turn_reply answer = {.kind = TURN_ANSWER};

    return view->about != ABOUT_TAP || view->tap_id.at == NULL ||
           enqueue_reply(tx, run, &answer, 0, fault);
}

/* --- storing --- */

static bool store_reachability(struct db *tx, const struct turn_run *run, struct fault *fault)
{
    const enum turn_reach reach = run->output.reach;
    const struct turn_update *update = &run->update;
    bool reopened;

    if (reach == TURN_REACH_SAME || update->chat_id == FIELD_ABSENT)
        return true;
    if (reach == TURN_REACHABLE)
        return recipient_store_mark_reachable(tx, &update->bot_id, update->chat_id, &reopened,
                                              fault);
    return recipient_store_mark_unreachable(tx, &update->bot_id, update->chat_id,
                                            SLICE("The bot was blocked or removed."), fault);
}

/* Moves the messages and dialogues of a group that became a supergroup: its id has changed. */
static bool move_group_to_supergroup(struct db *tx, const struct turn_run *run, struct fault *fault)
{
    const struct uuid *bot = &run->update.bot_id;
    const int64_t from = run->output.chat_from, to = run->output.chat_to;

    return from == to || (recipient_store_migrate(tx, bot, from, to, fault) &&
                          dialogue_store_move_group(tx, bot, from, to, fault));
}

/* If output.member_name is set, makes the group or topic of the update the staff chat of the bot,
 * and its sender, unless anonymous, a member with this name. Sets `stored` to false if the code is
 * no longer valid. */
static bool link_staff_chat_if_requested(struct db *tx, const struct turn_run *run, bool *stored,
                                         struct fault *fault)
{
    const struct update_view *view = &run->input.update;
    const struct staff_chat_link link = {.bot_id = run->update.bot_id,
                                         .chat_id = view->chat_id,
                                         .thread_id =
                                             view->thread_id > 0 ? view->thread_id : FIELD_ABSENT,
                                         .has_topics = view->has_topics,
                                         .user_id = view->by_bot ? FIELD_ABSENT : view->user_id,
                                         .name = run->output.member_name,
                                         .code_hash = run->input.staff.code_hash};

    return link.name.at == NULL || staff_chat_store_link(tx, &link, stored, fault);
}

/* Whether the person is to be stored: if the update sets language, source, consent or owner; in
 * private chats also if Telegram reports another language or the last visit was long ago. */
static bool must_store_person(const struct turn_run *run)
{
    const struct turn_update *update = &run->update;
    const struct update_view *view = &run->input.update;
    const struct turn_output *output = &run->output;
    const bool is_new =
        (output->language >= 0 && output->language != update->language) ||
        (output->source.at != NULL && update->source.at == NULL) || output->consent.at != NULL ||
        (output->owner != TURN_OWNER_SAME && (output->owner == TURN_OWNER) != update->is_owner);

    if (view->about == ABOUT_OTHER || view->by_bot || update->user_id == FIELD_ABSENT)
        return false;
    return is_new || (view->is_private &&
                      (update->told_language != (int)view->language || update->seen_long_ago));
}

/* Makes a line of the history. False: the update is not a text for the bot, so it has no line. */
static bool make_history_line(const struct turn_run *run, const struct update_view *view,
                              struct history_line *line)
{
    *line = (struct history_line){.id = uuid_make(),
                                  .bot_id = run->update.bot_id,
                                  .chat_id = view->chat_id,
                                  .user_id = view->user_id,
                                  .message_id = view->message_id,
                                  .direction = HISTORY_IN,
                                  .language = -1,
                                  .text = view->text,
                                  .sent_at = view->sent_at};
    return (view->about == ABOUT_MESSAGE || view->about == ABOUT_EDIT) &&
           turn_is_for_bot(view, run->input.username) && view->message_id != FIELD_ABSENT &&
           view->text.len > 0;
}

bool turn_run_store_in_history(struct db *tx, const struct turn_run *run,
                               const struct update_view *view, struct fault *fault)
{
    struct history_line line;

    return run->output.confided || !make_history_line(run, view, &line) ||
           history_store_insert_or_replace_line(tx, &line, fault);
}

bool turn_run_enqueue_for_forwards(struct db *tx, const struct turn_run *run, struct fault *fault)
{
    /* No dialogue uses an update without a body, and none has answered one that is dead. */
    const bool is_left = run->update.has_exclusive &&
                         (run->update.body.at == NULL || run->output.is_left || run->dead);

    if (!run->update.has_forwards || run->output.conceals)
        return true;
    for (int row = 0; row < run->merged.count; row++) {
        struct turn_queued merged;
        turn_store_read_queued(&run->merged, row, &merged);
        if (!forwards_enqueue_update(tx, &merged.id, is_left, fault))
            return false;
    }
    return forwards_enqueue_update(tx, &run->update.id, is_left, fault);
}

static bool store_records_and_set_done(struct db *tx, struct turn_run *run, struct fault *fault)
{
    const struct turn_output *output = &run->output;
    struct db_value person[PERSON_VALUES], words[HISTORY_KEEP_VALUES],
        misunderstood[MISUNDERSTOOD_VALUES];
    struct history_line line;
    struct turn_record record;
    struct db_call before[3];
    size_t count = 0;

    if (!turn_write_calls(run->calls, run->answers, run->call_count, TURN_RECORD_ALL, &run->arena,
                          &record.calls, fault) ||
        !turn_write_state_before(&run->input, &run->arena, &record.state_before, fault))
        return false;
    if (must_store_person(run)) {
        dialogue_store_fill_person_values(&run->update, output, run->input.update.language, person);
        before[count++] = (struct db_call){&dialogue_store_person, person, PERSON_VALUES, NULL};
    }
    if (!output->confided && make_history_line(run, &run->input.update, &line)) {
        history_fill_line_values(&line, words);
        before[count++] =
            (struct db_call){&history_keep_statement, words, HISTORY_KEEP_VALUES, NULL};
    }
    if (!output->confided && output->misunderstood.at != NULL) {
        misunderstood_fill_row_values(&run->update.bot_id, turn_language(&run->input),
                                      run->input.state.flow, run->input.state.step,
                                      output->misunderstood, misunderstood);
        before[count++] = (struct db_call){&misunderstood_keep_statement, misunderstood,
                                           MISUNDERSTOOD_VALUES, NULL};
    }
    run->done = true;
    return turn_store_set_done_and_commit(tx, &run->update.id, &record, output->conceals, before,
                                          count, fault);
}

/* Stores the output. `stored` is false if the dialogue has changed meanwhile, or the code that
 * links the staff chat is no longer valid: the update must be handled again. */
static bool try_store_output(struct db *tx, struct turn_run *run, bool *stored, struct fault *fault)
{
    const struct turn_update *update = &run->update;
    const bool moves =
        run->output.moved && update->chat_id != FIELD_ABSENT && update->user_id != FIELD_ABSENT;

    *stored = true;
    if (!album_lock_merged_updates(tx, run, fault))
        return false;
    if ((moves && !dialogue_store_set_state(tx, update, &run->output.state, stored, fault)) ||
        (*stored && !link_staff_chat_if_requested(tx, run, stored, fault)))
        return false;
    if (!*stored)
        return true;
    return move_group_to_supergroup(tx, run, fault) && store_reachability(tx, run, fault) &&
           turn_run_conceal_edit(tx, run, fault) &&
           enqueue_replies_and_passed_message(tx, run, fault) &&
           turn_run_enqueue_for_forwards(tx, run, fault) &&
           album_store_merged_updates(tx, run, false, fault) &&
           store_records_and_set_done(tx, run, fault);
}

/* --- the transactions --- */

static bool store_output_or_retry(struct db *tx, struct turn_run *run, struct fault *fault)
{
    bool stored;

    if (!try_store_output(tx, run, &stored, fault))
        return false;
    if (stored)
        return true;
    fault_set(fault, FAULT_CONFLICT, "changed", "The dialogue was changed concurrently.");
    return db_request_retry(tx, fault);
}

bool turn_run_handle_next_update(struct db *tx, void *arg, struct fault *fault)
{
    struct turn_run *run = arg;
    bool is_primary = true;

    run->taken = run->queued = run->done = run->put_off = run->searches = run->dead = false;
    run->output = (struct turn_output){.reach = TURN_REACH_SAME, .language = -1};
    db_rows_finish(&run->rows);
    arena_reset(&run->arena);
    if (!turn_store_lock_next_due(tx, run->cursor, &run->rows, &run->update, &run->taken, fault))
        return false;
    if (!run->taken)
        return true;
    if (!build_input(tx, run, fault))
        return false;
    if (places_watch_must_wait(run->app->places, &run->update.bot_id))
        return turn_store_release(tx, &run->update, run->acted, PUT_OFF_MS, fault);
    if (run->input.update.about == ABOUT_MESSAGE && run->input.update.album.at != NULL &&
        run->update.user_id != FIELD_ABSENT &&
        !album_merge_updates_if_complete(tx, run, &is_primary, fault))
        return false;
    if (!is_primary)
        return true;
    run->tx = tx;
    if (run->update.body.at != NULL && !run->step(&run->input, &run->arena, &run->output, fault))
        return run->put_off && turn_run_answer_tap(tx, run, fault) &&
               turn_store_release(tx, &run->update, run->acted, PUT_OFF_MS, fault);
    run->decided = arena_mark(&run->arena);
    return run->leased || store_output_or_retry(tx, run, fault);
}

bool turn_run_store_output(struct db *tx, void *arg, struct fault *fault)
{
    struct turn_run *run = arg;
    bool owned, stored;

    arena_put_back(&run->arena, &run->decided);
    run->queued = run->done = false;
    if (!turn_store_lock_leased(tx, &run->update, &owned, fault))
        return false;
    return !owned || (try_store_output(tx, run, &stored, fault) &&
                      (stored || turn_run_release_update(tx, run, fault)));
}

bool turn_run_release_update(struct db *tx, void *arg, struct fault *fault)
{
    struct turn_run *run = arg;

    return turn_store_release(tx, &run->update, run->acted, RETRY_MS, fault);
}
