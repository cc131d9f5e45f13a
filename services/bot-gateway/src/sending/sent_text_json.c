// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "base/auto.h"
#include "json/foreign.h"

#include "sending/sent_text.h"
#include "telegram/text.h"

enum { TEXT_BYTES_MAX = 64 * 1024 };

/* Bot API, sendMessage and editMessageText. */
struct parameters {
    struct slice text;
    struct slice parse_mode;
};

static const struct foreign_member members[] = {
    {"text",       FOREIGN_TEXT, offsetof(struct parameters, text),       NULL, 0},
    {"parse_mode", FOREIGN_TEXT, offsetof(struct parameters, parse_mode), NULL, 0},
};
static const struct foreign table = FOREIGN_OF(members, struct parameters);

static bool is_blank(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (strchr(" \t\r\n", text.at[i]) == NULL || text.at[i] == '\0')
            return false;
    return true;
}

bool sent_text_read(const struct sender_call *call, struct arena *arena, struct slice *out,
                    struct fault *fault)
{
    AUTO(buf_finish) struct buf plain;
    struct parameters parameters;

    *out = (struct slice){NULL, 0};
    if (!foreign_read(&table, call->parameters, &parameters, arena, fault))
        return false;
    const struct slice html = call->markup.at != NULL            ? call->markup
                              : parameters.parse_mode.at != NULL ? parameters.text
                                                                 : (struct slice){NULL, 0};
    buf_init(&plain, TEXT_BYTES_MAX);
    if (html.at != NULL)
        telegram_text_strip_html(&plain, html);
    else
        buf_slice(&plain, parameters.text);
    if (is_blank(buf_as_slice(&plain)))
        return true;
    return buf_keep(&plain, arena, out, fault);
}
