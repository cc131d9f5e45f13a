// SPDX-License-Identifier: MIT
/* Messages that a turn passes to other people: the chats they can reach, how they are queued, and
 * what is sent if they cannot be delivered. */
#include "base/auto.h"
#include "db/transaction.h"

#include "dialogue/relay_store.h"
#include "dialogue/relay_watch.h"
#include "dialogue/reply.h"
#include "dialogue/turn_runner_private.h"

enum { OTHERWISE_BYTES_MAX = 64 * 1024 };

/* --- the view --- */

/* Derives the key of the party's buttons. If the bot has no token, the party is not reachable. */
static bool make_party_key(const struct turn_run *run, struct relay_party *party,
                           struct fault *fault)
{
    bool has_token;

    if (party->chat_id == FIELD_ABSENT)
        return true;
    if (!turn_run_make_button_key(run, &party->bot_id, party->button_key, &has_token, fault))
        return false;
    if (!has_token)
        party->chat_id = FIELD_ABSENT;
    return true;
}

bool turn_run_view_relay(void *arg, const struct relay_query *query, struct relay_view *out,
                         struct fault *fault)
{
    struct turn_run *run = arg;
    const struct turn_input *input = &run->input;
    struct db *db = run->leased ? run->app->service->db : run->tx;

    if (!relay_store_read_view(db, &run->update.bot_id, input->update.user_id, query, out, fault) ||
        !make_party_key(run, &out->person, fault) || !make_party_key(run, &out->staff, fault))
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

static bool make_in_thread(struct turn_run *run, const struct turn_message *from, int64_t thread_id,
                           bool as_text, size_t n, struct outbox_message *out, struct fault *fault)
{
    const struct update_view view = {
        .chat_id = from->to.chat_id, .message_id = FIELD_ABSENT, .thread_id = thread_id};
    struct turn_reply reply = from->reply;

    if (as_text)
        reply.photo = SLICE_NONE;
    return reply_make_message(&reply, TURN_REPLIES_MAX + n, &run->update.id, &view, &run->arena,
                              out, fault);
}

/* Makes a topic for the message. If Telegram refuses that, the message is sent without one. */
static bool make_in_new_topic(struct turn_run *run, const struct turn_message *from, size_t n,
                              struct outbox_message *out, struct fault *fault)
{
    struct outbox_message plain;
    AUTO(buf_finish) struct buf payload;

    buf_init(&payload, OTHERWISE_BYTES_MAX);
    if (!make_in_thread(run, from, from->to.thread_id, true, n, &plain, fault) ||
        !make_in_thread(run, from, OUTBOX_NEW_TOPIC, true, n, out, fault))
        return false;
    buf_json_member(&payload, "[{\"method\":\"createForumTopic\",\"name\":", from->topic);
    buf_text(&payload, "},");
    buf_slice(&payload, slice_from(out->payload, 1));
    out->instead = plain.payload;
    return buf_keep(&payload, &run->arena, &out->payload, fault);
}

/* Makes a message in the topic of the talk. If Telegram refuses the topic, the message is sent to
 * other_thread_id. */
static bool make_in_own_topic(struct turn_run *run, const struct turn_message *from, size_t n,
                              struct outbox_message *out, struct fault *fault)
{
    struct outbox_message plain;

    if (!make_in_thread(run, from, from->to.other_thread_id, false, n, &plain, fault) ||
        !make_in_thread(run, from, from->to.thread_id, false, n, out, fault))
        return false;
    out->instead = plain.instead.at != NULL ? plain.instead : plain.payload;
    return true;
}

static bool make_message(struct turn_run *run, const struct turn_message *from, size_t n,
                         struct outbox_message *out, struct fault *fault)
{
    const bool made = from->topic.at != NULL ? make_in_new_topic(run, from, n, out, fault)
                      : from->to.in_own_topic
                          ? make_in_own_topic(run, from, n, out, fault)
                          : make_in_thread(run, from, from->to.thread_id, false, n, out, fault);

    if (!made)
        return false;
    out->bot_id = from->to.bot_id;
    out->confided = true;
    return true;
}

bool turn_run_enqueue_pass(struct db *tx, struct turn_run *run, struct fault *fault)
{
    struct outbox_message *message = &run->passed;

    if (!run->output.passes || run->output.pass.message.to.chat_id == FIELD_ABSENT)
        return true;
    if (!make_message(run, &run->output.pass.message, 0, message, fault))
        return false;
    message->id = uuid_make();
    message->ttl_s = RELAY_TTL_S;
    return turn_run_enqueue(tx, run, message, fault);
}

/* Writes pass->otherwise as JSON for relay_watch.c; absent if there are no such messages. */
static bool write_otherwise(struct turn_run *run, struct slice *json, struct fault *fault)
{
    const struct turn_pass *pass = &run->output.pass;
    AUTO(buf_finish) struct buf out;

    *json = SLICE_NONE;
    buf_init(&out, OTHERWISE_BYTES_MAX);
    for (size_t i = 0; i < pass->otherwise_count; i++) {
        struct outbox_message message;
        if (!make_message(run, &pass->otherwise[i], i + 1, &message, fault))
            return false;
        buf_char(&out, i == 0 ? '[' : ',');
        relay_watch_write_message(&message, pass->otherwise[i].topic.at != NULL, &out);
    }
    if (pass->otherwise_count == 0)
        return true;
    buf_char(&out, ']');
    return buf_keep(&out, &run->arena, json, fault);
}

static bool change_talk(struct db *tx, const struct turn_run *run, struct fault *fault)
{
    static const struct uuid none;
    const struct turn_pass *pass = &run->output.pass;

    switch (pass->change) {
    case TURN_TALK_SAME:
        return true;
    case TURN_TALK_OPEN:
        return relay_store_open_talk(tx, &pass->talk, &run->update.bot_id, run->update.user_id,
                                     pass->message.topic.at != NULL ? &run->passed.id : &none,
                                     fault);
    case TURN_TALK_CLOSE:
        return relay_store_close_talk(tx, &pass->talk, fault);
    }
    return true;
}

bool turn_run_store_pass(struct db *tx, struct turn_run *run, struct fault *fault)
{
    const struct turn_pass *pass = &run->output.pass;
    struct relay_row row = {.id = run->passed.id,
                            .bot_id = run->update.bot_id,
                            .user_id = run->update.user_id,
                            .to_user_id = pass->to_user,
                            .to_bot_id = pass->message.to.bot_id,
                            .booking = pass->booking};
    bool known;

    if (!run->output.passes)
        return true;
    if (!change_talk(tx, run, fault))
        return false;
    if (pass->message.to.chat_id == FIELD_ABSENT)
        return true;
    if (pass->change == TURN_TALK_SAME)
        row.talk = pass->talk;
    if (!write_otherwise(run, &row.otherwise, fault) ||
        !relay_store_insert(tx, &row, &known, fault))
        return false;
    if (known)
        return true;
    fault_set(fault, FAULT_CONFLICT, "changed", "The other person was erased at the same time.");
    return db_request_retry(tx, fault);
}
