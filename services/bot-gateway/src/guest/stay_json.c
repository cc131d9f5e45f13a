// SPDX-License-Identifier: MIT
#include "guest/stay_json.h"

#include "base/auto.h"
#include "base/text.h"
#include "json/fields.h"
#include "json/texts.h"

#include "phrases/phrase.h"
#include "telegram/text.h"

enum { BODY_MAX = 4096 };

/* --- the data of the flow --- */

// clang-format off
#define AT(member) .offset = offsetof(struct stay_alternative, member)
static const struct field alternative_items[] = {
    {.name = "flat",      .type = FIELD_UUID,  .flags = FIELD_REQUIRED, AT(apartment)},
    {.name = "check_in",  .type = FIELD_DATE,  .flags = FIELD_REQUIRED, AT(check_in)},
    {.name = "check_out", .type = FIELD_DATE,  .flags = FIELD_REQUIRED, AT(check_out)},
    {.name = "total",     .type = FIELD_MONEY, .flags = FIELD_REQUIRED, AT(total), .max = STAY_MONEY_MAX},
};
#undef AT
static const struct fields alternative_fields = FIELDS_OF(alternative_items, struct stay_alternative);

#define AT(member) .offset = offsetof(struct stay_page, member)
static const struct field page_items[] = {
    {.name = "over",   .type = FIELD_BOOL, AT(ended)},
    {.name = "cursor", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(cursor), .min = 1, .max = STAY_CURSOR_MAX},
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
    {.name = "total",     .type = FIELD_MONEY, AT(total), .max = STAY_MONEY_MAX},
};
#undef AT
static const struct fields change_fields = FIELDS_OF(change_items, struct stay_change);

static const struct field cursor_items[] = {
    {.name = "cursor", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .min = 1, .max = STAY_CURSOR_MAX},
};
static const struct fields cursor_fields = FIELDS_OF(cursor_items, struct slice);

#define AT(member) .offset = offsetof(struct stay_filters, member)
static const struct field filter_items[] = {
    {.name = "rooms",     .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(rooms),     .min = 1, .max = STAY_FILTER_BYTES_MAX},
    {.name = "min_price", .type = FIELD_INT,  AT(min_price), .max = STAY_MONEY_MAX},
    {.name = "max_price", .type = FIELD_INT,  AT(max_price), .max = STAY_MONEY_MAX},
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
    {.name = "others",    .type = FIELD_LIST,   AT(others), .table = &alternative_fields, .max = STAY_ALTERNATIVES_MAX},
    {.name = "booking",   .type = FIELD_UUID,   .flags = FIELD_NULLABLE, AT(booking)},
    {.name = "opened",    .type = FIELD_BOOL,   AT(opened)},
    {.name = "claimed",   .type = FIELD_BOOL,   AT(claimed)},
    {.name = "refund",    .type = FIELD_MONEY,  AT(refund), .max = STAY_MONEY_MAX},
    {.name = "change",    .type = FIELD_OBJECT, AT(change), .table = &change_fields},
    {.name = "page",      .type = FIELD_OBJECT, AT(page), .table = &page_fields},
    {.name = "more",      .type = FIELD_OBJECT, AT(more), .table = &page_fields},
    {.name = "left",      .type = FIELD_TEXT,   .flags = FIELD_NULLABLE, AT(search_step), .min = 1, .max = STAY_STEP_MAX},
    {.name = "receipt",   .type = FIELD_TEXT,   .flags = FIELD_NULLABLE | FIELD_OMIT, AT(receipt), .min = 1, .max = STAY_RECEIPT_MAX},
    {.name = "unheard",   .type = FIELD_BOOL,   .flags = FIELD_OMIT, AT(unheard)},
};
#undef AT
// clang-format on
static const struct fields stay_fields = FIELDS_OF(stay_items, struct stay);

bool stay_read(struct slice json, struct arena *arena, void *data, struct fault *fault)
{
    struct stay *stay = data;
    struct fields_seen seen;

    stay->unheard = false;
    if (!fields_decode(&stay_fields, json, false, data, &seen, arena, fault))
        return false;
    stay->was_unheard = stay->unheard;
    stay->unheard = false;
    return true;
}

void stay_write(const void *data, struct buf *json)
{
    fields_encode(&stay_fields, data, false, json);
}

/* --- bodies of calls --- */

struct quote_body {
    struct uuid apartment_id;
    int32_t check_in;
    int32_t check_out;
    int64_t guests;
};
struct search_body {
    struct slice query;
    struct slice city;
    int64_t guests;
    int64_t max_price;
    int32_t check_in;
    int32_t check_out;
    int64_t limit;
};
struct booking_body {
    struct uuid quote_id;
    struct quote_body stay;
    struct stay_guest guest;
    struct slice source;
    int64_t hold_minutes;
};
struct contact_body {
    struct slice phone;
};
struct receipt_body {
    struct slice receipt;
};
struct cancel_body {
    int64_t expected_refund;
};
struct dates_body {
    int32_t check_in;
    int32_t check_out;
    int64_t expected_total;
};

// clang-format off
#define AT(member) .offset = offsetof(struct quote_body, member)
static const struct field quote_body_items[] = {
    {.name = "apartment_id", .type = FIELD_UUID, AT(apartment_id)},
    {.name = "check_in",     .type = FIELD_DATE, AT(check_in)},
    {.name = "check_out",    .type = FIELD_DATE, AT(check_out)},
    {.name = "guests",       .type = FIELD_INT,  AT(guests)},
};
#undef AT
static const struct fields quote_body_fields = FIELDS_OF(quote_body_items, struct quote_body);

#define AT(member) .offset = offsetof(struct search_body, member)
static const struct field search_body_items[] = {
    {.name = "query",     .type = FIELD_TEXT,  .flags = FIELD_OMIT, AT(query)},
    {.name = "city",      .type = FIELD_SLUG,  AT(city)},
    {.name = "guests",    .type = FIELD_INT,   AT(guests)},
    {.name = "max_price", .type = FIELD_MONEY, .flags = FIELD_OMIT, AT(max_price)},
    {.name = "check_in",  .type = FIELD_DATE,  AT(check_in)},
    {.name = "check_out", .type = FIELD_DATE,  AT(check_out)},
    {.name = "limit",     .type = FIELD_INT,   AT(limit)},
};
#undef AT
static const struct fields search_body_fields = FIELDS_OF(search_body_items, struct search_body);

#define AT(member) .offset = offsetof(struct stay_guest, member)
static const struct field guest_items[] = {
    {.name = "name",        .type = FIELD_TEXT, AT(name)},
    {.name = "telegram_id", .type = FIELD_INT,  .flags = FIELD_OMIT, AT(telegram_id)},
    {.name = "language",    .type = FIELD_ENUM, AT(language), .names = language_names},
};
#undef AT
static const struct fields guest_fields = FIELDS_OF(guest_items, struct stay_guest);

#define AT(member) .offset = offsetof(struct booking_body, member)
static const struct field booking_body_items[] = {
    {.name = "quote_id",     .type = FIELD_UUID,   .flags = FIELD_OMIT, AT(quote_id)},
    {.name = "apartment_id", .type = FIELD_UUID,   .flags = FIELD_OMIT, AT(stay.apartment_id)},
    {.name = "check_in",     .type = FIELD_DATE,   .flags = FIELD_OMIT, AT(stay.check_in)},
    {.name = "check_out",    .type = FIELD_DATE,   .flags = FIELD_OMIT, AT(stay.check_out)},
    {.name = "guests",       .type = FIELD_INT,    .flags = FIELD_OMIT, AT(stay.guests)},
    {.name = "guest",        .type = FIELD_OBJECT, AT(guest), .table = &guest_fields},
    {.name = "source",       .type = FIELD_TEXT,   .flags = FIELD_OMIT, AT(source)},
    {.name = "hold_minutes", .type = FIELD_INT,    AT(hold_minutes)},
};
#undef AT
static const struct fields booking_body_fields = FIELDS_OF(booking_body_items, struct booking_body);

static const struct field contact_body_items[] = {
    {.name = "phone", .type = FIELD_PHONE, .offset = offsetof(struct contact_body, phone)},
};
static const struct fields contact_body_fields = FIELDS_OF(contact_body_items, struct contact_body);

static const struct field receipt_body_items[] = {
    {.name = "receipt", .type = FIELD_TEXT, .offset = offsetof(struct receipt_body, receipt)},
};
static const struct fields receipt_body_fields = FIELDS_OF(receipt_body_items, struct receipt_body);

static const struct field cancel_body_items[] = {
    {.name = "expected_refund", .type = FIELD_MONEY, .offset = offsetof(struct cancel_body, expected_refund)},
};
static const struct fields cancel_body_fields = FIELDS_OF(cancel_body_items, struct cancel_body);

#define AT(member) .offset = offsetof(struct dates_body, member)
static const struct field dates_body_items[] = {
    {.name = "check_in",       .type = FIELD_DATE,  AT(check_in)},
    {.name = "check_out",      .type = FIELD_DATE,  AT(check_out)},
    {.name = "expected_total", .type = FIELD_MONEY, .flags = FIELD_OMIT, AT(expected_total)},
};
#undef AT
static const struct fields dates_body_fields = FIELDS_OF(dates_body_items, struct dates_body);
// clang-format on

static bool write_body(const struct fields *fields, const void *value, struct arena *arena,
                       struct slice *out, struct fault *fault)
{
    AUTO(buf_finish) struct buf json;

    buf_init(&json, BODY_MAX);
    fields_encode(fields, value, false, &json);
    return buf_keep(&json, arena, out, fault);
}

static struct quote_body quote_of(const struct stay *stay)
{
    return (struct quote_body){
        .apartment_id = stay->apartment,
        .check_in = stay->check_in,
        .check_out = stay->check_in + (int32_t)stay->nights,
        .guests = stay->guests,
    };
}

bool stay_write_quote(const struct stay *stay, struct arena *arena, struct slice *out,
                      struct fault *fault)
{
    const struct quote_body body = quote_of(stay);

    return write_body(&quote_body_fields, &body, arena, out, fault);
}

bool stay_write_search(const struct stay *stay, int64_t limit, struct arena *arena,
                       struct slice *out, struct fault *fault)
{
    struct search_body body = {
        .city = stay->city,
        .guests = stay->guests,
        .max_price = stay->filters.max_price > 0 ? stay->filters.max_price : FIELD_ABSENT,
        .check_in = stay->check_in,
        .check_out = stay->check_in + (int32_t)stay->nights,
        .limit = limit,
    };

    return stay_search_query(&stay->filters, arena, &body.query, fault) &&
           write_body(&search_body_fields, &body, arena, out, fault);
}

bool stay_write_booking(const struct stay *stay, const struct stay_guest *guest,
                        struct slice source, int64_t hold_minutes, struct arena *arena,
                        struct slice *out, struct fault *fault)
{
    struct booking_body body;

    fields_clear(&booking_body_fields, &body);
    if (uuid_is_nil(&stay->quote))
        body.stay = quote_of(stay);
    body.quote_id = stay->quote;
    body.guest = *guest;
    body.source = source;
    body.hold_minutes = hold_minutes;
    return write_body(&booking_body_fields, &body, arena, out, fault);
}

bool stay_write_contact(struct slice phone, struct arena *arena, struct slice *out,
                        struct fault *fault)
{
    const struct contact_body body = {phone};
    return write_body(&contact_body_fields, &body, arena, out, fault);
}

bool stay_write_receipt(struct slice receipt, struct arena *arena, struct slice *out,
                        struct fault *fault)
{
    const struct receipt_body body = {receipt};
    return write_body(&receipt_body_fields, &body, arena, out, fault);
}

bool stay_write_cancel(int64_t expected_refund, struct arena *arena, struct slice *out,
                       struct fault *fault)
{
    const struct cancel_body body = {expected_refund};
    return write_body(&cancel_body_fields, &body, arena, out, fault);
}

bool stay_write_dates(int32_t check_in, int32_t check_out, int64_t expected_total,
                      struct arena *arena, struct slice *out, struct fault *fault)
{
    const struct dates_body body = {check_in, check_out, expected_total};
    return write_body(&dates_body_fields, &body, arena, out, fault);
}
