// SPDX-License-Identifier: MIT
#include "clients/stay_answers_json.h"

#include "base/date.h"
#include "base/text.h"

#include "clients/stay_values_json.h"

enum {
    SLUG_MAX = 22,      /* bytes; a longer one would not fit a button */
    PHOTO_MAX = 500,    /* bytes, as booking-api's characters of a URL */
    DISTRICT_MAX = 200, /* UTF-16 units, as all that follow */
    TIME_MAX = 5,
    ABOUT_MAX = 3000
};

/* --- cities --- */

// clang-format off
static const struct foreign_member city_members[] = {
    {"slug",         FOREIGN_TEXT,   offsetof(struct stay_city, slug),         NULL,                    0},
    {"name",         FOREIGN_OBJECT, offsetof(struct stay_city, name),         &stay_value_texts_table, 0},
    {"location/lat", FOREIGN_DOUBLE, offsetof(struct stay_city, location.lat), NULL,                    0},
    {"location/lon", FOREIGN_DOUBLE, offsetof(struct stay_city, location.lon), NULL,                    0},
};
static const struct foreign city_table = FOREIGN_OF(city_members, struct stay_city);

static const struct foreign_member cities_members[] = {
    {"items", FOREIGN_LIST, offsetof(struct stay_value_list, items), &city_table, STAY_CITIES_MAX},
};
static const struct foreign cities_table = FOREIGN_OF(cities_members, struct stay_value_list);
// clang-format on

bool stay_read_cities(struct slice body, struct arena *arena, struct stay_cities *out,
                      struct fault *fault)
{
    struct stay_value_list wire;
    struct stay_cities cities = {NULL, 0};

    if (!stay_value_read(&cities_table, body, &wire, arena, fault))
        return false;
    if (wire.items.items == NULL)
        return stay_bad_answer("cities without items", fault);
    cities.items = wire.items.items;
    for (size_t i = 0; i < wire.items.count; i++) {
        struct stay_city *city = &cities.items[i];
        if (!stay_value_clean(&city->name, STAY_TITLE_MAX, arena, fault))
            return false;
        if (text_is_slug(city->slug) && city->slug.len <= SLUG_MAX &&
            stay_value_has_words(&city->name))
            cities.items[cities.count++] = *city;
    }
    *out = cities;
    return true;
}

/* --- apartments --- */

struct wire_apartment {
    struct slice id;
    struct texts title;
    struct slice city;
    struct slice district;
    int64_t rooms;
    int64_t max_guests;
    int64_t min_nights;
    struct foreign_list photos;
    struct foreign_list amenities;
    int64_t total, deposit, security_deposit;
    struct slice free_until, instant_book, check_in_time, check_out_time;
    struct field_geo location;
    struct texts why, description, house_rules;
};

// clang-format off
static const struct foreign_member apartment_members[] = {
    {"id",           FOREIGN_TEXT,   offsetof(struct wire_apartment, id),         NULL,                    0},
    {"title",        FOREIGN_OBJECT, offsetof(struct wire_apartment, title),      &stay_value_texts_table, 0},
    {"city",         FOREIGN_TEXT,   offsetof(struct wire_apartment, city),       NULL,                    0},
    {"district",     FOREIGN_TEXT,   offsetof(struct wire_apartment, district),   NULL,                    0},
    {"rooms",        FOREIGN_INT,    offsetof(struct wire_apartment, rooms),      NULL,                    0},
    {"max_guests",   FOREIGN_INT,    offsetof(struct wire_apartment, max_guests), NULL,                    0},
    {"min_nights",   FOREIGN_INT,    offsetof(struct wire_apartment, min_nights), NULL,                    0},
    {"amenities",    FOREIGN_TEXTS,  offsetof(struct wire_apartment, amenities),  NULL,                    STAY_AMENITIES_MAX},
    {"photos",       FOREIGN_TEXTS,  offsetof(struct wire_apartment, photos),     NULL,                    STAY_PHOTOS_MAX},
    {"total/amount", FOREIGN_INT,    offsetof(struct wire_apartment, total),      NULL,                    0},
    {"deposit/amount",          FOREIGN_INT, offsetof(struct wire_apartment, deposit),          NULL, 0},
    {"security_deposit/amount", FOREIGN_INT, offsetof(struct wire_apartment, security_deposit), NULL, 0},
    {"free_until",     FOREIGN_TEXT,   offsetof(struct wire_apartment, free_until),     NULL,                    0},
    {"instant_book",   FOREIGN_RAW,    offsetof(struct wire_apartment, instant_book),   NULL,                    0},
    {"check_in_time",  FOREIGN_TEXT,   offsetof(struct wire_apartment, check_in_time),  NULL,                    0},
    {"check_out_time", FOREIGN_TEXT,   offsetof(struct wire_apartment, check_out_time), NULL,                    0},
    {"location/lat",   FOREIGN_DOUBLE, offsetof(struct wire_apartment, location.lat),   NULL,                    0},
    {"location/lon",   FOREIGN_DOUBLE, offsetof(struct wire_apartment, location.lon),   NULL,                    0},
    {"description",    FOREIGN_OBJECT, offsetof(struct wire_apartment, description),    &stay_value_texts_table, 0},
    {"house_rules",    FOREIGN_OBJECT, offsetof(struct wire_apartment, house_rules),    &stay_value_texts_table, 0},
    {"why",          FOREIGN_OBJECT, offsetof(struct wire_apartment, why),        &stay_value_texts_table, 0},
};
static const struct foreign apartment_table = FOREIGN_OF(apartment_members, struct wire_apartment);

struct apartments {
    struct foreign_list items;
    struct slice next;
};
static const struct foreign_member apartments_members[] = {
    {"items",       FOREIGN_LIST, offsetof(struct apartments, items), &apartment_table, STAY_APARTMENTS_MAX},
    {"next_cursor", FOREIGN_TEXT, offsetof(struct apartments, next),  NULL,        0},
};
static const struct foreign apartments_table = FOREIGN_OF(apartments_members, struct apartments);
// clang-format on

/* Keeps the URLs that Telegram may fetch: it refuses others than https. */
static struct field_list read_photos(const struct foreign_list *photos)
{
    struct slice *urls = photos->items;
    size_t count = 0;

    for (size_t i = 0; i < photos->count; i++)
        if (slice_starts(urls[i], SLICE("https://")) && urls[i].len <= PHOTO_MAX &&
            !text_has_control(urls[i]))
            urls[count++] = urls[i];
    return (struct field_list){urls, count};
}

/* The number if it is from 1 to `most`; else 0, for an absent one. */
static int64_t up_to(int64_t number, int64_t most)
{
    return number > 0 && number <= most ? number : 0;
}

static bool read_apartment(struct wire_apartment *wire, struct arena *arena,
                           struct stay_apartment *out, struct fault *fault)
{
    *out = (struct stay_apartment){
        .id = stay_value_id(wire->id),
        .title = wire->title,
        .city = text_is_slug(wire->city) ? wire->city : SLICE_NONE,
        .district = wire->district,
        .max_guests = up_to(wire->max_guests, STAY_GUESTS_MAX),
        .min_nights = up_to(wire->min_nights, STAY_NIGHTS_MAX),
        .rooms = wire->rooms > 0 ? wire->rooms : FIELD_ABSENT,
        .photos = read_photos(&wire->photos),
        .amenities = {wire->amenities.items, wire->amenities.count},
        .total = stay_value_check_money(wire->total),
        .deposit = stay_value_check_money(wire->deposit),
        .free_until = stay_value_read_time(wire->free_until),
        .security_deposit = stay_value_check_money(wire->security_deposit),
        .asks_owner = slice_is(wire->instant_book, "false"),
        .check_in_time = wire->check_in_time,
        .check_out_time = wire->check_out_time,
        .location = wire->location,
        .description = wire->description,
        .house_rules = wire->house_rules,
        .why = wire->why
    };
    if (out->photos.count > 0)
        out->photo = ((const struct slice *)out->photos.items)[0];
    return stay_value_clean(&out->title, STAY_TITLE_MAX, arena, fault) &&
           stay_value_clean(&out->why, STAY_WHY_MAX, arena, fault) &&
           stay_value_clean(&out->description, ABOUT_MAX, arena, fault) &&
           stay_value_clean(&out->house_rules, ABOUT_MAX, arena, fault) &&
           stay_clean(&out->check_in_time, TIME_MAX, arena, fault) &&
           stay_clean(&out->check_out_time, TIME_MAX, arena, fault) &&
           stay_clean(&out->district, DISTRICT_MAX, arena, fault);
}

bool stay_read_apartments(struct slice body, struct arena *arena, struct stay_apartments *out,
                          struct fault *fault)
{
    struct apartments wire;
    struct stay_apartments apartments = {.count = 0};

    if (!stay_value_read(&apartments_table, body, &wire, arena, fault))
        return false;
    if (wire.items.items == NULL)
        return stay_bad_answer("apartments without items", fault);
    for (size_t i = 0; i < wire.items.count; i++) {
        struct stay_apartment *apartment = &apartments.items[apartments.count];
        if (!read_apartment((struct wire_apartment *)wire.items.items + i, arena, apartment, fault))
            return false;
        apartments.count += !uuid_is_nil(&apartment->id) &&
                            stay_value_has_words(&apartment->title) &&
                            apartment->total != FIELD_ABSENT;
    }
    apartments.next = stay_value_read_cursor(wire.next);
    *out = apartments;
    return true;
}

bool stay_read_apartment(struct slice body, struct arena *arena, struct stay_apartment *out,
                         struct fault *fault)
{
    struct wire_apartment wire;
    struct stay_apartment apartment;

    if (!stay_value_read(&apartment_table, body, &wire, arena, fault) ||
        !read_apartment(&wire, arena, &apartment, fault))
        return false;
    if (!stay_value_has_words(&apartment.title))
        return stay_bad_answer("an apartment without title", fault);
    *out = apartment;
    return true;
}

bool stay_read_first_apartment(struct slice body, struct arena *arena, struct stay_apartment *out,
                               struct fault *fault)
{
    struct apartments wire;
    struct stay_apartment apartment = {.id = {{0}}};

    if (!stay_value_read(&apartments_table, body, &wire, arena, fault))
        return false;
    if (wire.items.items == NULL)
        return stay_bad_answer("apartments without items", fault);
    if (wire.items.count > 0 && !read_apartment(wire.items.items, arena, &apartment, fault))
        return false;
    if (wire.items.count > 0 &&
        (!stay_value_has_words(&apartment.title) || apartment.city.at == NULL))
        return stay_bad_answer("an apartment without title or city", fault);
    *out = apartment;
    return true;
}

/* --- quotes --- */

struct wire_quote {
    struct foreign_list lines;
    struct slice id;
    int64_t total;
    int64_t deposit;
    struct stay_value_cancellation cancellation;
};

// clang-format off
static const struct foreign_member quote_members[] = {
    {"lines",          FOREIGN_LIST,   offsetof(struct wire_quote, lines),        &stay_value_line_table,         STAY_LINES_MAX},
    {"id",             FOREIGN_TEXT,   offsetof(struct wire_quote, id),           NULL,                           0},
    {"total/amount",   FOREIGN_INT,    offsetof(struct wire_quote, total),        NULL,                           0},
    {"deposit/amount", FOREIGN_INT,    offsetof(struct wire_quote, deposit),      NULL,                           0},
    {"cancellation",   FOREIGN_OBJECT, offsetof(struct wire_quote, cancellation), &stay_value_cancellation_table, 0},
};
static const struct foreign quote_table = FOREIGN_OF(quote_members, struct wire_quote);
// clang-format on

bool stay_read_quote(struct slice body, struct arena *arena, struct stay_quote *out,
                     struct fault *fault)
{
    struct wire_quote wire;

    if (!stay_value_read(&quote_table, body, &wire, arena, fault))
        return false;
    const struct uuid id = stay_value_id(wire.id);
    if (uuid_is_nil(&id) || stay_value_check_money(wire.total) == FIELD_ABSENT)
        return stay_bad_answer("a quote without id or total", fault);
    struct texts policy = wire.cancellation.text;
    if (!stay_value_clean(&policy, STAY_POLICY_MAX, arena, fault))
        return false;
    struct stay_lines lines;
    if (!stay_value_read_lines(&wire.lines, arena, &lines, fault))
        return false;
    *out = (struct stay_quote){.id = id,
                               .total = stay_value_check_money(wire.total),
                               .deposit = stay_value_check_money(wire.deposit),
                               .free_until = stay_value_free_until(&wire.cancellation),
                               .policy = policy,
                               .lines = lines};
    return true;
}

/* --- refusals --- */

struct wire_alternative {
    struct slice apartment;
    struct slice check_in;
    struct slice check_out;
    int64_t total;
};
struct wire_problem {
    struct slice code;
};
struct wire_refusal {
    struct slice code;
    struct foreign_list problems;
    struct foreign_list others;
    struct foreign_list nights;
};

// clang-format off
static const struct foreign_member alternative_members[] = {
    {"apartment_id", FOREIGN_TEXT, offsetof(struct wire_alternative, apartment), NULL, 0},
    {"check_in",     FOREIGN_TEXT, offsetof(struct wire_alternative, check_in),  NULL, 0},
    {"check_out",    FOREIGN_TEXT, offsetof(struct wire_alternative, check_out), NULL, 0},
    {"total/amount", FOREIGN_INT,  offsetof(struct wire_alternative, total),     NULL, 0},
};
static const struct foreign alternative_table = FOREIGN_OF(alternative_members, struct wire_alternative);

static const struct foreign_member problem_members[] = {
    {"code", FOREIGN_TEXT, offsetof(struct wire_problem, code), NULL, 0},
};
static const struct foreign problem_table = FOREIGN_OF(problem_members, struct wire_problem);

static const struct foreign_member refusal_members[] = {
    {"code",         FOREIGN_TEXT,  offsetof(struct wire_refusal, code),     NULL,               0},
    {"errors",       FOREIGN_LIST,  offsetof(struct wire_refusal, problems), &problem_table,     1},
    {"alternatives", FOREIGN_LIST,  offsetof(struct wire_refusal, others),   &alternative_table, STAY_ALTERNATIVES_MAX},
    {"nights",       FOREIGN_TEXTS, offsetof(struct wire_refusal, nights),   NULL,               STAY_TAKEN_MAX},
};
static const struct foreign refusal_table = FOREIGN_OF(refusal_members, struct wire_refusal);
// clang-format on

/* Reads the nights of a refusal. In a refused quote they are objects, which are not read here. */
static void take_nights(const struct foreign_list *wire, struct stay_refusal *out)
{
    const struct slice *nights = wire->items;

    for (size_t i = 0; i < wire->count; i++)
        out->taken_count += date_parse(nights[i], &out->taken[out->taken_count]);
    out->more_taken = wire->left_out > 0;
}

bool stay_read_refusal(struct slice body, struct arena *arena, struct stay_refusal *out,
                       struct fault *fault)
{
    struct wire_refusal wire;

    if (!stay_value_read(&refusal_table, body, &wire, arena, fault))
        return false;
    struct stay_refusal refusal = {.code = wire.code};
    if (wire.problems.count > 0)
        refusal.why = ((const struct wire_problem *)wire.problems.items)->code;
    take_nights(&wire.nights, &refusal);
    for (size_t i = 0; i < wire.others.count; i++) {
        const struct wire_alternative *given = (struct wire_alternative *)wire.others.items + i;
        struct stay_alternative *other = &refusal.others[refusal.other_count];
        other->apartment = stay_value_id(given->apartment);
        other->total = stay_value_check_money(given->total);
        refusal.other_count += !uuid_is_nil(&other->apartment) && other->total != FIELD_ABSENT &&
                               stay_value_read_nights(given->check_in, given->check_out,
                                                      &other->check_in, &other->check_out);
    }
    *out = refusal;
    return true;
}
