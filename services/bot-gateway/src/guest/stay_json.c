// SPDX-License-Identifier: MIT
#include "guest/stay_json.h"

#include "base/money.h"
#include "json/fields.h"
#include "json/texts.h"

#include "phrases/phrase.h"

/* --- the data of the flow --- */

// clang-format off
#define AT(member) .offset = offsetof(struct answer_alternative, member)
static const struct field alternative_items[] = {
    {.name = "flat",      .type = FIELD_UUID,  .flags = FIELD_REQUIRED, AT(apartment)},
    {.name = "check_in",  .type = FIELD_DATE,  .flags = FIELD_REQUIRED, AT(check_in)},
    {.name = "check_out", .type = FIELD_DATE,  .flags = FIELD_REQUIRED, AT(check_out)},
    {.name = "total",     .type = FIELD_MONEY, .flags = FIELD_REQUIRED, AT(total), .max = MONEY_MAX},
};
#undef AT
static const struct fields alternative_fields = FIELDS_OF(alternative_items, struct answer_alternative);

#define AT(member) .offset = offsetof(struct stay_page, member)
static const struct field page_items[] = {
    {.name = "over",   .type = FIELD_BOOL, AT(ended)},
    {.name = "cursor", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(cursor), .min = 1, .max = ANSWER_CURSOR_MAX},
};
#undef AT
static const struct fields page_fields = FIELDS_OF(page_items, struct stay_page);

#define AT(member) .offset = offsetof(struct stay_change, member)
static const struct field change_items[] = {
    {.name = "flat",      .type = FIELD_UUID,  .flags = FIELD_NULLABLE, AT(apartment)},
    {.name = "was_in",    .type = FIELD_DATE,  .flags = FIELD_NULLABLE, AT(was_in)},
    {.name = "was_out",   .type = FIELD_DATE,  .flags = FIELD_NULLABLE, AT(was_out)},
    {.name = "month",     .type = FIELD_DATE,  .flags = FIELD_NULLABLE, AT(month)},
    {.name = "check_in",  .type = FIELD_DATE,  .flags = FIELD_NULLABLE, AT(check_in)},
    {.name = "check_out", .type = FIELD_DATE,  .flags = FIELD_NULLABLE, AT(check_out)},
    {.name = "total",     .type = FIELD_MONEY, AT(total), .max = MONEY_MAX},
};
#undef AT
static const struct fields change_fields = FIELDS_OF(change_items, struct stay_change);

static const struct field cursor_items[] = {
    {.name = "cursor", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .min = 1, .max = ANSWER_CURSOR_MAX},
};
static const struct fields cursor_fields = FIELDS_OF(cursor_items, struct slice);

#define AT(member) .offset = offsetof(struct stay_filters, member)
static const struct field filter_items[] = {
    {.name = "rooms",     .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(rooms),     .min = 1, .max = STAY_FILTER_BYTES_MAX},
    {.name = "min_price", .type = FIELD_INT,  AT(min_price), .max = MONEY_MAX},
    {.name = "max_price", .type = FIELD_INT,  AT(max_price), .max = MONEY_MAX},
    {.name = "district",  .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(district),  .min = 1, .max = STAY_DISTRICT_MAX},
    {.name = "amenities", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(amenities), .min = 1, .max = STAY_FILTER_BYTES_MAX},
    {.name = "words",     .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(words),     .min = 1, .max = STAY_FILTER_BYTES_MAX},
    {.name = "rest",      .type = FIELD_TEXT, .flags = FIELD_NULLABLE | FIELD_OMIT, AT(rest), .min = 1, .max = STAY_FILTER_BYTES_MAX},
};
#undef AT
static const struct fields filter_fields = FIELDS_OF(filter_items, struct stay_filters);

#define AT(member) .offset = offsetof(struct stay, member)
static const struct field stay_items[] = {
    {.name = "city",      .type = FIELD_SLUG,   .flags = FIELD_NULLABLE, AT(city)},
    {.name = "city_name", .type = FIELD_OBJECT, .flags = FIELD_NULLABLE, AT(city_name), .table = &texts_body_fields},
    {.name = "month",     .type = FIELD_DATE,   .flags = FIELD_NULLABLE, AT(month)},
    {.name = "check_in",  .type = FIELD_DATE,   .flags = FIELD_NULLABLE, AT(check_in)},
    {.name = "nights",    .type = FIELD_INT,    AT(nights), .max = INT32_MAX},
    {.name = "guests",    .type = FIELD_INT,    AT(guests), .max = STAY_GUESTS_MAX},
    {.name = "chosen",    .type = FIELD_BOOL,   AT(chosen)},
    {.name = "ahead_nights",    .type = FIELD_INT,  AT(pending_nights), .max = PHRASE_NIGHTS_MAX},
    {.name = "ahead_check_out", .type = FIELD_DATE, .flags = FIELD_NULLABLE, AT(pending_check_out)},
    {.name = "wish",      .type = FIELD_OBJECT, AT(filters), .table = &filter_fields},
    {.name = "at",        .type = FIELD_INT,    AT(at), .max = STAY_APARTMENTS_MAX},
    {.name = "pages",     .type = FIELD_LIST,   AT(pages), .table = &cursor_fields, .max = STAY_PAGES_MAX},
    {.name = "searched",  .type = FIELD_BOOL,   AT(searched)},
    {.name = "flat",      .type = FIELD_UUID,   .flags = FIELD_NULLABLE, AT(apartment)},
    {.name = "title",     .type = FIELD_OBJECT, .flags = FIELD_NULLABLE, AT(title), .table = &texts_body_fields},
    {.name = "limit",     .type = FIELD_INT,    AT(limit), .max = STAY_GUESTS_MAX},
    {.name = "quote",     .type = FIELD_UUID,   .flags = FIELD_NULLABLE, AT(quote)},
    {.name = "others",    .type = FIELD_LIST,   AT(others), .table = &alternative_fields, .max = ANSWER_ALTERNATIVES_MAX},
    {.name = "booking",   .type = FIELD_UUID,   .flags = FIELD_NULLABLE, AT(booking)},
    {.name = "opened",    .type = FIELD_BOOL,   AT(opened)},
    {.name = "claimed",   .type = FIELD_BOOL,   AT(claimed)},
    {.name = "refund",    .type = FIELD_MONEY,  AT(refund), .max = MONEY_MAX},
    {.name = "version",   .type = FIELD_INT,    AT(version), .max = INT64_MAX},
    {.name = "change",    .type = FIELD_OBJECT, AT(change), .table = &change_fields},
    {.name = "page",      .type = FIELD_OBJECT, AT(page), .table = &page_fields},
    {.name = "more",      .type = FIELD_OBJECT, AT(more), .table = &page_fields},
    {.name = "left",      .type = FIELD_TEXT,   .flags = FIELD_NULLABLE, AT(search_step), .min = 1, .max = STAY_STEP_MAX},
    {.name = "receipt",   .type = FIELD_TEXT,   .flags = FIELD_NULLABLE | FIELD_OMIT, AT(receipt), .min = 1, .max = STAY_RECEIPT_MAX},
    {.name = "unheard",   .type = FIELD_BOOL,   .flags = FIELD_OMIT, AT(unheard)},
};
#undef AT
// clang-format on
const struct fields stay_fields = FIELDS_OF(stay_items, struct stay);
