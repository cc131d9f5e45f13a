// SPDX-License-Identifier: MIT
#include <assert.h>

#include "base/embed.h"

#include "telegram/text.h"
#include "texts/text_key.h"
#include "texts/texts.h"

extern const struct embed_file bot_texts_files[];
extern const size_t bot_texts_file_count;

struct slice *texts_place(struct texts *text, enum language language)
{
    switch (language) {
    case LANGUAGE_KZ:
        return &text->kz;
    case LANGUAGE_EN:
        return &text->en;
    case LANGUAGE_RU:
        break;
    }
    return &text->ru;
}

/* Reads a file of texts. A line is a key, a tab and a text; lines that begin with # are
 * comments. */
static void read_file(const struct embed_file *file, enum language language, struct texts *texts)
{
    struct slice rest = embed_content(file);

    while (rest.len > 0) {
        struct slice words = slice_cut(&rest, '\n');
        const struct slice key = slice_cut(&words, '\t');
        const enum text text = text_key_find(key);
        if (text < TEXTS)
            *texts_place(&texts[text], language) = words;
    }
}

const struct texts *texts_built_in(void)
{
    static struct texts texts[TEXTS];

    if (texts[0].ru.at == NULL)
        for (size_t i = 0; i < bot_texts_file_count; i++)
            for (enum language language = LANGUAGE_RU; language <= LANGUAGE_KZ; language++)
                if (strncmp(bot_texts_files[i].name, language_names[language], 2) == 0)
                    read_file(&bot_texts_files[i], language, texts);
    return texts;
}

void text_say(const struct texts *texts, enum text text, enum language language,
              const struct text_value *values, size_t count, struct buf *out)
{
    const struct text_key *key = &text_keys[text];
    struct texts use = texts[text];
    struct text_value cut[TEXT_VALUES_MAX];

    assert(count <= TEXT_VALUES_MAX && text_key_takes(key, values, count));
    for (size_t i = 0; i < count; i++) {
        const struct text_value_kind *kind = text_value_kind(slice_of(values[i].name));
        cut[i] = values[i];
        cut[i].text.len = telegram_text_cut(cut[i].text, (size_t)kind->most);
    }
    template_render(*texts_place(&use, language), language, cut, count,
                    text_use_limits[key->use].html, out);
}

bool text_say_some(const struct texts *texts, enum text text, enum language language,
                   const struct text_value *values, size_t count, struct buf *out)
{
    struct slice rest = slice_of(text_keys[text].values), name;
    struct text_value named[TEXT_VALUES_MAX];
    bool may_be_missing;
    size_t found = 0;

    while (text_key_next_value(&rest, &name, &may_be_missing))
        for (size_t i = 0; i < count && found < TEXT_VALUES_MAX; i++)
            if (slice_is(name, values[i].name))
                named[found++] = values[i];
    if (!text_key_takes(&text_keys[text], named, found))
        return false;
    text_say(texts, text, language, named, found, out);
    return true;
}
