// SPDX-License-Identifier: MIT
/* Characters that a sender cannot see change nothing in any text field of a table: a value with
 * them before, after and between its letters is accepted or refused as the value without them. */
#pragma once

#include "base/text.h"
#include "json/fields.h"

#include "support/scratch.h"

/* A mark each, as JSON writes it. */
static const char *const unseen_marks[] = {
    "\\u202a", "\\u202b", "\\u202c", "\\u202d", "\\u202e", "\\u2066", "\\u2067", "\\u2068",
    "\\u2069", "\\u200b", "\\u200c", "\\u200d", "\\u200e", "\\u200f", "\\u00ad", "\\ufeff",
    "\\u2060", "\\u061c", "\\u0001", "\\u001b", "\\u007f", "\\u0090",
};
/* Values of every kind of field; each field is tried with all of them. */
static const char *const unseen_values[] = {
    "Алматы",  "+7 701 555-12-34", "2026-12-31",  "14:00", "ALM-1",
    "wifi",    "https://a.kz/1",   "Asia/Almaty", "ru",    "2026-12-31T14:00:00Z",
    "all",     "tapbot",           "Иван Петров", "high",  "01a1f82a-c8ba-70c8-aefd-01dcb850c36d",
    "Шымкент",
};

/* Appends the value as a JSON string, with the mark around and between its characters. */
static inline void append_marked(const char *value, const char *mark)
{
    buf_printf(&scratch, "\"%s", mark);
    for (struct slice rest = slice_of(value); rest.len > 0;) {
        const size_t len = text_first_len(rest, 1);
        buf_printf(&scratch, "%.*s%s", (int)len, rest.at, mark);
        rest = slice_from(rest, len);
    }
    buf_text(&scratch, "\"");
}

enum { UNSEEN_OUTCOME_MAX = 1000 };

/* Writes the outcome of a body with one member: its problems, or the member as it is encoded. */
static inline void read_outcome(const struct fields *table, const struct field *field,
                                const char *value, const char *mark, char *outcome)
{
    const struct arena_mark before = arena_mark(&arena);
    const bool in_list = field->type == FIELD_SLUGS || field->type == FIELD_URLS ||
                         field->type == FIELD_TEXTS || field->type == FIELD_UUIDS;
    const struct fields alone = {field, 1, table->item_size, NULL};
    void *out = arena_alloc(&arena, table->item_size);

    ck_assert_ptr_nonnull(out);
    memset(out, 0, table->item_size);
    buf_clear(&scratch);
    buf_printf(&scratch, "{\"%s\":%s", field->name, in_list ? "[" : "");
    append_marked(value, mark);
    buf_text(&scratch, in_list ? "]}" : "}");
    const struct slice body = arena_copy(&arena, buf_as_slice(&scratch));
    buf_clear(&scratch);
    if (!fields_decode(&alone, body, true, out, NULL, &arena, &fault))
        for (size_t i = 0; i < fault.field_count; i++)
            buf_printf(&scratch, "%s:%s ", fault.fields[i].field, fault.fields[i].code);
    else if (field->type != FIELD_CUSTOM || field->encode != NULL)
        fields_encode(&alone, out, false, &scratch);
    snprintf(outcome, UNSEEN_OUTCOME_MAX, "%s", scratch_text());
    arena_put_back(&arena, &before);
}

static inline void ck_unseen_marks(const struct fields *table);

static inline void ck_unseen_marks_of_field(const struct fields *table, const struct field *field)
{
    if ((field->flags & (FIELD_READ_ONLY | FIELD_AS_SENT)) != 0 || table->item_size == 0)
        return;
    if (field->type == FIELD_OBJECT || field->type == FIELD_LIST) {
        ck_unseen_marks(field->table);
        return;
    }
    for (size_t v = 0; v < ARRAY_LEN(unseen_values); v++) {
        char plain[UNSEEN_OUTCOME_MAX], marked[UNSEEN_OUTCOME_MAX];
        read_outcome(table, field, unseen_values[v], "", plain);
        for (size_t m = 0; m < ARRAY_LEN(unseen_marks); m++) {
            read_outcome(table, field, unseen_values[v], unseen_marks[m], marked);
            ck_assert_msg(strcmp(plain, marked) == 0, "%s, \"%s\" with %s: %s instead of %s",
                          field->name, unseen_values[v], unseen_marks[m], marked, plain);
        }
    }
}

static inline void ck_unseen_marks(const struct fields *table)
{
    for (size_t i = 0; i < table->count; i++)
        ck_unseen_marks_of_field(table, &table->items[i]);
}
