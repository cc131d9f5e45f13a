// SPDX-License-Identifier: MIT
#include "texts/text_request.h"

#include "base/auto.h"

enum { FORMATTED_MAX = 64 * 1024 };

/* Whether the text is a message of this type of bot: not a button, not a notice. */
static bool is_message_of(enum text text, enum bot_type type)
{
    return text < TEXTS && text_keys[text].use == TEXT_USE_MESSAGE &&
           (text_keys[text].bots >> type & 1) != 0;
}

bool text_request_resolve(const struct text_request *ask, enum bot_type type, struct arena *arena,
                          struct text_resolved *out, struct fault *fault)
{
    struct fault_list problems;

    out->text = text_key_find(ask->key);
    if (!is_message_of(out->text, type))
        return fault_set_field(fault, arena, "template", "unknown_template",
                               "Bots of this kind have no such message.");
    fault_list_init(&problems, arena);
    out->count =
        text_params_read_values(&text_keys[out->text], &ask->params, out->values, &problems);
    return fault_list_ok(&problems, fault);
}

bool text_request_render(const struct text_resolved *asked, const struct texts *texts,
                         enum language language, struct arena *arena, struct slice *words,
                         struct fault *fault)
{
    AUTO(buf_finish) struct buf use;

    buf_init(&use, FORMATTED_MAX);
    text_say(texts, asked->text, language, asked->values, asked->count, &use);
    return buf_keep(&use, arena, words, fault);
}
