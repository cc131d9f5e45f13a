// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "base/auto.h"
#include "base/text.h"
#include "json/foreign.h"

#include "outbox/sender_private.h"
#include "telegram/text.h"

enum { TEXT_BYTES_MAX = 64 * 1024 };

struct words {
    struct slice text;
    struct slice caption;
    struct slice parse_mode;
};
/* The texts in the parameters of sendMessage, editMessageText, sendPhoto and editMessageMedia. */
struct parameters {
    struct words words;
    struct words media;
};

static const struct foreign_member members[] = {
    {"text",             FOREIGN_TEXT, offsetof(struct parameters, words.text),       NULL, 0},
    {"caption",          FOREIGN_TEXT, offsetof(struct parameters, words.caption),    NULL, 0},
    {"parse_mode",       FOREIGN_TEXT, offsetof(struct parameters, words.parse_mode), NULL, 0},
    {"media/caption",    FOREIGN_TEXT, offsetof(struct parameters, media.caption),    NULL, 0},
    {"media/parse_mode", FOREIGN_TEXT, offsetof(struct parameters, media.parse_mode), NULL, 0},
};
static const struct foreign table = FOREIGN_OF(members, struct parameters);

struct slice sent_text_extract_plain(const struct sender_call *call, struct arena *arena)
{
    AUTO(buf_finish) struct buf plain = BUF(TEXT_BYTES_MAX);
    struct parameters parameters;
    struct slice kept;
    struct fault ignored;

    if (!foreign_read(&table, call->parameters, &parameters, arena, &ignored))
        return SLICE_NONE;
    const struct words *words =
        parameters.media.caption.at != NULL ? &parameters.media : &parameters.words;
    const struct slice text = words->text.at != NULL ? words->text : words->caption;
    const struct slice html = call->markup.at != NULL        ? call->markup
                              : words->parse_mode.at != NULL ? text
                                                             : SLICE_NONE;
    if (html.at != NULL)
        telegram_text_strip_html(&plain, html);
    else
        buf_slice(&plain, text);
    return !text_is_blank(buf_as_slice(&plain)) && buf_keep(&plain, arena, &kept, &ignored)
               ? kept
               : SLICE_NONE;
}
