// SPDX-License-Identifier: MIT
/* Messages that a turn passes to other people: the chats they can reach, how they are queued, and
 * what is sent if they cannot be delivered. */
#include "base/auto.h"
#include "db/transaction.h"

#include "dialogue/relay_store.h"
#include "dialogue/relay_watch.h"
#include "dialogue/reply.h"
#include "dialogue/turn_runner_private.h"
#include "history/history_store.h"

enum { OTHERWISE_BYTES_MAX = 64 * 1024 };

/* --- the view --- */

/* Derives the key of the party's buttons. If the bot has no token, the party is not reachable. */
static bool derive_party_button_key(const struct turn_run *run, struct relay_party *party,
                                    struct fault *fault)
{
    bool has_token;

    if (party->chat_id == FIELD_ABSENT)
        return true;
    if (!turn_run_derive_button_key(run, &party->bot_id, party->button_key, &has_token, fault))
        return false;
    if (!has_token)
        party->chat_id = FIELD_ABSENT;
    return true;
}

bool turn_run_read_relay_view(void *arg, const struct relay_query *query, struct relay_view *out,
                              struct fault *fault)
{
    struct turn_run *run = arg;
    const struct turn_input *input = &run->input;
    struct db *db = run->leased ? run->app->service->db : run->tx;

    if (!relay_store_read_view(db, &run->update.bot_id, input->update.user_id, query, out, fault) ||
        !derive_party_button_key(run, &out->person, fault) ||
        !derive_party_button_key(run, &out->staff, fault))
        return false;
    out->writer = (struct relay_party){.chat_id = input->update.chat_id,
                                       .thread_id = input->update.thread_id,
                                       .bot_id = run->update.bot_id,
                                       .is_ours = true,
                                       .language = (int)turn_language(input)};
    memcpy(out->writer.button_key, input->button_key, sizeof out->writer.button_key);
    return true;
}

/* --- the messages --- */

static bool format_in_thread(struct turn_run *run, const struct turn_message *passed,
                             int64_t thread_id, bool omits_photo, size_t message_index,
                             struct outbox_message *out, struct fault *fault)
{
    const struct update_view view = {
        .chat_id = passed->to.chat_id, .message_id = FIELD_ABSENT, .thread_id = thread_id};
    struct turn_reply reply = passed->reply;

    if (omits_photo)
        reply.photo = SLICE_NONE;
    return reply_make_message(&reply, TURN_REPLIES_MAX + message_index, &run->update.id, &view,
                              &run->arena, out, fault);
}

/* Makes a topic for the message. If Telegram refuses that, the message is sent without one. */
static bool format_in_new_topic(struct turn_run *run, const struct turn_message *passed,
                                size_t message_index, struct outbox_message *out,
                                struct fault *fault)
{
    struct outbox_message plain;
    AUTO(buf_finish) struct buf payload = BUF(OTHERWISE_BYTES_MAX);

    if (!format_in_thread(run, passed, passed->to.thread_id, true, message_index, &plain, fault) ||
        !format_in_thread(run, passed, OUTBOX_NEW_TOPIC, true, message_index, out, fault))
        return false;
    buf_json_member(&payload, "[{\"method\":\"createForumTopic\",\"name\":", passed->topic);
    buf_text(&payload, "},");
    buf_slice(&payload, slice_from(out->payload, 1));
    out->instead = plain.payload;
    return buf_keep(&payload, &run->arena, &out->payload, fault);
}

/* Makes a message in the topic of the talk. If Telegram refuses the topic, the message is sent to
 * other_thread_id. */
static bool format_in_own_topic(struct turn_run *run, const struct turn_message *passed,
                                size_t message_index, struct outbox_message *out,
                                struct fault *fault)
{
    struct outbox_message plain;

    if (!format_in_thread(run, passed, passed->to.other_thread_id, false, message_index, &plain,
                          fault) ||
        !format_in_thread(run, passed, passed->to.thread_id, false, message_index, out, fault))
        return false;
    out->instead = plain.instead.at != NULL ? plain.instead : plain.payload;
    return true;
}

static bool format_passed_message(struct turn_run *run, const struct turn_message *passed,
                                  size_t message_index, struct outbox_message *out,
                                  struct fault *fault)
{
    const bool made =
        passed->topic.at != NULL ? format_in_new_topic(run, passed, message_index, out, fault)
        : passed->to.in_own_topic
            ? format_in_own_topic(run, passed, message_index, out, fault)
            : format_in_thread(run, passed, passed->to.thread_id, false, message_index, out, fault);

    if (!made)
        return false;
    out->bot_id = passed->to.bot_id;
    out->confided = true;
    return true;
}

bool turn_run_conceal_edit(struct db *tx, struct turn_run *run, struct fault *fault)
{
    const struct update_view *edit = &run->input.update;
    const bool answers_dialogue =
        edit->answered_data.at != NULL && !slice_starts(edit->answered_data, SLICE("a:"));
    bool has_line;

    if (edit->about != ABOUT_EDIT || (edit->text.at == NULL && !edit->has_media) ||
        !(edit->is_private || answers_dialogue))
        return true;
    if (!history_store_has_line(tx, &run->update.bot_id, edit->chat_id, edit->message_id, &has_line,
                                fault))
        return false;
    if (has_line)
        return true;
    run->output.conceals = run->output.confided = true;
    return true;
}

bool turn_run_enqueue_passed_message(struct db *tx, struct turn_run *run, struct fault *fault)
{
    struct outbox_message *message = &run->passed;

    if (!run->output.passes || run->output.pass.message.to.chat_id == FIELD_ABSENT)
        return true;
    if (!format_passed_message(run, &run->output.pass.message, 0, message, fault))
        return false;
    message->ttl_s = RELAY_TTL_S;
    return turn_run_enqueue_message(tx, run, message, fault);
}

/* Writes pass->otherwise as JSON for relay_watch.c; absent if there are no such messages. */
static bool format_otherwise_json(struct turn_run *run, struct slice *json, struct fault *fault)
{
    const struct turn_pass *pass = &run->output.pass;
    AUTO(buf_finish) struct buf out = BUF(OTHERWISE_BYTES_MAX);

    *json = SLICE_NONE;
    for (size_t i = 0; i < pass->otherwise_count; i++) {
        struct outbox_message message;
        if (!format_passed_message(run, &pass->otherwise[i], i + 1, &message, fault))
            return false;
        buf_char(&out, i == 0 ? '[' : ',');
        relay_watch_append_message_json(&message, pass->otherwise[i].topic.at != NULL, &out);
    }
    if (pass->otherwise_count == 0)
        return true;
    buf_char(&out, ']');
    return buf_keep(&out, &run->arena, json, fault);
}

static bool open_or_close_talk(struct db *tx, const struct turn_run *run, struct fault *fault)
{
    static const struct uuid none;
    const struct turn_pass *pass = &run->output.pass;

    if (pass->change == TURN_TALK_OPEN)
        return relay_store_open_or_prolong_talk(
            tx, &pass->talk, &run->update.bot_id, run->update.user_id,
            pass->message.topic.at != NULL ? &run->passed.id : &none, fault);
    return pass->change != TURN_TALK_CLOSE || relay_store_close_talk(tx, &pass->talk, fault);
}

bool turn_run_record_passed_message(struct db *tx, struct turn_run *run, struct fault *fault)
{
    const struct turn_pass *pass = &run->output.pass;
    struct relay_row row = {.id = run->passed.id,
                            .bot_id = run->update.bot_id,
                            .user_id = run->update.user_id,
                            .to_user_id = pass->to_user,
                            .to_bot_id = pass->message.to.bot_id,
                            .booking = pass->booking,
                            .update = pass->has_words ? &run->input.update : NULL,
                            .of_owner = pass->of_owner};
    bool inserted;

    if (!run->output.passes)
        return true;
    if (!open_or_close_talk(tx, run, fault))
        return false;
    if (pass->message.to.chat_id == FIELD_ABSENT)
        return true;
    if (pass->change == TURN_TALK_SAME)
        row.talk = pass->talk;
    if (!format_otherwise_json(run, &row.otherwise, fault) ||
        !relay_store_insert(tx, &row, &inserted, fault))
        return false;
    if (inserted)
        return true;
    fault_set(fault, FAULT_CONFLICT, "changed", "The other person was erased at the same time.");
    return db_request_retry(tx, fault);
}
