// SPDX-License-Identifier: MIT
#include <assert.h>

#include "base/now.h"

#include "telegram/text.h"
#include "texts/format.h"
#include "texts/text_key.h"
#include "texts/texts.h"

enum { PLAIN_BYTES_MAX = 1024 }; /* of a label or a notice */

struct slice *texts_member_of_language(struct texts *text, enum language language)
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

struct slice texts_in(const struct texts *text, enum language language)
{
    struct texts copy = *text;
    const struct slice *const all[] = {texts_member_of_language(&copy, language), &copy.ru,
                                       &copy.en, &copy.kz};

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (all[i]->at != NULL)
            return *all[i];
    return SLICE("");
}

#define LABEL(context, text, ...) TEXT_STAY_AMENITY_##text,
const enum text texts_of_amenities[AMENITIES] = {AMENITIES_EACH(LABEL, )};
#undef LABEL

const struct texts *texts_built_in(void)
{
    return texts_table;
}

/* The number of the value as a text; "" if it is not to be formatted. */
static struct formatted format_number_of_value(const struct text_value *value,
                                               enum text_format format, enum language language)
{
    if (value->text.at != NULL)
        format = TEXT_FORMAT_NONE;
    switch (format) {
    case TEXT_FORMAT_MONEY:
        return format_money_part(value->number, value->other > 0 ? value->other : 1);
    case TEXT_FORMAT_DATE:
        return format_date((int32_t)value->number, language);
    case TEXT_FORMAT_DATES:
        return format_date_range((int32_t)value->number, (int32_t)value->other, language);
    case TEXT_FORMAT_TIME:
    case TEXT_FORMAT_DEADLINE:
        return format_time_and_date_if_other(value->number, value->other, language);
    case TEXT_FORMAT_NONE:
        break;
    }
    return (struct formatted){.len = 0};
}

/* Marks a deadline after 1970, which Telegram requires, so that apps show it in the reader's zone:
 * with its day if the text has it. */
static void mark_deadline(struct text_value *value, enum text_format format)
{
    if (format != TEXT_FORMAT_DEADLINE || value->text.at != NULL || value->number < US_PER_S)
        return;
    value->moment_s = value->number / US_PER_S;
    value->moment_format = format_day_of(value->number) == format_day_of(value->other) ? "t" : "Dt";
}

/* Whether the value is missing. A text is missing if it is absent or "". */
static bool is_value_missing(const struct text_value *value, const struct text_value_kind *kind)
{
    const bool has_number = kind->is_number || kind->format != TEXT_FORMAT_NONE;

    return value->text.at != NULL ? value->text.len == 0
                                  : !has_number || value->number == FIELD_ABSENT;
}

void text_render(const struct texts *texts, enum text text, enum language language,
                 const struct text_value *values, size_t count, struct buf *out)
{
    const struct text_key *key = &text_keys[text];
    struct texts use = texts[text];
    struct text_value made[TEXT_VALUES_MAX];
    struct formatted room[TEXT_VALUES_MAX];
    size_t found = 0;

    assert(count <= TEXT_VALUES_MAX);
    for (size_t i = 0; i < count; i++) {
        const struct text_value_kind *kind = text_value_find_kind(slice_of(values[i].name));
        struct text_value *one = &made[found];
        if (values[i].text.at == NULL && values[i].number == FIELD_ABSENT)
            continue;
        *one = values[i];
        mark_deadline(one, kind->format);
        room[found] = format_number_of_value(one, kind->format, language);
        if (one->text.at == NULL && !kind->is_number)
            one->text = formatted_slice(&room[found]);
        one->text.len = telegram_text_cut(one->text, (size_t)kind->most);
        found++;
    }
    assert(text_key_accepts(key, made, found));
    template_render(*texts_member_of_language(&use, language), language, made, found,
                    text_use_limits[key->use].html, out);
}

struct slice text_render_to_arena(const struct texts *texts, enum text text, enum language language,
                                  const struct text_value *values, size_t count,
                                  struct arena *arena)
{
    char room[PLAIN_BYTES_MAX];
    struct buf plain;

    buf_init_over(&plain, room, sizeof room);
    text_render(texts, text, language, values, count, &plain);
    return arena_copy(arena, buf_as_slice(&plain));
}

bool text_render_if_complete(const struct texts *texts, enum text text, enum language language,
                             const struct text_value *values, size_t count, struct buf *out)
{
    struct slice rest = slice_of(text_keys[text].values), name;
    struct text_value named[TEXT_VALUES_MAX];
    bool may_be_missing;
    size_t found = 0;

    while (text_key_cut_value_name(&rest, &name, &may_be_missing)) {
        const struct text_value_kind *kind = text_value_find_kind(name);
        const size_t before = found;
        for (size_t i = 0; i < count && found < TEXT_VALUES_MAX; i++)
            if (slice_is(name, values[i].name) && !is_value_missing(&values[i], kind))
                named[found++] = values[i];
        if (found == before && !may_be_missing)
            return false;
    }
    text_render(texts, text, language, named, found, out);
    return true;
}
