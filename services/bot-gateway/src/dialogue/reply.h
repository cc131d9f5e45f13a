// SPDX-License-Identifier: MIT
/* What a turn says, as calls of the Bot API. Pure. */
#pragma once

#include "dialogue/turn.h"
#include "outbox/outbox.h"

enum { REPLY_ANSWER_TTL_S = 60 }; /* Telegram takes no answer to a tap that is much older */

/* Sets chat_id, lane, method, payload, instead, dedupe_key, ttl_s, on_unknown and confided of
 * `out`; its text is in the arena.
 *
 * An edit goes as a new message where the update shows none to be edited, or where the text is too
 * long for one. A text that is too long becomes several messages, the buttons under the last one.
 *
 * A photo whose text is too long for a caption goes as the text alone, and a text takes the place
 * of a photo as a new message, behind which the photo is deleted: Telegram turns a text into a
 * photo, but no photo into a text (editMessageMedia: "or to add media to text messages";
 * editMessageText of a photo: "there is no text in the message to edit").
 * Faults of message_parts_payload(). */
bool reply_sending(const struct turn_reply *reply, size_t n, const struct uuid *update,
                   const struct update_view *view, struct arena *arena, struct outbox_message *out,
                   struct fault *fault) MUST_CHECK;

/* The dedupe_key: "<update>:<n>", of the answer to a tap "<update>:tap". `update` is our id,
 * because Telegram's may begin anew. Absent when the arena is full. */
struct slice reply_key(enum turn_reply_kind kind, size_t n, const struct uuid *update,
                       struct arena *arena);
