// SPDX-License-Identifier: MIT
#include "guest/stay_json.h"

#include "base/auto.h"
#include "base/text.h"
#include "json/fields.h"
#include "json/texts.h"

#include "phrases/phrase.h"
#include "telegram/text.h"

enum { BODY_MAX = 4096 };

/* --- what the flow remembers --- */

// clang-format off
#define AT(member) .offset = offsetof(struct stay_alternative, member)
static const struct field alternative_items[] = {
    {.name = "flat",      .type = FIELD_UUID,  .flags = FIELD_REQUIRED, AT(flat)},
    {.name = "check_in",  .type = FIELD_DATE,  .flags = FIELD_REQUIRED, AT(check_in)},
    {.name = "check_out", .type = FIELD_DATE,  .flags = FIELD_REQUIRED, AT(check_out)},
    {.name = "total",     .type = FIELD_MONEY, .flags = FIELD_REQUIRED, AT(total), .max = STAY_MONEY_MAX},
};
#undef AT
static const struct fields alternative_fields = FIELDS_OF(alternative_items, struct stay_alternative);

#define AT(member) .offset = offsetof(struct stay_page, member)
static const struct field page_items[] = {
    {.name = "over",   .type = FIELD_BOOL, AT(over)},
    {.name = "cursor", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(cursor), .min = 1, .max = STAY_CURSOR_MAX},
};
#undef AT
static const struct fields page_fields = FIELDS_OF(page_items, struct stay_page);

#define AT(member) .offset = offsetof(struct stay_change, member)
static const struct field change_items[] = {
    {.name = "flat",      .type = FIELD_UUID,  .flags = FIELD_NULLABLE, AT(flat)},
    {.name = "was_in",    .type = FIELD_DATE,  .flags = FIELD_NULLABLE, AT(was_in)},
    {.name = "was_out",   .type = FIELD_DATE,  .flags = FIELD_NULLABLE, AT(was_out)},
    {.name = "month",     .type = FIELD_DATE,  .flags = FIELD_NULLABLE, AT(month)},
    {.name = "check_in",  .type = FIELD_DATE,  .flags = FIELD_NULLABLE, AT(check_in)},
    {.name = "check_out", .type = FIELD_DATE,  .flags = FIELD_NULLABLE, AT(check_out)},
    {.name = "total",     .type = FIELD_MONEY, AT(total), .max = STAY_MONEY_MAX},
};
#undef AT
static const struct fields change_fields = FIELDS_OF(change_items, struct stay_change);

static const struct field place_items[] = {
    {.name = "cursor", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .min = 1, .max = STAY_CURSOR_MAX},
};
static const struct fields place_fields = FIELDS_OF(place_items, struct slice);

#define AT(member) .offset = offsetof(struct stay_wish, member)
static const struct field wish_items[] = {
    {.name = "rooms",     .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(rooms),     .min = 1, .max = STAY_WISH_BYTES_MAX},
    {.name = "min_price", .type = FIELD_INT,  AT(min_price), .max = STAY_MONEY_MAX},
    {.name = "max_price", .type = FIELD_INT,  AT(max_price), .max = STAY_MONEY_MAX},
    {.name = "district",  .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(district),  .min = 1, .max = STAY_DISTRICT_MAX},
    {.name = "amenities", .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(amenities), .min = 1, .max = STAY_WISH_BYTES_MAX},
    {.name = "words",     .type = FIELD_TEXT, .flags = FIELD_NULLABLE, AT(words),     .min = 1, .max = STAY_WISH_BYTES_MAX},
    {.name = "rest",      .type = FIELD_TEXT, .flags = FIELD_NULLABLE | FIELD_OMIT, AT(rest), .min = 1, .max = STAY_WISH_BYTES_MAX},
};
#undef AT
static const struct fields wish_fields = FIELDS_OF(wish_items, struct stay_wish);

#define AT(member) .offset = offsetof(struct stay, member)
static const struct field stay_items[] = {
    {.name = "city",      .type = FIELD_SLUG,   .flags = FIELD_NULLABLE, AT(city)},
    {.name = "city_name", .type = FIELD_OBJECT, .flags = FIELD_NULLABLE, AT(city_name), .table = &texts_body_fields},
    {.name = "month",     .type = FIELD_DATE,   .flags = FIELD_NULLABLE, AT(month)},
    {.name = "check_in",  .type = FIELD_DATE,   .flags = FIELD_NULLABLE, AT(check_in)},
    {.name = "nights",    .type = FIELD_INT,    AT(nights), .max = INT32_MAX},
    {.name = "guests",    .type = FIELD_INT,    AT(guests), .max = STAY_GUESTS_MAX},
    {.name = "chosen",    .type = FIELD_BOOL,   AT(chosen)},
    {.name = "ahead_nights",    .type = FIELD_INT,  AT(ahead_nights), .max = PHRASE_NIGHTS_MAX},
    {.name = "ahead_check_out", .type = FIELD_DATE, .flags = FIELD_NULLABLE, AT(ahead_check_out)},
    {.name = "wish",      .type = FIELD_OBJECT, AT(wish), .table = &wish_fields},
    {.name = "at",        .type = FIELD_INT,    AT(at), .max = STAY_APARTMENTS_MAX},
    {.name = "pages",     .type = FIELD_LIST,   AT(pages), .table = &place_fields, .max = STAY_PAGES_MAX},
    {.name = "searched",  .type = FIELD_BOOL,   AT(searched)},
    {.name = "flat",      .type = FIELD_UUID,   .flags = FIELD_NULLABLE, AT(flat)},
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
    {.name = "left",      .type = FIELD_TEXT,   .flags = FIELD_NULLABLE, AT(left), .min = 1, .max = STAY_STEP_MAX},
};
#undef AT
// clang-format on
static const struct fields stay_fields = FIELDS_OF(stay_items, struct stay);

bool stay_read(struct slice json, struct arena *arena, void *data, struct fault *fault)
{
    struct fields_seen seen;

    return fields_decode(&stay_fields, json, false, data, &seen, arena, fault);
}

void stay_write(const void *data, struct buf *json)
{
    fields_encode(&stay_fields, data, false, json);
}

/* --- bodies of calls --- */

struct quote_asked {
    struct uuid apartment_id;
    int32_t check_in;
    int32_t check_out;
    int64_t guests;
};
struct search_asked {
    struct slice query;
    struct slice city;
    int64_t guests;
    int64_t max_price;
    int32_t check_in;
    int32_t check_out;
    int64_t limit;
};
struct booking_asked {
    struct uuid quote_id;
    struct stay_guest guest;
    struct slice source;
    int64_t hold_minutes;
};
struct contact_asked {
    struct slice phone;
};
struct cancel_asked {
    int64_t expected_refund;
};
struct dates_asked {
    int32_t check_in;
    int32_t check_out;
    int64_t expected_total;
};

// clang-format off
#define AT(member) .offset = offsetof(struct quote_asked, member)
static const struct field quote_asked_items[] = {
    {.name = "apartment_id", .type = FIELD_UUID, AT(apartment_id)},
    {.name = "check_in",     .type = FIELD_DATE, AT(check_in)},
    {.name = "check_out",    .type = FIELD_DATE, AT(check_out)},
    {.name = "guests",       .type = FIELD_INT,  AT(guests)},
};
#undef AT
static const struct fields quote_asked_fields = FIELDS_OF(quote_asked_items, struct quote_asked);

#define AT(member) .offset = offsetof(struct search_asked, member)
static const struct field search_asked_items[] = {
    {.name = "query",     .type = FIELD_TEXT,  .flags = FIELD_OMIT, AT(query)},
    {.name = "city",      .type = FIELD_SLUG,  AT(city)},
    {.name = "guests",    .type = FIELD_INT,   AT(guests)},
    {.name = "max_price", .type = FIELD_MONEY, .flags = FIELD_OMIT, AT(max_price)},
    {.name = "check_in",  .type = FIELD_DATE,  AT(check_in)},
    {.name = "check_out", .type = FIELD_DATE,  AT(check_out)},
    {.name = "limit",     .type = FIELD_INT,   AT(limit)},
};
#undef AT
static const struct fields search_asked_fields = FIELDS_OF(search_asked_items, struct search_asked);

#define AT(member) .offset = offsetof(struct stay_guest, member)
static const struct field guest_items[] = {
    {.name = "name",        .type = FIELD_TEXT, AT(name)},
    {.name = "phone",       .type = FIELD_PHONE, .flags = FIELD_OMIT, AT(phone)},
    {.name = "telegram_id", .type = FIELD_INT,  .flags = FIELD_OMIT, AT(telegram_id)},
    {.name = "language",    .type = FIELD_ENUM, AT(language), .names = language_names},
};
#undef AT
static const struct fields guest_fields = FIELDS_OF(guest_items, struct stay_guest);

#define AT(member) .offset = offsetof(struct booking_asked, member)
static const struct field booking_asked_items[] = {
    {.name = "quote_id",     .type = FIELD_UUID,   AT(quote_id)},
    {.name = "guest",        .type = FIELD_OBJECT, AT(guest), .table = &guest_fields},
    {.name = "source",       .type = FIELD_TEXT,   .flags = FIELD_OMIT, AT(source)},
    {.name = "hold_minutes", .type = FIELD_INT,    AT(hold_minutes)},
};
#undef AT
static const struct fields booking_asked_fields = FIELDS_OF(booking_asked_items, struct booking_asked);

static const struct field contact_asked_items[] = {
    {.name = "phone", .type = FIELD_PHONE, .offset = offsetof(struct contact_asked, phone)},
};
static const struct fields contact_asked_fields = FIELDS_OF(contact_asked_items, struct contact_asked);

static const struct field cancel_asked_items[] = {
    {.name = "expected_refund", .type = FIELD_MONEY, .offset = offsetof(struct cancel_asked, expected_refund)},
};
static const struct fields cancel_asked_fields = FIELDS_OF(cancel_asked_items, struct cancel_asked);

#define AT(member) .offset = offsetof(struct dates_asked, member)
static const struct field dates_asked_items[] = {
    {.name = "check_in",       .type = FIELD_DATE,  AT(check_in)},
    {.name = "check_out",      .type = FIELD_DATE,  AT(check_out)},
    {.name = "expected_total", .type = FIELD_MONEY, .flags = FIELD_OMIT, AT(expected_total)},
};
#undef AT
static const struct fields dates_asked_fields = FIELDS_OF(dates_asked_items, struct dates_asked);
// clang-format on

static bool write_body(const struct fields *fields, const void *value, struct arena *arena,
                       struct slice *out, struct fault *fault)
{
    AUTO(buf_finish) struct buf json;

    buf_init(&json, BODY_MAX);
    fields_encode(fields, value, false, &json);
    return buf_keep(&json, arena, out, fault);
}

bool stay_write_quote(const struct stay *stay, struct arena *arena, struct slice *out,
                      struct fault *fault)
{
    const struct quote_asked asked = {
        .apartment_id = stay->flat,
        .check_in = stay->check_in,
        .check_out = stay->check_in + (int32_t)stay->nights,
        .guests = stay->guests,
    };
    return write_body(&quote_asked_fields, &asked, arena, out, fault);
}

bool stay_write_search(const struct stay *stay, int64_t limit, struct arena *arena,
                       struct slice *out, struct fault *fault)
{
    struct search_asked asked = {
        .city = stay->city,
        .guests = stay->guests,
        .max_price = stay->wish.max_price > 0 ? stay->wish.max_price : FIELD_ABSENT,
        .check_in = stay->check_in,
        .check_out = stay->check_in + (int32_t)stay->nights,
        .limit = limit,
    };

    return stay_wish_query(&stay->wish, arena, &asked.query, fault) &&
           write_body(&search_asked_fields, &asked, arena, out, fault);
}

bool stay_write_booking(const struct stay *stay, const struct stay_guest *guest,
                        struct slice source, int64_t hold_minutes, struct arena *arena,
                        struct slice *out, struct fault *fault)
{
    const struct booking_asked asked = {
        .quote_id = stay->quote,
        .guest = *guest,
        .source = source,
        .hold_minutes = hold_minutes,
    };
    return write_body(&booking_asked_fields, &asked, arena, out, fault);
}

bool stay_write_contact(struct slice phone, struct arena *arena, struct slice *out,
                        struct fault *fault)
{
    const struct contact_asked asked = {phone};
    return write_body(&contact_asked_fields, &asked, arena, out, fault);
}

bool stay_write_cancel(int64_t expected_refund, struct arena *arena, struct slice *out,
                       struct fault *fault)
{
    const struct cancel_asked asked = {expected_refund};
    return write_body(&cancel_asked_fields, &asked, arena, out, fault);
}

bool stay_write_dates(int32_t check_in, int32_t check_out, int64_t expected_total,
                      struct arena *arena, struct slice *out, struct fault *fault)
{
    const struct dates_asked asked = {check_in, check_out, expected_total};
    return write_body(&dates_asked_fields, &asked, arena, out, fault);
}
