// SPDX-License-Identifier: MIT
/* JSON fields of an apartment and their bounds. README.md lists what a new field needs. */
#include <ctype.h>
#include <stdio.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/money.h"

#include "apartments/apartment_listed.h"
#include "apartments/apartment_row.h"
#include "apartments/apartments_json.h"

#define ZONES "/usr/share/zoneinfo/"

enum { ZONE_MAX = 64 };

static bool is_zone_name(struct slice text)
{
    if (text.len == 0 || text.len > ZONE_MAX || !isupper((unsigned char)text.at[0]))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        bool starts_part = i > 0 && text.at[i - 1] == '/';
        if (starts_part ? !isupper((unsigned char)c)
                        : !isalnum((unsigned char)c) && strchr("/_+-", c) == NULL)
            return false;
    }
    return text.at[text.len - 1] != '/';
}

/* True if the system has the time zone. On a system without zone files every well-formed name
 * passes; the table's constraint then decides. */
static bool is_zone_known(struct slice text)
{
    char path[sizeof ZONES + ZONE_MAX];

    if (!is_zone_name(text))
        return false;
    snprintf(path, sizeof path, ZONES "%.*s", SLICE_ARG(text));
    return access(path, R_OK) == 0 || access(ZONES "UTC", R_OK) != 0;
}

static bool decode_time_zone(struct slice text, void *value, const char **code, const char **detail)
{
    if (is_zone_known(text)) {
        *(struct slice *)value = text;
        return true;
    }
    *code = "unknown_timezone";
    *detail = "No such time zone; use a name of the tz database, such as Asia/Almaty.";
    return false;
}

static bool decode_apartment_code(struct slice text, void *value, const char **code,
                                  const char **detail)
{
    bool fits =
        text.len > 0 && text.len <= APARTMENT_CODE_MAX && isalnum((unsigned char)text.at[0]);

    for (size_t i = 0; fits && i < text.len; i++)
        fits = isalnum((unsigned char)text.at[i]) || text.at[i] == '-' || text.at[i] == '_';
    if (fits) {
        *(struct slice *)value = text;
        return true;
    }
    *code = "bad_code";
    *detail = "At most 32 letters, digits, '-' and '_', the first a letter or digit.";
    return false;
}

/* Encodes a text field that has a decoder of its own: code, city, time zone. */
static void encode_slice(const void *value, struct buf *out)
{
    buf_json_string(out, *(const struct slice *)value);
}

#define AT(member) .offset = offsetof(struct apartment, member)
#define MONEY      .min = 0, .max = MONEY_MAX

enum { OTHER_FIELDS = 10, PRIVATE_FIELDS = 2 };
// clang-format off
static const struct field items[] = {
    /* The fields stored in column `listed`. Increment APARTMENT_SHAPE when you change them. */
    {.name = "id",                   .type = FIELD_UUID,   .flags = FIELD_READ_ONLY, AT(id)},
    {.name = "code",                 .type = FIELD_CUSTOM,                           AT(code), .decode = decode_apartment_code, .encode = encode_slice},
    {.name = "owner_id",             .type = FIELD_UUID,   .flags = FIELD_REQUIRED,  AT(owner_id)},
    {.name = "title",                .type = FIELD_OBJECT, .flags = FIELD_REQUIRED,  AT(title), .table = &texts_title_fields},
    {.name = "city",                 .type = FIELD_CUSTOM, .flags = FIELD_REQUIRED,  AT(city), .decode = city_decode, .encode = encode_slice},
    {.name = "district",             .type = FIELD_TEXT,   .flags = FIELD_NULLABLE,  AT(district), .min = 1, .max = 200},
    {.name = "address",              .type = FIELD_TEXT,   .flags = FIELD_NULLABLE,  AT(address),  .min = 1, .max = 200},
    {.name = "location",             .type = FIELD_GEO,    .flags = FIELD_NULLABLE,  AT(location)},
    {.name = "rooms",                .type = FIELD_INT,    .flags = FIELD_REQUIRED,  AT(rooms),      .min = 1, .max = APARTMENT_ROOMS_MAX},
    {.name = "max_guests",           .type = FIELD_INT,    .flags = FIELD_REQUIRED,  AT(max_guests), .min = 1, .max = APARTMENT_GUESTS_MAX},
    {.name = "included_guests",      .type = FIELD_INT,    .flags = FIELD_NULLABLE,  AT(included_guests), .min = 1, .max = APARTMENT_GUESTS_MAX},
    {.name = "amenities",            .type = FIELD_SLUGS,                            AT(amenities), .max = 100},
    {.name = "photos",               .type = FIELD_URLS,                             AT(photos), .max = 20},
    {.name = "base_price",           .type = FIELD_MONEY,  .flags = FIELD_REQUIRED,  AT(base_price), MONEY},
    {.name = "weekend_price",        .type = FIELD_MONEY,  .flags = FIELD_NULLABLE,  AT(weekend_price), MONEY},
    {.name = "extra_guest_fee",      .type = FIELD_MONEY,  .flags = FIELD_NULLABLE,  AT(extra_guest_fee), MONEY},
    {.name = "cleaning_fee",         .type = FIELD_MONEY,  .flags = FIELD_NULLABLE,  AT(cleaning_fee), MONEY},
    {.name = "security_deposit",     .type = FIELD_MONEY,  .flags = FIELD_NULLABLE,  AT(security_deposit), MONEY},
    {.name = "prepayment_percent",   .type = FIELD_INT,                              AT(prepayment_percent), .min = 0, .max = 100},
    {.name = "min_nights",           .type = FIELD_INT,                              AT(min_nights), .min = 1, .max = STAY_NIGHTS_MAX},
    {.name = "max_nights",           .type = FIELD_INT,                              AT(max_nights), .min = 1, .max = STAY_NIGHTS_MAX},
    {.name = "check_in_time",        .type = FIELD_CLOCK,                            AT(check_in_time)},
    {.name = "check_out_time",       .type = FIELD_CLOCK,                            AT(check_out_time)},
    {.name = "buffer_days",          .type = FIELD_INT,                              AT(buffer_days), .min = 0, .max = APARTMENT_BUFFER_MAX},
    {.name = "advance_notice_hours", .type = FIELD_INT,                              AT(advance_notice_hours), .min = 0, .max = 720},
    {.name = "booking_window_days",  .type = FIELD_INT,                              AT(booking_window_days), .min = 0, .max = 730},
    {.name = "instant_book",         .type = FIELD_BOOL,                             AT(instant_book)},
    {.name = "cancellation_policy",  .type = FIELD_ENUM,                             AT(cancellation_policy), .names = apartment_policy_names},
    {.name = "timezone",             .type = FIELD_CUSTOM,                           AT(timezone), .decode = decode_time_zone, .encode = encode_slice},
    {.name = "is_active",            .type = FIELD_BOOL,                             AT(is_active)},
    {.name = "version",              .type = FIELD_INT,    .flags = FIELD_READ_ONLY, AT(version)},
    {.name = "created_at",           .type = FIELD_TIME,   .flags = FIELD_READ_ONLY, AT(created_at)},
    {.name = "updated_at",           .type = FIELD_TIME,   .flags = FIELD_READ_ONLY, AT(updated_at)},
    /* The last OTHER_FIELDS are not stored in `listed`: they are long, or depend on caller and
     * query. The first PRIVATE_FIELDS of these are not in APARTMENT_PUBLIC. */
    {.name = "check_in_info",        .type = FIELD_OBJECT, .flags = FIELD_NULLABLE | FIELD_OMIT, AT(check_in_info), .table = &texts_body_fields},
    {.name = "check_in_info_hours",  .type = FIELD_INT,                              AT(check_in_info_hours), .min = 0, .max = 720},
    {.name = "description",          .type = FIELD_OBJECT, .flags = FIELD_NULLABLE | FIELD_DETAIL, AT(description), .table = &texts_body_fields},
    {.name = "address_kz",           .type = FIELD_TEXT,   .flags = FIELD_NULLABLE | FIELD_OMIT | FIELD_DETAIL, AT(address_kz), .min = 1, .max = 200},
    {.name = "address_en",           .type = FIELD_TEXT,   .flags = FIELD_NULLABLE | FIELD_OMIT | FIELD_DETAIL, AT(address_en), .min = 1, .max = 200},
    {.name = "house_rules",          .type = FIELD_OBJECT, .flags = FIELD_NULLABLE | FIELD_DETAIL, AT(house_rules), .table = &texts_body_fields},
    {.name = "total",                .type = FIELD_MONEY,  .flags = FIELD_READ_ONLY | FIELD_OMIT, AT(total)},
    {.name = "deposit",              .type = FIELD_MONEY,  .flags = FIELD_READ_ONLY | FIELD_OMIT, AT(deposit)},
    {.name = "free_until",           .type = FIELD_TIME,   .flags = FIELD_READ_ONLY | FIELD_OMIT, AT(free_until)},
    {.name = "distance_m",           .type = FIELD_INT,    .flags = FIELD_READ_ONLY | FIELD_OMIT, AT(distance_m)},
};
// clang-format on
const struct fields apartment_fields = FIELDS_CHECKED(items, struct apartment, apartment_check);

static const struct fields listed_fields = {items, ARRAY_LEN(items) - OTHER_FIELDS, 0, NULL};
#define LAST(n)                                                                                    \
    {                                                                                              \
        items + ARRAY_LEN(items) - (n), (n), 0, NULL                                               \
    }
static const struct fields other_fields[] = {
    [APARTMENT_PUBLIC] = LAST(OTHER_FIELDS - PRIVATE_FIELDS),
    [APARTMENT_PRIVATE] = LAST(OTHER_FIELDS),
};
#undef LAST

static void encode_shared_members(const struct apartment *apartment, struct buf *out)
{
    struct apartment shown = *apartment;

    shown.included_guests = apartment_included_guests(apartment);
    fields_encode_members(&listed_fields, &shown, false, true, out);
}

bool apartment_encode_stored_json(const struct apartment *apartment, struct arena *arena,
                                  struct slice *out, struct fault *fault)
{
    enum { MAX = 128 * 1024 };
    AUTO(buf_finish) struct buf text = BUF(MAX);

    encode_shared_members(apartment, &text);
    return buf_keep(&text, arena, out, fault);
}

bool apartment_row_encode_list(const struct field_texts *list, struct arena *arena,
                               struct slice *out, struct fault *fault)
{
    return fields_keep_texts(list, arena, out, fault);
}

void apartment_encode(const struct apartment *apartment, enum apartment_view view, bool in_list,
                      struct buf *out)
{
    buf_char(out, '{');
    if (apartment->listed.at != NULL)
        buf_slice(out, apartment->listed);
    else
        encode_shared_members(apartment, out);
    fields_encode_members(&other_fields[view], apartment, in_list, false, out);
    buf_char(out, '}');
}

enum { EVENT_MAX = 256 * 1024 };

bool apartment_record_event(struct change *change, const char *event,
                            const struct apartment *apartment, struct fault *fault)
{
    AUTO(buf_finish) struct buf text = BUF(EVENT_MAX);
    struct slice data;

    apartment_encode(apartment, APARTMENT_PUBLIC, false, &text);
    if (!buf_keep(&text, change->arena, &data, fault))
        return false;
    change_event(change, event, "apartment", &apartment->id, apartment->version, data);
    return true;
}

bool apartment_record_change(struct change *change, const char *event, const char *audit_action,
                             const struct apartment *apartment, struct fault *fault)
{
    if (!apartment_record_event(change, event, apartment, fault))
        return false;
    change_audit(change, audit_action, "apartment", &apartment->id, apartment->version);
    return true;
}
