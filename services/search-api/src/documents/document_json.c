// SPDX-License-Identifier: MIT
#include "documents/document_json.h"

#include "base/language.h"
#include "base/now.h"

static bool decode_document_id(struct slice text, void *value, const char **code,
                               const char **detail)
{
    bool sound = text.len >= 1 && text.len <= DOCUMENT_ID_MAX;

    for (size_t i = 0; sound && i < text.len; i++)
        sound = text.at[i] >= '!' && text.at[i] <= '~';
    if (!sound) {
        *code = "bad_document_id";
        *detail = "Must be 1 to 200 visible ASCII characters.";
        return false;
    }
    *(struct slice *)value = text;
    return true;
}

/* Refuses a time in the future, except for the difference between clocks: some searches prefer the
 * newest documents, and such a document would stay the newest. Also refuses a time before 1970,
 * which only an offset makes: db_get_time() cannot read it back. */
static bool decode_sent_at(struct slice text, void *value, const char **code, const char **detail)
{
    int64_t sent_at;

    if (!field_decode_time(text, &sent_at, code, detail) ||
        (sent_at != FIELD_ABSENT && sent_at < 0))
        return false;
    if (sent_at != FIELD_ABSENT && sent_at > now_wall_us() + DOCUMENT_FUTURE_S * US_PER_S) {
        *code = "in_the_future";
        *detail = "Must be at most a day later than now.";
        return false;
    }
    *(int64_t *)value = sent_at;
    return true;
}

// clang-format off
#define AT(member) .offset = offsetof(struct document, member)
static const struct field items[] = {
    {.name = "id",       .type = FIELD_CUSTOM, .flags = FIELD_REQUIRED, AT(id), .decode = decode_document_id},
    {.name = "version",  .type = FIELD_INT,    .flags = FIELD_REQUIRED, AT(version), .min = 0, .max = INT64_MAX - 1},
    {.name = "text",     .type = FIELD_TEXT,   .flags = FIELD_REQUIRED | FIELD_ANY_MARKS, AT(text), .min = 1, .max = DOCUMENT_POINTS_MAX},
    {.name = "sent_at",  .type = FIELD_CUSTOM, .flags = FIELD_REQUIRED, AT(sent_at), .decode = decode_sent_at},
    {.name = "bot",      .type = FIELD_SLUG,   .flags = FIELD_NULLABLE, AT(bot)},
    {.name = "chat_id",  .type = FIELD_INT,    .flags = FIELD_NULLABLE, AT(chat_id), .min = -INT64_MAX, .max = INT64_MAX},
    {.name = "user_id",  .type = FIELD_INT,    .flags = FIELD_NULLABLE, AT(user_id), .min = -INT64_MAX, .max = INT64_MAX},
    {.name = "language", .type = FIELD_ENUM,   .flags = FIELD_NULLABLE, AT(language), .names = language_names, .max = LANGUAGE_KZ},
};
static const struct field list_items[] = {
    {.name = "items", .type = FIELD_LIST, .flags = FIELD_REQUIRED, .offset = 0, .min = 1, .max = DOCUMENTS_MAX, .table = &document_fields},
};
// clang-format on
const struct fields document_fields = FIELDS_OF(items, struct document);
const struct fields document_list_fields = FIELDS_OF(list_items, struct field_list);
