// SPDX-License-Identifier: MIT
#include "apartments/apartment_row.h"

// clang-format off
#define AT(member) offsetof(struct apartment, member)
static const struct db_column columns[] = {
    {DB_UUID,   AT(id),                   .name = "id"},
    {DB_UUID,   AT(tenant_id),            .name = "tenant_id"},
    {DB_UUID,   AT(owner_id),             .name = "owner_id", .flags = DB_WRITTEN},
    {DB_TEXT,   AT(code),                 .name = "code", .flags = DB_WRITTEN},
    {DB_TEXT,   AT(title.ru),             .name = "title_ru", .flags = DB_WRITTEN},
    {DB_TEXT,   AT(title.kz),             .name = "title_kz", .flags = DB_WRITTEN},
    {DB_TEXT,   AT(title.en),             .name = "title_en", .flags = DB_WRITTEN},
    {DB_TEXT,   AT(description.ru),       .name = "description_ru", .flags = DB_WRITTEN | DB_DETAIL},
    {DB_TEXT,   AT(description.kz),       .name = "description_kz", .flags = DB_WRITTEN | DB_DETAIL},
    {DB_TEXT,   AT(description.en),       .name = "description_en", .flags = DB_WRITTEN | DB_DETAIL},
    {DB_TEXT,   AT(house_rules.ru),       .name = "house_rules_ru", .flags = DB_WRITTEN | DB_DETAIL},
    {DB_TEXT,   AT(house_rules.kz),       .name = "house_rules_kz", .flags = DB_WRITTEN | DB_DETAIL},
    {DB_TEXT,   AT(house_rules.en),       .name = "house_rules_en", .flags = DB_WRITTEN | DB_DETAIL},
    {DB_TEXT,   AT(city),                 .name = "city", .flags = DB_WRITTEN},
    {DB_TEXT,   AT(district),             .name = "district", .flags = DB_WRITTEN},
    {DB_TEXT,   AT(address),              .name = "address", .flags = DB_WRITTEN},
    {DB_DOUBLE, AT(location.lat),         .name = "lat", .flags = DB_WRITTEN},
    {DB_DOUBLE, AT(location.lon),         .name = "lon", .flags = DB_WRITTEN},
    {DB_INT,    AT(rooms),                .name = "rooms", .flags = DB_WRITTEN},
    {DB_INT,    AT(max_guests),           .name = "max_guests", .flags = DB_WRITTEN},
    {DB_INT,    AT(included_guests),      .name = "included_guests",
     .sql = "CASE WHEN NOT a.included_follows_max THEN a.included_guests END"},
    {DB_TEXT,   AT(amenities.json),       .name = "amenities", .flags = DB_WRITTEN, .sql = "a.amenities::text"},
    {DB_TEXT,   AT(photos.json),          .name = "photos", .flags = DB_WRITTEN, .sql = "a.photos::text"},
    {DB_INT,    AT(base_price),           .name = "base_price", .flags = DB_WRITTEN},
    {DB_INT,    AT(weekend_price),        .name = "weekend_price", .flags = DB_WRITTEN},
    {DB_INT,    AT(extra_guest_fee),      .name = "extra_guest_fee", .flags = DB_WRITTEN},
    {DB_INT,    AT(cleaning_fee),         .name = "cleaning_fee", .flags = DB_WRITTEN},
    {DB_INT,    AT(security_deposit),     .name = "security_deposit", .flags = DB_WRITTEN},
    {DB_INT,    AT(prepayment_percent),   .name = "prepayment_percent", .flags = DB_WRITTEN},
    {DB_INT,    AT(min_nights),           .name = "min_nights", .flags = DB_WRITTEN},
    {DB_INT,    AT(max_nights),           .name = "max_nights", .flags = DB_WRITTEN},
    {DB_CLOCK,  AT(check_in_time),        .name = "check_in_time", .flags = DB_WRITTEN},
    {DB_CLOCK,  AT(check_out_time),       .name = "check_out_time", .flags = DB_WRITTEN},
    {DB_INT,    AT(buffer_days),          .name = "buffer_days", .flags = DB_WRITTEN},
    {DB_INT,    AT(advance_notice_hours), .name = "advance_notice_hours", .flags = DB_WRITTEN},
    {DB_INT,    AT(booking_window_days),  .name = "booking_window_days", .flags = DB_WRITTEN},
    {DB_BOOL,   AT(instant_book),         .name = "instant_book", .flags = DB_WRITTEN},
    {DB_NAME,   AT(cancellation_policy),  .name = "cancellation_policy", .flags = DB_WRITTEN, .names = apartment_policy_names},
    {DB_TEXT,   AT(timezone),             .name = "timezone", .flags = DB_WRITTEN},
    {DB_BOOL,   AT(is_active),            .name = "is_active", .flags = DB_WRITTEN},
    {DB_TEXT,   AT(check_in_info.ru),     .name = "check_in_info_ru", .flags = DB_WRITTEN},
    {DB_TEXT,   AT(check_in_info.kz),     .name = "check_in_info_kz", .flags = DB_WRITTEN},
    {DB_TEXT,   AT(check_in_info.en),     .name = "check_in_info_en", .flags = DB_WRITTEN},
    {DB_TEXT,   AT(address_kz),           .name = "address_kz", .flags = DB_WRITTEN | DB_DETAIL},
    {DB_TEXT,   AT(address_en),           .name = "address_en", .flags = DB_WRITTEN | DB_DETAIL},
    {DB_INT,    AT(check_in_info_hours),  .name = "check_in_info_hours", .flags = DB_WRITTEN},
    {DB_INT,    AT(version),              .name = "version"},
    {DB_TIME,   AT(created_at),           .name = "created_at"},
    {DB_TIME,   AT(updated_at),           .name = "updated_at"},
};
// clang-format on
_Static_assert(ARRAY_LEN(columns) <= APARTMENT_COLUMNS_MAX, "APARTMENT_COLUMNS_MAX");
const struct db_shape apartment_row_shape = DB_SHAPE(columns, "a");

static const char *find_quote_mark(const char *at, const char *end)
{
    return memchr(at, '"', (size_t)(end - at));
}

/* Splits list->json, such as ["a", "b"], into items. A constraint of the table excludes escapes. */
static bool split_json_list(struct arena *arena, struct field_texts *list)
{
    const char *end = list->json.at + list->json.len;
    size_t quotes = 0, count = 0;

    for (const char *at = find_quote_mark(list->json.at, end); at != NULL;
         at = find_quote_mark(at + 1, end))
        quotes++;
    struct slice *items = arena_alloc(arena, (quotes / 2 + 1) * sizeof(struct slice));
    if (items == NULL)
        return false;
    const char *text = find_quote_mark(list->json.at, end);
    for (; count < quotes / 2; count++) {
        const char *close = find_quote_mark(++text, end);
        items[count] = (struct slice){text, (size_t)(close - text)};
        text = find_quote_mark(close + 1, end);
    }
    *list = (struct field_texts){.items = items, .count = count};
    return true;
}

/* Reads the columns of a row; lists remain JSON. */
static void read_columns(const struct db_rows *rows, int row, struct apartment *out)
{
    *out = (struct apartment){
        .total = FIELD_ABSENT,
        .deposit = FIELD_ABSENT,
        .free_until = FIELD_ABSENT,
        .distance_m = FIELD_ABSENT,
        .local_day = FIELD_ABSENT32,
    };
    db_row_read(rows, row, 0, columns, apartment_row_shape.count, out);
}

struct apartment apartment_defaults(void)
{
    const struct db_rows none = {0};
    struct apartment apartment;

    read_columns(&none, 0, &apartment);
    apartment.prepayment_percent = 0;
    apartment.min_nights = 1;
    apartment.max_nights = 30;
    apartment.check_in_time = 14 * 60;
    apartment.check_out_time = 12 * 60;
    apartment.buffer_days = 0;
    apartment.advance_notice_hours = 0;
    apartment.booking_window_days = 365;
    apartment.instant_book = true;
    apartment.cancellation_policy = POLICY_MODERATE;
    apartment.timezone = SLICE("Asia/Almaty");
    apartment.is_active = true;
    apartment.check_in_info_hours = 24;
    return apartment;
}

bool apartment_row_read(const struct db_rows *rows, int row, struct arena *arena,
                        struct apartment *out, struct fault *fault)
{
    struct apartment apartment;

    read_columns(rows, row, &apartment);
    if (!split_json_list(arena, &apartment.amenities) || !split_json_list(arena, &apartment.photos))
        return arena_fault(fault);
    *out = apartment;
    return true;
}
