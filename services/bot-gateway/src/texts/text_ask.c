// SPDX-License-Identifier: MIT
#include "texts/text_ask.h"

#include "base/auto.h"

enum { FORMATTED_MAX = 64 * 1024 };

/* A button or a notice says nothing by itself. */
static bool is_message_of(enum text text, enum bot_type type)
{
    return text < TEXTS && text_keys[text].said == SAID_MESSAGE &&
           (text_keys[text].bots >> type & 1) != 0;
}

bool text_ask_read(const struct text_ask *ask, enum bot_type type, struct arena *arena,
                   struct text_asked *out, struct fault *fault)
{
    struct fault_list problems;

    out->text = text_key_find(ask->key);
    if (!is_message_of(out->text, type))
        return fault_set_field(fault, arena, "template", "unknown_template",
                               "Bots of this kind have no such message.");
    fault_list_init(&problems, arena);
    out->count = text_params_take(&text_keys[out->text], &ask->params, out->values, &problems);
    return fault_list_ok(&problems, fault);
}

bool text_ask_say(const struct text_asked *asked, const struct texts *texts, enum language language,
                  struct arena *arena, struct slice *words, struct fault *fault)
{
    AUTO(buf_finish) struct buf said;

    buf_init(&said, FORMATTED_MAX);
    text_say(texts, asked->text, language, asked->values, asked->count, &said);
    return buf_keep(&said, arena, words, fault);
}
