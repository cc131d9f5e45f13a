// SPDX-License-Identifier: MIT
/* All texts that bots send to people.
 *
 * A text has a key: `stay_city` is TEXT_STAY_CITY. Its templates (texts/template.h) are built in
 * from its row in services/bot-gateway/texts/texts.tsv and may be replaced by rows of the table
 * `bot_messages` (texts/texts_watch.h). The build writes texts/text_names.h from the rows
 * (cmake/texts_table.py): `enum text`, in the order of the keys. It begins with TEXT_NONE, which is
 * no text and what a row without a text has, and ends with TEXTS. The labels of amenities are their
 * names (phrases/amenity.h). */
#pragma once

#include "base/language.h"
#include "base/value.h"

#include "phrases/amenity.h"
#include "texts/template.h"
#include "texts/text_names.h"

enum { TEXT_VALUES_MAX = 16 }; /* of one text */

/* `struct texts` (base/value.h) is one text in three languages. All texts of a type of bot are an
 * array of TEXTS of them, in the order of enum text, as templates. */

/* Appends the rendered text in the language, within the length limit of its use (texts/text_key.h);
 * messages are HTML of the Bot API, others plain.
 *
 * `values` are those that the row of the text names, in any order. An optional one is missing if
 * its text is absent or empty, or its number FIELD_ABSENT. Values are untrusted: they are escaped
 * in HTML, and cut at the limit of their row in values.tsv, which also says how a number is
 * written: money, a date, a time. */
void text_render(const struct texts *texts, enum text text, enum language language,
                 const struct text_value *values, size_t count, struct buf *out);

/* Renders a text for a button or a notice in the arena. What does not fit into 1024 bytes is
 * omitted. Absent if memory is short. */
struct slice text_render_to_arena(const struct texts *texts, enum text text, enum language language,
                                  const struct text_value *values, size_t count,
                                  struct arena *arena);

/* A number as a value that is missing unless the number is positive. */
static inline int64_t text_if_positive(int64_t number)
{
    return number > 0 ? number : FIELD_ABSENT;
}

/* Like text_render(), but `values` may have more than the text names, and required ones may be
 * missing too: then it returns false and appends nothing. */
bool text_render_if_complete(const struct texts *texts, enum text text, enum language language,
                             const struct text_value *values, size_t count, struct buf *out);

/* The member of `text` for the language. */
struct slice *texts_member_of_language(struct texts *text, enum language language);
/* The text in the language, or else in another one; "" if it has none. */
struct slice texts_in(const struct texts *text, enum language language);

/* The built-in texts. Static. */
const struct texts *texts_built_in(void);
/* The labels of amenities, in the order of amenity_table. */
extern const enum text texts_of_amenities[AMENITIES];
