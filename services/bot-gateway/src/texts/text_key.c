// SPDX-License-Identifier: MIT
#include "texts/text_key.h"

#include <stddef.h>
#include <stdio.h>

#include "base/auto.h"

#include "telegram/text.h"

enum { BUTTON_MAX = 64, NOTICE_MAX = 200, RENDERED_MAX = 64 * 1024 };

enum {
    BOTS_APARTMENTS = 1 << BOT_APARTMENTS,
    BOTS_TAXI = 1 << BOT_TAXI,
    BOTS_ALL = BOTS_APARTMENTS | BOTS_TAXI
};

/* Columns: HTML, one line, maximum. */
const struct text_use_limits text_use_limits[TEXT_USES] = {
    [TEXT_USE_MESSAGE] = {true,  false, TELEGRAM_TEXT_MAX},
    [TEXT_USE_BUTTON] = {false, true,  BUTTON_MAX       },
    [TEXT_USE_NOTICE] = {false, false, NOTICE_MAX       },
};

// clang-format off
#define ROW(text, use, bots, ...) [TEXT_##text] = {#text, use, BOTS_##bots, "" __VA_ARGS__},
#define MESSAGE(text, ...) ROW(text, TEXT_USE_MESSAGE, __VA_ARGS__)
#define BUTTON(text, ...)  ROW(text, TEXT_USE_BUTTON, __VA_ARGS__)
#define NOTICE(text, ...)  ROW(text, TEXT_USE_NOTICE, __VA_ARGS__)
const struct text_key text_keys[TEXTS] = {TEXTS_EACH(MESSAGE, BUTTON, NOTICE)};
#undef ROW
#undef MESSAGE
#undef BUTTON
#undef NOTICE

/* Columns: name of a value, the maximum number or length in UTF-16 units, its format. */
#define VALUE_KINDS(WORDS, NUMBER, FORMATTED)                                                      \
    WORDS(name, 64) WORDS(city, 200) FORMATTED(check_in, 40, DATE) FORMATTED(check_out, 40, DATE)  \
    FORMATTED(dates, 24, DATES) FORMATTED(until, 40, DEADLINE) WORDS(taken, 120) FORMATTED(arrival, 40, TIME) \
    FORMATTED(departure, 40, TIME) WORDS(address, 200) FORMATTED(rest, 24, MONEY) WORDS(support, 200) \
    WORDS(offer, 200) WORDS(privacy, 200) NUMBER(minutes, 60) NUMBER(nights, 366) NUMBER(guests, 100) \
    NUMBER(most, 366) NUMBER(least, 366) NUMBER(limit, 100) WORDS(title, 200) WORDS(district, 200) \
    WORDS(amenities, 160) WORDS(wishes, 120) WORDS(wish, 56) WORDS(why, 400) NUMBER(adds, 500)     \
    FORMATTED(lowest, 16, MONEY) FORMATTED(night, 24, MONEY) NUMBER(rooms, 50) FORMATTED(total, 24, MONEY) \
    FORMATTED(deposit, 24, MONEY) FORMATTED(security, 24, MONEY) WORDS(about, 3000) FORMATTED(paid, 24, MONEY) \
    FORMATTED(refund, 24, MONEY) FORMATTED(fee, 24, MONEY) WORDS(policy, 500) WORDS(line, 64)      \
    FORMATTED(price, 24, MONEY) WORDS(code, 16) WORDS(payment_info, 300) WORDS(check_in_info, 3000) \
    FORMATTED(entry, 40, TIME) WORDS(state, 40) WORDS(phone, 20) WORDS(note, 500) WORDS(flat, 32)  \
    NUMBER(waiting, 100) WORDS(speaker, 40) WORDS(words, 1000) NUMBER(arrivals, 100)               \
    NUMBER(departures, 100) NUMBER(stays, 100) NUMBER(rating, 5)       \
    WORDS(car, 120) NUMBER(seats, 8) NUMBER(child_seats, 4) NUMBER(free, 8) WORDS(point, 100) WORDS(clock, 8) \
    FORMATTED(small, 12, MONEY) FORMATTED(medium, 12, MONEY) FORMATTED(large, 12, MONEY)
/* Values that programs do not set: of messages between people, the other bot, and calendars of other sites. */
#define INNER_KINDS(WORDS)                                                                         \
    WORDS(quote, 100) WORDS(origin, 40) WORDS(edited, 20) WORDS(bot, 32) WORDS(channel, 40) WORDS(url, 300)

#define WORDS(name, most)             {#name, false, TEXT_FORMAT_NONE, most},
#define NUMBER(name, most)            {#name, true, TEXT_FORMAT_NONE, most},
#define FORMATTED(name, most, format) {#name, false, TEXT_FORMAT_##format, most},
static const struct text_value_kind value_kinds[] = {VALUE_KINDS(WORDS, NUMBER, FORMATTED) INNER_KINDS(WORDS)};
#undef WORDS
#undef NUMBER
#undef FORMATTED
enum { KINDS = ARRAY_LEN(value_kinds) };
_Static_assert((int)KINDS == (int)TEXT_PARAMS_MAX, "a value has its place in struct text_params");

#define PLACE(name, ...) PLACE_##name,
enum { VALUE_KINDS(PLACE, PLACE, PLACE) INNER_KINDS(PLACE) };
#undef PLACE
#define AT(member, name) .offset = offsetof(struct text_params, member) + PLACE_##name * sizeof ((struct text_params *)NULL)->member[0]
#define WORDS(name_, most, ...) {.name = #name_, .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(words, name_),   .min = 1, .max = most},
#define NUMBER(name_, most)     {.name = #name_, .type = FIELD_INT,  .flags = FIELD_NULLABLE, AT(numbers, name_), .min = 0, .max = most},
static const struct field param_items[] = {VALUE_KINDS(WORDS, NUMBER, WORDS)};
#undef WORDS
#undef NUMBER
#undef AT
// clang-format on
const struct fields text_params_fields = FIELDS_OF(param_items, struct text_params);

static char to_lower(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c - 'A' + 'a');
    return c;
}

static bool has_key_name(const struct text_key *text, struct slice key)
{
    size_t i = 0;

    while (i < key.len && text->name[i] != '\0' && key.at[i] == to_lower(text->name[i]))
        i++;
    return i == key.len && text->name[i] == '\0';
}

enum text text_key_find(struct slice key)
{
    enum text text = 0;

    while (text < TEXTS && !has_key_name(&text_keys[text], key))
        text++;
    return text;
}

const char *text_key_format(enum text text, char out[TEXT_KEY_MAX + 1])
{
    const char *const name = text_keys[text].name;
    size_t i = 0;

    for (; i < TEXT_KEY_MAX && name[i] != '\0'; i++)
        out[i] = to_lower(name[i]);
    out[i] = '\0';
    return out;
}

const struct text_value_kind *text_value_find_kind(struct slice name)
{
    for (size_t i = 0; i < KINDS; i++)
        if (slice_is(name, value_kinds[i].name))
            return &value_kinds[i];
    return NULL;
}

bool text_key_cut_value_name(struct slice *values, struct slice *name, bool *may_be_missing)
{
    *name = slice_cut(values, ' ');
    *may_be_missing = name->len > 0 && name->at[name->len - 1] == '?';
    name->len -= *may_be_missing;
    return name->len > 0;
}

bool text_key_accepts(const struct text_key *key, const struct text_value *values, size_t count)
{
    struct slice rest = slice_of(key->values), name;
    size_t found = 0;
    bool may_be_missing;

    while (text_key_cut_value_name(&rest, &name, &may_be_missing)) {
        const struct text_value_kind *kind = text_value_find_kind(name);
        const struct text_value *value = NULL;
        for (size_t i = 0; i < count && value == NULL; i++)
            if (slice_is(name, values[i].name))
                value = &values[i];
        if (value == NULL && !may_be_missing)
            return false;
        if (value != NULL && (kind == NULL || (value->text.at == NULL) != kind->is_number))
            return false;
        found += value != NULL;
    }
    return found == count;
}

/* --- requested texts --- */

static bool get_param_if_given(const struct text_params *params, const struct text_value_kind *kind,
                               struct text_value *value)
{
    const size_t place = (size_t)(kind - value_kinds);

    *value = (struct text_value){.name = kind->name,
                                 .text = kind->is_number ? SLICE_NONE : params->words[place],
                                 .number = params->numbers[place]};
    return kind->is_number ? value->number != FIELD_ABSENT : value->text.at != NULL;
}

static void add_param_problem(struct fault_list *problems, const char *name, const char *code,
                              const char *detail)
{
    char field[FAULT_FIELD_MAX];

    snprintf(field, sizeof field, "params/%s", name);
    fault_list_add(problems, field, code, "%s", detail);
}

void text_request_check(const struct text_request *ask, struct fault_list *problems)
{
    struct text_value value;

    if (ask->key.at != NULL || fault_list_has(problems, "template"))
        return;
    for (size_t i = 0; i < KINDS; i++)
        if (get_param_if_given(&ask->params, &value_kinds[i], &value))
            add_param_problem(problems, value_kinds[i].name, "not_of_template",
                              "There is no template.");
}

/* Sets the values that the key names, from `params`. Missing and unknown values are added to
 * `problems` under params/. */
static void set_values_from_params(const struct text_params *params, struct text_resolved *out,
                                   struct fault_list *problems)
{
    for (size_t i = 0; i < KINDS; i++) {
        struct slice rest = slice_of(text_keys[out->text].values), name;
        bool may_be_missing, named = false;
        while (!named && text_key_cut_value_name(&rest, &name, &may_be_missing))
            named = slice_is(name, value_kinds[i].name);
        const bool given = get_param_if_given(params, &value_kinds[i], &out->values[out->count]);
        if (given && !named)
            add_param_problem(problems, value_kinds[i].name, "not_of_template",
                              "The template has no such value.");
        if (!given && named && !may_be_missing)
            add_param_problem(problems, value_kinds[i].name, "required", "Is required.");
        out->count += given && named && out->count + 1 < TEXT_VALUES_MAX;
    }
}

/* Whether the text is a message of this type of bot: not a button, not a notice. */
static bool is_message_of_bot_type(enum text text, enum bot_type type)
{
    return text < TEXTS && text_keys[text].use == TEXT_USE_MESSAGE &&
           (text_keys[text].bots >> type & 1) != 0;
}

bool text_request_resolve(const struct text_request *ask, enum bot_type type, struct arena *arena,
                          struct text_resolved *out, struct fault *fault)
{
    struct fault_list problems;

    out->text = text_key_find(ask->key);
    out->count = 0;
    if (!is_message_of_bot_type(out->text, type))
        return fault_set_field(fault, arena, "template", "unknown_template",
                               "Bots of this kind have no such message.");
    fault_list_init(&problems, arena);
    set_values_from_params(&ask->params, out, &problems);
    return fault_list_ok(&problems, fault);
}

bool text_request_render(const struct text_resolved *asked, const struct texts *texts,
                         enum language language, struct arena *arena, struct slice *rendered,
                         struct fault *fault)
{
    AUTO(buf_finish) struct buf use = BUF(RENDERED_MAX);

    text_render(texts, asked->text, language, asked->values, asked->count, &use);
    return buf_keep(&use, arena, rendered, fault);
}
