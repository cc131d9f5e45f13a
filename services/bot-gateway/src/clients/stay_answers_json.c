// SPDX-License-Identifier: MIT
#include "clients/stay_answers_json.h"

#include "base/date.h"
#include "base/text.h"

#include "clients/stay_values_json.h"

enum {
    SLUG_MAX = 22,      /* bytes; a longer one would not fit a button */
    PHOTO_MAX = 500,    /* bytes of a URL; booking-api allows as many characters */
    DISTRICT_MAX = 200, /* UTF-16 units, like the limits below */
    TIME_MAX = 5,
    ABOUT_MAX = 3000
};

/* --- cities --- */

static const struct foreign_member city_members[] = {
    {"slug",         FOREIGN_TEXT,   offsetof(struct city, slug),         NULL,                    0},
    {"name",         FOREIGN_OBJECT, offsetof(struct city, name),         &stay_value_texts_table, 0},
    {"location/lat", FOREIGN_DOUBLE, offsetof(struct city, location.lat), NULL,                    0},
    {"location/lon", FOREIGN_DOUBLE, offsetof(struct city, location.lon), NULL,                    0},
};
static const struct foreign city_table = FOREIGN_OF(city_members, struct city);

bool stay_read_cities(struct slice body, struct arena *arena, struct stay_cities *out,
                      struct fault *fault)
{
    struct stay_value_page page;

    if (!stay_value_read_page(&city_table, STAY_CITIES_MAX, body, arena, &page, fault))
        return false;
    *out = (struct stay_cities){page.items.items, 0};
    for (size_t i = 0; i < page.items.count; i++) {
        struct city *city = &out->items[i];
        if (!stay_value_clean_texts(&city->name, STAY_TITLE_MAX, arena, fault))
            return false;
        if (text_is_slug(city->slug) && city->slug.len <= SLUG_MAX &&
            stay_value_has_text(&city->name))
            out->items[out->count++] = *city;
    }
    return true;
}

/* --- apartments --- */

// clang-format off
#define AT(member) offsetof(struct stay_apartment, member)
static const struct foreign_member apartment_members[] = {
    {"id",             FOREIGN_UUID,   AT(id),             NULL,                    0},
    {"title",          FOREIGN_OBJECT, AT(title),          &stay_value_texts_table, 0},
    {"city",           FOREIGN_TEXT,   AT(city),           NULL,                    0},
    {"district",       FOREIGN_TEXT,   AT(district),       NULL,                    0},
    {"rooms",          FOREIGN_INT,    AT(rooms),          NULL,                    0},
    {"max_guests",     FOREIGN_INT,    AT(max_guests),     NULL,                    0},
    {"min_nights",     FOREIGN_INT,    AT(min_nights),     NULL,                    0},
    {"amenities",      FOREIGN_TEXTS,  AT(amenities),      NULL,                    STAY_AMENITIES_MAX},
    {"photos",         FOREIGN_TEXTS,  AT(photos),         NULL,                    STAY_PHOTOS_MAX},
    {"total/amount",   FOREIGN_INT,    AT(total),          NULL,                    0},
    {"deposit/amount", FOREIGN_INT,    AT(deposit),        NULL,                    0},
    {"security_deposit/amount", FOREIGN_INT, AT(security_deposit), NULL,            0},
    {"free_until",     FOREIGN_TIME,   AT(free_until),     NULL,                    0},
    {"instant_book",   FOREIGN_RAW,    AT(instant_book),   NULL,                    0},
    {"check_in_time",  FOREIGN_TEXT,   AT(check_in_time),  NULL,                    0},
    {"check_out_time", FOREIGN_TEXT,   AT(check_out_time), NULL,                    0},
    {"location/lat",   FOREIGN_DOUBLE, AT(location.lat),   NULL,                    0},
    {"location/lon",   FOREIGN_DOUBLE, AT(location.lon),   NULL,                    0},
    {"description",    FOREIGN_OBJECT, AT(description),    &stay_value_texts_table, 0},
    {"house_rules",    FOREIGN_OBJECT, AT(house_rules),    &stay_value_texts_table, 0},
    {"why",            FOREIGN_OBJECT, AT(why),            &stay_value_texts_table, 0},
};
#undef AT
// clang-format on
static const struct foreign apartment_table = FOREIGN_OF(apartment_members, struct stay_apartment);

/* Omits URLs that are not https, which Telegram refuses, and those that are too long or malformed.
 */
static void omit_bad_photo_urls(struct foreign_list *photos)
{
    struct slice *urls = photos->items;
    size_t count = 0;

    for (size_t i = 0; i < photos->count; i++)
        if (slice_starts(urls[i], SLICE("https://")) && urls[i].len <= PHOTO_MAX &&
            !text_has_control(urls[i]))
            urls[count++] = urls[i];
    photos->count = count;
}

/* Returns `number` if it is from 1 to `max`; else 0, which means that it is absent. */
static int64_t number_up_to_max_or_0(int64_t number, int64_t max)
{
    return number > 0 && number <= max ? number : 0;
}

/* Cleans the texts, and sets values that cannot be used to absent. */
static bool clean_apartment(void *item, struct arena *arena, bool *is_complete, struct fault *fault)
{
    struct stay_apartment *apartment = item;
    int64_t *const sums[] = {&apartment->total, &apartment->deposit, &apartment->security_deposit};

    for (size_t i = 0; i < ARRAY_LEN(sums); i++)
        *sums[i] = stay_value_money_or_absent(*sums[i]);
    if (!text_is_slug(apartment->city))
        apartment->city = SLICE_NONE;
    apartment->max_guests = number_up_to_max_or_0(apartment->max_guests, STAY_GUESTS_MAX);
    apartment->min_nights = number_up_to_max_or_0(apartment->min_nights, STAY_NIGHTS_MAX);
    apartment->rooms = apartment->rooms > 0 ? apartment->rooms : FIELD_ABSENT;
    apartment->asks_owner = slice_is(apartment->instant_book, "false");
    omit_bad_photo_urls(&apartment->photos);
    if (apartment->photos.count > 0)
        apartment->photo = ((const struct slice *)apartment->photos.items)[0];
    if (!stay_value_clean_texts(&apartment->title, STAY_TITLE_MAX, arena, fault))
        return false;
    *is_complete = stay_value_has_text(&apartment->title);
    return stay_value_clean_texts(&apartment->why, STAY_WHY_MAX, arena, fault) &&
           stay_value_clean_texts(&apartment->description, ABOUT_MAX, arena, fault) &&
           stay_value_clean_texts(&apartment->house_rules, ABOUT_MAX, arena, fault) &&
           stay_clean_text(&apartment->check_in_time, TIME_MAX, arena, fault) &&
           stay_clean_text(&apartment->check_out_time, TIME_MAX, arena, fault) &&
           stay_clean_text(&apartment->district, DISTRICT_MAX, arena, fault);
}

static const struct stay_item apartment_item = {&apartment_table, clean_apartment,
                                                "an apartment without title"};

bool stay_read_apartments(struct slice body, struct arena *arena, struct stay_apartments *out,
                          struct fault *fault)
{
    struct stay_value_page page;

    if (!stay_value_read_complete_items(&apartment_item, STAY_APARTMENTS_MAX, body, arena, &page,
                                        fault))
        return false;
    *out = (struct stay_apartments){.items = page.items.items, .next = page.next};
    for (size_t i = 0; i < page.items.count; i++)
        if (!uuid_is_nil(&out->items[i].id) && out->items[i].total != FIELD_ABSENT)
            out->items[out->count++] = out->items[i];
    return true;
}

STAY_READ_ITEM(stay_read_apartment, struct stay_apartment, apartment_item)

bool stay_read_first_apartment(struct slice body, struct arena *arena, struct stay_apartment *out,
                               struct fault *fault)
{
    *out = (struct stay_apartment){.id = {{0}}};
    return stay_value_read_first_item(&apartment_item, body, out, arena, fault) &&
           (!stay_value_has_text(&out->title) || out->city.at != NULL ||
            stay_fail_bad_answer("an apartment without city", fault));
}

/* --- quotes --- */

#define AT(member) offsetof(struct stay_quote, member)
static const struct foreign_member quote_members[] = {
    {"lines",                   FOREIGN_LIST,   AT(lines.list), &stay_value_line_table,  STAY_LINES_MAX},
    {"id",                      FOREIGN_UUID,   AT(id),         NULL,                    0             },
    {"total/amount",            FOREIGN_INT,    AT(total),      NULL,                    0             },
    {"deposit/amount",          FOREIGN_INT,    AT(deposit),    NULL,                    0             },
    {"cancellation/text",       FOREIGN_OBJECT, AT(policy),     &stay_value_texts_table, 0             },
    {"cancellation/tiers",      FOREIGN_LIST,   AT(tiers),      &stay_value_tier_table,  STAY_TIERS_MAX},
    {"cancellation/free_until", FOREIGN_TIME,   AT(free_until), NULL,                    0             },
};
#undef AT
static const struct foreign quote_table = FOREIGN_OF(quote_members, struct stay_quote);

bool stay_read_quote(struct slice body, struct arena *arena, struct stay_quote *out,
                     struct fault *fault)
{
    if (!stay_value_read(&quote_table, body, out, arena, fault))
        return false;
    out->total = stay_value_money_or_absent(out->total);
    out->deposit = stay_value_money_or_absent(out->deposit);
    if (uuid_is_nil(&out->id) || out->total == FIELD_ABSENT)
        return stay_fail_bad_answer("a quote without id or total", fault);
    /* Tiers that have ended are omitted, but not the time. */
    if (out->free_until == FIELD_ABSENT)
        out->free_until = stay_value_free_cancel_until(&out->tiers);
    return stay_value_clean_texts(&out->policy, STAY_POLICY_MAX, arena, fault) &&
           stay_value_clean_lines(&out->lines, arena, fault);
}

/* --- refusals --- */

struct wire_refusal {
    struct slice code;
    struct foreign_list problems; /* struct slice: their codes */
    struct foreign_list others;
    struct foreign_list nights;
    struct uuid ride;
    struct uuid trip;
};

// clang-format off
static const struct foreign_member alternative_members[] = {
    {"apartment_id", FOREIGN_UUID, offsetof(struct stay_alternative, apartment), NULL, 0},
    {"check_in",     FOREIGN_DATE, offsetof(struct stay_alternative, check_in),  NULL, 0},
    {"check_out",    FOREIGN_DATE, offsetof(struct stay_alternative, check_out), NULL, 0},
    {"total/amount", FOREIGN_INT,  offsetof(struct stay_alternative, total),     NULL, 0},
};
static const struct foreign alternative_table = FOREIGN_OF(alternative_members, struct stay_alternative);

static const struct foreign_member refusal_members[] = {
    {"code",         FOREIGN_TEXT,  offsetof(struct wire_refusal, code),     NULL,               0},
    {"errors",       FOREIGN_LIST,  offsetof(struct wire_refusal, problems), &stay_value_problem_table, 1},
    {"alternatives", FOREIGN_LIST,  offsetof(struct wire_refusal, others),   &alternative_table, STAY_ALTERNATIVES_MAX},
    {"nights",       FOREIGN_TEXTS, offsetof(struct wire_refusal, nights),   NULL,               STAY_TAKEN_MAX},
    {"ride_id",      FOREIGN_UUID,  offsetof(struct wire_refusal, ride),     NULL,               0},
    {"trip_id",      FOREIGN_UUID,  offsetof(struct wire_refusal, trip),     NULL,               0},
};
static const struct foreign refusal_table = FOREIGN_OF(refusal_members, struct wire_refusal);
// clang-format on

/* Reads the nights of a refusal that are dates. Those of a refused quote are objects: omitted. */
static void read_taken_nights(const struct foreign_list *wire, struct stay_refusal *out)
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
    *out = (struct stay_refusal){.code = wire.code, .ride = wire.ride, .trip = wire.trip};
    if (wire.problems.count > 0)
        out->why = *(const struct slice *)wire.problems.items;
    read_taken_nights(&wire.nights, out);
    for (size_t i = 0; i < wire.others.count; i++) {
        struct stay_alternative *other = &out->others[out->other_count];
        *other = ((struct stay_alternative *)wire.others.items)[i];
        other->total = stay_value_money_or_absent(other->total);
        out->other_count += !uuid_is_nil(&other->apartment) && other->total != FIELD_ABSENT &&
                            stay_value_are_stay_dates(other->check_in, other->check_out);
    }
    return true;
}
