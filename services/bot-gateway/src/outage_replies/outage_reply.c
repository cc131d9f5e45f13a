// SPDX-License-Identifier: MIT
#include "outage_replies/outage_reply.h"

#include <stddef.h>
#include <string.h>

#include "base/digest.h"
#include "base/now.h"

#include "texts/texts.h"

/* A hash of the bot and `id`, which is the id of a chat or of a callback query. */
static uint64_t hash_bot_and_id(const struct uuid *bot_id, struct slice id)
{
    uint8_t hash[DIGEST_SHA256_LEN];
    uint64_t key;

    digest_hmac_sha256((struct slice){(const char *)bot_id->bytes, sizeof bot_id->bytes}, id, hash);
    memcpy(&key, hash, sizeof key);
    return key;
}

static void append_text_json(const struct texts *texts, enum text text, enum language language,
                             struct buf *body)
{
    char room[OUTAGE_REPLY_BODY_MAX];
    struct buf text_html;

    buf_init_over(&text_html, room, sizeof room);
    text_render(texts, text, language, NULL, 0, &text_html);
    buf_json_string(body, buf_as_slice(&text_html));
}

/* Writes the parameters of answerCallbackQuery (Bot API) to `body`. */
static void write_tap_answer(const struct uuid *bot_id, const struct update_view *update,
                             const struct texts *texts, struct outage_reply *out, struct buf *body)
{
    *out = (struct outage_reply){.method = "answerCallbackQuery",
                                 .key = hash_bot_and_id(bot_id, update->tap_id),
                                 .for_ms = OUTAGE_REPLY_TAP_MS};
    buf_json_member(body, "{\"callback_query_id\":", update->tap_id);
    buf_text(body, ",\"text\":");
    append_text_json(texts, TEXT_PAUSE_TAP, update->language, body);
    buf_char(body, '}');
}

/* Writes the parameters of sendMessage (Bot API) to `body`. */
static void write_text_answer(const struct uuid *bot_id, const struct update_view *update,
                              const struct texts *texts, struct outage_reply *out, struct buf *body)
{
    const struct slice chat = {(const char *)&update->chat_id, sizeof update->chat_id};

    *out = (struct outage_reply){.method = "sendMessage",
                                 .is_text = true,
                                 .key = hash_bot_and_id(bot_id, chat),
                                 .for_ms = OUTAGE_REPLY_TEXT_MS};
    buf_printf(body, "{\"chat_id\":%lld,\"text\":", (long long)update->chat_id);
    append_text_json(texts, TEXT_PAUSE_DATABASE, update->language, body);
    buf_text(body, ",\"parse_mode\":\"HTML\"}");
}

static bool is_too_old_to_answer(const struct update_view *update, int64_t now_us)
{
    return update->sent_at != FIELD_ABSENT &&
           now_us - update->sent_at > OUTAGE_REPLY_TEXT_MS * US_PER_MS;
}

bool outage_reply_make(const struct uuid *bot_id, const struct update_view *update, int64_t now_us,
                       const struct texts *texts, struct outage_reply *out, struct buf *body)
{
    const bool is_tap = update->about == ABOUT_TAP && update->tap_id.at != NULL;

    if (is_tap)
        write_tap_answer(bot_id, update, texts, out, body);
    else if (update->about == ABOUT_MESSAGE && update->is_private && !update->by_bot &&
             !update->is_service && update->chat_id != FIELD_ABSENT &&
             !is_too_old_to_answer(update, now_us))
        write_text_answer(bot_id, update, texts, out, body);
    else
        return false;
    return true;
}

bool outage_reply_keys_add_if_absent(struct outage_reply_keys *recent, uint64_t key, int64_t now_ms,
                                     int64_t duration_ms)
{
    const size_t first =
        key % (OUTAGE_REPLY_KEYS_MAX / OUTAGE_REPLY_KEYS_BUCKET) * OUTAGE_REPLY_KEYS_BUCKET;
    size_t slot = OUTAGE_REPLY_KEYS_MAX;

    for (size_t i = first; i < first + OUTAGE_REPLY_KEYS_BUCKET; i++)
        if (recent->slots[i].until_ms <= now_ms)
            slot = i;
        else if (recent->slots[i].key == key)
            return false;
    if (slot == OUTAGE_REPLY_KEYS_MAX)
        return false;
    recent->slots[slot].key = key;
    recent->slots[slot].until_ms = now_ms + duration_ms;
    return true;
}
