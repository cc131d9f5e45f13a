// SPDX-License-Identifier: MIT
#include "dialogues/turns_act.h"

#include "base/auto.h"
#include "base/now.h"

#include "dialogues/dialogues_json.h"
#include "dialogues/texts.h"
#include "dialogues/turn.h"
#include "intake/update.h"
#include "sending/message.h"
#include "sending/recipient_store.h"
#include "sending/sending_store.h"

enum {
    ARENA_MAX = 4 * UPDATE_BODY_MAX, /* what foreign_read() may need for such a body, and more */
    PAYLOAD_MAX = 1024,              /* of the answer to a tap */
    ANSWER_TTL_S = 60,               /* Telegram takes none that is much older */
    HOUR_S = 3600
};

void turning_init(struct turning *turning)
{
    *turning = (struct turning){.language = LANGUAGE_RU};
    arena_init(&turning->arena, ARENA_MAX);
}

void turning_finish(struct turning *turning)
{
    db_rows_finish(&turning->rows);
    arena_finish(&turning->arena);
}

/* --- what is sent --- */

static bool place(struct db *tx, struct turning *turning, struct sending *sending,
                  struct fault *fault)
{
    bool placed;

    sending->id = uuid_make();
    sending->tenant_id = turning->update.tenant_id;
    sending->bot_id = turning->update.bot_id;
    sending->on_unknown = SENDING_RESEND;
    if (!sending_store_place(tx, sending, &placed, fault))
        return false;
    turning->queued |= placed;
    return true;
}

static bool place_text(struct db *tx, struct turning *turning, struct slice html, struct slice key,
                       struct fault *fault)
{
    const struct message message = {.text = html};
    struct sending sending = {.chat_id = turning->update.chat_id,
                              .lane = SENDING_REPLY,
                              .method = SLICE("sendMessage"),
                              .dedupe_key = key,
                              .ttl_s = FIELD_ABSENT};

    return message_payload(&message, &turning->arena, &sending.payload, fault) &&
           place(tx, turning, &sending, fault);
}

/* Bot API, answerCallbackQuery. */
static bool place_answer(struct db *tx, struct turning *turning, struct slice tap_id,
                         struct slice key, struct fault *fault)
{
    AUTO(buf_finish) struct buf payload;
    struct sending sending = {.chat_id = FIELD_ABSENT,
                              .lane = SENDING_ANSWER,
                              .method = SLICE("answerCallbackQuery"),
                              .dedupe_key = key,
                              .ttl_s = ANSWER_TTL_S};

    buf_init(&payload, PAYLOAD_MAX);
    buf_text(&payload, "[{\"callback_query_id\":");
    buf_json_string(&payload, tap_id);
    buf_text(&payload, "}]");
    return buf_keep(&payload, &turning->arena, &sending.payload, fault) &&
           place(tx, turning, &sending, fault);
}

/* "<update>:<n>". The id is ours: Telegram's may begin anew, and would then meet old keys. */
static struct slice key_of(struct turning *turning, size_t n)
{
    char id[UUID_TEXT_LEN + 1];

    uuid_format(&turning->update.id, id);
    return arena_printf(&turning->arena, "%s:%zu", id, n);
}

static bool place_replies(struct db *tx, struct turning *turning, const struct turn_output *output,
                          struct fault *fault)
{
    for (size_t i = 0; i < output->count; i++) {
        const struct turn_reply *reply = &output->replies[i];
        const struct slice key = key_of(turning, i);
        if (key.at == NULL)
            return arena_fault(fault);
        if (!(reply->kind == TURN_TEXT ? place_text : place_answer)(tx, turning, reply->text, key,
                                                                    fault))
            return false;
    }
    return true;
}

/* --- a turn --- */

/* What the update makes the bot do. */
static bool decide(struct turning *turning, struct turn_output *output, struct fault *fault)
{
    struct turn_input input = {.username = turning->update.username};

    *output = (struct turn_output){.reach = TURN_REACH_SAME};
    if (turning->update.body.at == NULL) /* a kind that no dialogue looks at */
        return true;
    if (!update_view_read(turning->update.body, &turning->arena, &input.update, fault))
        return false;
    turning->language = (int)input.update.language;
    return turn_step(&input, &turning->arena, output, fault);
}

static bool note_reach(struct db *tx, const struct turning *turning, enum turn_reach reach,
                       struct fault *fault)
{
    const struct turn_update *update = &turning->update;
    bool reopened;

    if (reach == TURN_REACH_SAME || update->chat_id == FIELD_ABSENT)
        return true;
    if (reach == TURN_REACHABLE)
        return recipient_store_reopen(tx, &update->bot_id, update->chat_id, &reopened, fault);
    return recipient_store_close(tx, &update->bot_id, update->chat_id,
                                 SLICE("The bot was blocked or removed."), fault);
}

bool turning_act(struct db *tx, void *arg, struct fault *fault)
{
    struct turning *turning = arg;
    struct turn_output output;

    turning->taken = turning->queued = false;
    db_rows_finish(&turning->rows);
    arena_reset(&turning->arena);
    if (!turn_store_take(tx, &turning->rows, &turning->update, &turning->taken, fault))
        return false;
    if (!turning->taken)
        return true;
    return decide(turning, &output, fault) && note_reach(tx, turning, output.reach, fault) &&
           place_replies(tx, turning, &output, fault) &&
           turn_store_done(tx, &turning->update.id, fault);
}

/* --- one that fails --- */

bool turning_fail(struct db *tx, void *arg, struct fault *fault)
{
    struct turning *turning = arg;
    const int64_t retry_s = turn_retry_s(turning->update.tries + 1);
    AUTO(buf_finish) struct buf reason;

    buf_init(&reason, FAULT_DETAIL_MAX + 128);
    buf_printf(&reason, "%s: %s", turning->why.code, turning->why.detail);
    turning->dead = retry_s == FIELD_ABSENT;
    return buf_ok(&reason, fault) &&
           turn_store_fail(tx, &turning->update, retry_s, buf_as_slice(&reason), &turning->counted,
                           fault);
}

/* The chat of a person has the person's id (Bot API, Chat). */
static bool is_of_a_person(const struct turn_update *update)
{
    return update->chat_id != FIELD_ABSENT && update->chat_id == update->user_id &&
           (slice_is(update->kind, "message") || slice_is(update->kind, "callback_query"));
}

bool turning_apologize(struct db *tx, void *arg, struct fault *fault)
{
    struct turning *turning = arg;
    const struct slice nobody = {NULL, 0};
    AUTO(buf_finish) struct buf said;
    struct slice html;

    turning->queued = false;
    if (!is_of_a_person(&turning->update))
        return true;
    arena_reset(&turning->arena);
    const struct slice key =
        arena_printf(&turning->arena, "sorry:%lld:%lld", (long long)turning->update.chat_id,
                     (long long)(now_wall_us() / US_PER_S / HOUR_S));
    if (key.at == NULL)
        return arena_fault(fault);
    buf_init(&said, PAYLOAD_MAX);
    text_say(TEXT_SORRY, (enum language)turning->language, nobody, &said);
    return buf_keep(&said, &turning->arena, &html, fault) &&
           place_text(tx, turning, html, key, fault);
}
