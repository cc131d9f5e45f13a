// SPDX-License-Identifier: MIT
#include "texts/text_ask.h"

#include "base/auto.h"

enum { SAID_MAX = 64 * 1024 };

/* Messages alone: a button or a notice says nothing by itself. */
static const struct text_key *key_of(struct slice name, enum bot_type type)
{
    const enum text text = text_key_find(name);

    return text < TEXTS && text_keys[text].said == SAID_MESSAGE &&
                   (text_keys[text].bots >> type & 1) != 0
               ? &text_keys[text]
               : NULL;
}

bool text_ask_check(const struct text_ask *ask, enum bot_type type, struct arena *arena,
                    struct fault *fault)
{
    const struct text_key *key = key_of(ask->key, type);
    struct text_value values[TEXT_VALUES_MAX];
    struct fault_list problems;

    fault_list_init(&problems, arena);
    if (key == NULL)
        fault_list_add(&problems, "template", "unknown_template",
                       "Bots of this kind have no such message.");
    else
        (void)text_params_take(key, &ask->params, values, &problems);
    return fault_list_ok(&problems, fault);
}

bool text_ask_say(const struct text_ask *ask, const struct texts *texts, enum language language,
                  struct arena *arena, struct slice *text, struct fault *fault)
{
    const enum text key = text_key_find(ask->key);
    struct text_value values[TEXT_VALUES_MAX];
    struct fault_list unheard;
    AUTO(buf_finish) struct buf said;

    buf_init(&said, SAID_MAX);
    fault_list_init(&unheard, arena);
    const size_t count = text_params_take(&text_keys[key], &ask->params, values, &unheard);
    text_say(texts, key, language, values, count, &said);
    return buf_keep(&said, arena, text, fault);
}
