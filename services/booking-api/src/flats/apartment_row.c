// SPDX-License-Identifier: MIT
#include "flats/apartment_row.h"

#include "base/parse.h"

/* The flat, and the columns that are something else in C. All text is borrowed from the row. */
struct row {
    struct apartment flat;
    struct slice check_in_time;
    struct slice check_out_time;
    struct slice policy;
};

#define FLAT(type, member)                                                                         \
    {                                                                                              \
        type, offsetof(struct row, flat.member)                                                    \
    }
#define SIDE(member)                                                                               \
    {                                                                                              \
        DB_TEXT, offsetof(struct row, member)                                                      \
    }

/* In the order of APARTMENT_ROW. */
// clang-format off
static const struct db_column columns[] = {
    FLAT(DB_UUID, id), FLAT(DB_UUID, tenant_id), FLAT(DB_UUID, owner_id),
    FLAT(DB_TEXT, code), FLAT(DB_TEXT, title.ru), FLAT(DB_TEXT, title.kz), FLAT(DB_TEXT, title.en),
    FLAT(DB_TEXT, description.ru), FLAT(DB_TEXT, description.kz), FLAT(DB_TEXT, description.en),
    FLAT(DB_TEXT, city), FLAT(DB_TEXT, district), FLAT(DB_TEXT, address),
    FLAT(DB_DOUBLE, location.lat), FLAT(DB_DOUBLE, location.lon),
    FLAT(DB_INT, rooms), FLAT(DB_INT, max_guests), FLAT(DB_INT, included_guests),
    FLAT(DB_TEXT, amenities.json), FLAT(DB_TEXT, photos.json),
    FLAT(DB_INT, base_price), FLAT(DB_INT, weekend_price), FLAT(DB_INT, extra_guest_fee),
    FLAT(DB_INT, cleaning_fee), FLAT(DB_INT, prepayment_percent),
    FLAT(DB_INT, min_nights), FLAT(DB_INT, max_nights),
    SIDE(check_in_time), SIDE(check_out_time),
    FLAT(DB_INT, buffer_days), FLAT(DB_INT, advance_notice_hours), FLAT(DB_INT, booking_window_days),
    FLAT(DB_BOOL, instant_book), SIDE(policy), FLAT(DB_TEXT, timezone), FLAT(DB_BOOL, is_active),
    FLAT(DB_TEXT, check_in_info.ru), FLAT(DB_TEXT, check_in_info.kz), FLAT(DB_TEXT, check_in_info.en),
    FLAT(DB_INT, version), FLAT(DB_TIME, created_at), FLAT(DB_TIME, updated_at),
};

/* The members of struct apartment that borrow. */
static const size_t texts[] = {
    offsetof(struct apartment, code),
    offsetof(struct apartment, title.ru), offsetof(struct apartment, title.kz), offsetof(struct apartment, title.en),
    offsetof(struct apartment, description.ru), offsetof(struct apartment, description.kz), offsetof(struct apartment, description.en),
    offsetof(struct apartment, city), offsetof(struct apartment, district), offsetof(struct apartment, address),
    offsetof(struct apartment, timezone),
    offsetof(struct apartment, check_in_info.ru), offsetof(struct apartment, check_in_info.kz), offsetof(struct apartment, check_in_info.en),
};
// clang-format on
_Static_assert(sizeof columns / sizeof columns[0] == APARTMENT_ROW_COLUMNS, "APARTMENT_ROW");

/* One block for all text of the flat. */
static bool keep_texts(struct apartment *flat, struct arena *arena)
{
    enum { COUNT = sizeof texts / sizeof texts[0] };
    size_t size = 1;
    for (size_t i = 0; i < COUNT; i++)
        size += ((const struct slice *)(const void *)((const char *)flat + texts[i]))->len;
    char *block = arena_alloc(arena, size);
    if (block == NULL)
        return false;
    for (size_t i = 0; i < COUNT; i++) {
        struct slice *text = (struct slice *)(void *)((char *)flat + texts[i]);
        if (text->at == NULL)
            continue;
        memcpy(block, text->at, text->len);
        text->at = block;
        block += text->len;
    }
    return true;
}

/* A jsonb array of strings without escapes (a constraint of the table): ["a", "b"]. */
static bool keep_list(struct arena *arena, struct field_texts *list)
{
    const struct slice json = list->json;
    size_t quotes = 0;
    for (size_t i = 0; i < json.len; i++)
        quotes += json.at[i] == '"';
    struct slice copy = arena_copy(arena, json);
    struct slice *items = arena_alloc(arena, (quotes / 2 + 1) * sizeof(struct slice));
    if (copy.at == NULL || items == NULL)
        return false;
    size_t count = 0;
    const char *end = copy.at + copy.len;
    const char *open = memchr(copy.at, '"', copy.len);
    while (open != NULL) {
        const char *text = open + 1;
        const char *close = memchr(text, '"', (size_t)(end - text));
        if (close == NULL)
            break;
        items[count++] = (struct slice){text, (size_t)(close - text)};
        open = memchr(close + 1, '"', (size_t)(end - close - 1));
    }
    *list = (struct field_texts){.items = items, .count = count};
    return true;
}

static int32_t minutes_of(struct slice time)
{
    enum { HH_MM = 5 };
    int minutes = 0;
    if (time.len < HH_MM || !parse_time_of_day((struct slice){time.at, HH_MM}, &minutes))
        return 0;
    return minutes;
}

static int policy_of(struct slice name)
{
    for (int i = 0; apartment_policy_names[i] != NULL; i++) {
        if (slice_is(name, apartment_policy_names[i]))
            return i;
    }
    return POLICY_MODERATE;
}

void apartment_row_borrow(const struct db_rows *rows, int row, struct apartment *out)
{
    struct row read = {.flat = apartment_defaults()};
    db_row_read(rows, row, 0, columns, APARTMENT_ROW_COLUMNS, &read);
    read.flat.check_in_time = minutes_of(read.check_in_time);
    read.flat.check_out_time = minutes_of(read.check_out_time);
    read.flat.cancellation_policy = policy_of(read.policy);
    *out = read.flat;
}

bool apartment_row_read(const struct db_rows *rows, int row, struct arena *arena,
                        struct apartment *out, struct fault *fault)
{
    struct apartment flat;
    apartment_row_borrow(rows, row, &flat);
    if (!keep_texts(&flat, arena) || !keep_list(arena, &flat.amenities) ||
        !keep_list(arena, &flat.photos))
        return arena_fault(fault);
    *out = flat;
    return true;
}
