// SPDX-License-Identifier: MIT
/* Makes messages of the outbox from the replies to an update. Pure. */
#pragma once

#include "dialogue/turn.h"
#include "outbox/outbox.h"

enum { REPLY_ANSWER_TTL_S = 60 }; /* Telegram rejects answers to taps that are much older */

/* Makes a message of the n-th reply to an update: sets chat_id, lane, method, payload, instead,
 * dedupe_key, ttl_s, on_unknown and confided of `out`; its text is in the arena.
 *
 * A reply that edits a message becomes a new message if the update names no message to edit, or the
 * text is too long for one message. A text that is too long becomes several messages, with the
 * buttons under the last.
 *
 * A photo or a document whose text is too long for a caption is sent as the text alone. A text that
 * replaces a photo or a document is sent as a new message, and then the photo is deleted: Telegram
 * can turn a text into a photo, but not a photo into a text (editMessageMedia: "or to add media to
 * text messages"; editMessageText of a photo: "there is no text in the message to edit").
 *
 * Faults: those of message_make_text_payload(). */
bool reply_make_message(const struct turn_reply *reply, size_t reply_index,
                        const struct uuid *update_id, const struct update_view *view,
                        struct arena *arena, struct outbox_message *out,
                        struct fault *fault) MUST_CHECK;
