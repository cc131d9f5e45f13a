// SPDX-License-Identifier: MIT
/* Templates edited by people, with arbitrary values: if the check accepts a template, Telegram
 * accepts the rendered text for all values. */
#include "base/text.h"

#include "fuzz.h"
#include "telegram/text.h"
#include "texts/text_check.h"

enum { BYTES_MAX = 1 << 20 };

static const struct text_key keys[] = {
    {"message", TEXT_USE_MESSAGE, 1, "name? minutes"},
    {"strict",  TEXT_USE_MESSAGE, 1, "name minutes?"},
    {"button",  TEXT_USE_BUTTON,  1, "name? minutes"},
    {"notice",  TEXT_USE_NOTICE,  1, "name minutes" },
};

static void try_values(const struct text_key *key, enum language language, struct slice template,
                       const struct text_value *values, size_t count)
{
    const struct text_use_limits *place = &text_use_limits[key->use];
    struct buf out;

    buf_init(&out, BYTES_MAX);
    template_render(template, language, values, count, place->html, &out);
    PROMISE(!out.failed);
    const struct slice use = buf_as_slice(&out);
    PROMISE(!place->html || telegram_text_check_html(use, &fault));
    PROMISE(telegram_text_length(use, place->html ? TELEGRAM_HTML : TELEGRAM_PLAIN) <= place->most);
    buf_finish(&out);
}

/* The first byte selects the kind of text and the language, the second is the length of the name;
 * then name and template follow. */
FUZZ(1)
{
    const uint8_t how = fuzz_byte(&input), name_len = fuzz_byte(&input);

    if (input.len < name_len)
        return;
    const struct text_key *key = &keys[how % 4];
    const enum language language = how / 4 % (LANGUAGE_KZ + 1);
    const struct slice template = slice_from(input, name_len);
    struct slice name = {input.at, name_len};

    name.len = telegram_text_cut(name, (size_t)text_value_find_kind(SLICE("name"))->most);
    const struct text_value values[] = {
        {.name = "minutes", .number = how % 61},
        {.name = "name",    .text = name      },
    };
    if (text_check_template(key, language, template, &fault)) {
        try_values(key, language, template, values, 2);
        try_values(key, language, template, values, 1);
        try_values(key, language, template, values + 1, 1);
    } else {
        PROMISE(text_explain_defect(fault.code) != fault.code);
        struct buf out;
        buf_init(&out, BYTES_MAX);
        template_render(template, language, values, 2, true, &out);
        buf_finish(&out);
    }
}
