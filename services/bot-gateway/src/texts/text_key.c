// SPDX-License-Identifier: MIT
#include "texts/text_key.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/auto.h"

#include "telegram/text.h"

enum { BUTTON_MAX = 64, NOTICE_MAX = 200, RENDERED_MAX = 64 * 1024 };

/* Columns: HTML, one line, maximum. */
const struct text_use_limits text_use_limits[TEXT_USES] = {
    [TEXT_USE_MESSAGE] = {true,  false, TELEGRAM_TEXT_MAX},
    [TEXT_USE_BUTTON] = {false, true,  BUTTON_MAX       },
    [TEXT_USE_NOTICE] = {false, false, NOTICE_MAX       },
};

const struct fields text_params_fields = FIELDS_OF(text_param_items, struct text_params);

static int compare_with_row(const void *data, const void *row)
{
    const struct slice *key = data;
    const char *name = ((const struct text_key *)row)->name;
    const size_t len = strlen(name), least = key->len < len ? key->len : len;
    const int order = least > 0 ? memcmp(key->at, name, least) : 0;

    return order != 0 ? order : (key->len > len) - (key->len < len);
}

enum text text_key_find(struct slice key)
{
    const size_t first = TEXT_NONE + 1;
    const struct text_key *row =
        bsearch(&key, &text_keys[first], TEXTS - first, sizeof *row, compare_with_row);

    return row != NULL ? (enum text)(row - text_keys) : TEXTS;
}

const struct text_value_kind *text_value_find_kind(struct slice name)
{
    for (size_t i = 0; i < TEXT_VALUE_KINDS; i++)
        if (slice_is(name, text_value_kinds[i].name))
            return &text_value_kinds[i];
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
    const size_t place = (size_t)(kind - text_value_kinds);

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
    for (size_t i = 0; i < TEXT_VALUE_KINDS; i++)
        if (get_param_if_given(&ask->params, &text_value_kinds[i], &value))
            add_param_problem(problems, text_value_kinds[i].name, "not_of_template",
                              "There is no template.");
}

/* Sets the values that the key names, from `params`. Missing and unknown values are added to
 * `problems` under params/. */
static void set_values_from_params(const struct text_params *params, struct text_resolved *out,
                                   struct fault_list *problems)
{
    for (size_t i = 0; i < TEXT_VALUE_KINDS; i++) {
        struct slice rest = slice_of(text_keys[out->text].values), name;
        bool may_be_missing, named = false;
        while (!named && text_key_cut_value_name(&rest, &name, &may_be_missing))
            named = slice_is(name, text_value_kinds[i].name);
        const bool given =
            get_param_if_given(params, &text_value_kinds[i], &out->values[out->count]);
        if (given && !named)
            add_param_problem(problems, text_value_kinds[i].name, "not_of_template",
                              "The template has no such value.");
        if (!given && named && !may_be_missing)
            add_param_problem(problems, text_value_kinds[i].name, "required", "Is required.");
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
