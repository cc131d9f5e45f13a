// SPDX-License-Identifier: MIT
#include "clients/stay_answers_json.h"

#include "base/text.h"

enum {
    PHOTO_MAX = 500,    /* bytes of a URL; booking-api allows as many characters */
    DISTRICT_MAX = 200, /* UTF-16 units, like the limits below */
    TIME_MAX = 5,
    ABOUT_MAX = 3000
};

/* --- apartments --- */

// clang-format off
#define AT(member) offsetof(struct stay_apartment, member)
static const struct foreign_member apartment_members[] = {
    {"id",             FOREIGN_UUID,   AT(id),             NULL,                    0},
    {"title",          FOREIGN_OBJECT, AT(title),          &answer_texts_table, 0},
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
    {"description",    FOREIGN_OBJECT, AT(description),    &answer_texts_table, 0},
    {"house_rules",    FOREIGN_OBJECT, AT(house_rules),    &answer_texts_table, 0},
    {"why",            FOREIGN_OBJECT, AT(why),            &answer_texts_table, 0},
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
        *sums[i] = answer_money_or_absent(*sums[i]);
    if (!text_is_slug(apartment->city))
        apartment->city = SLICE_NONE;
    apartment->max_guests = number_up_to_max_or_0(apartment->max_guests, STAY_GUESTS_MAX);
    apartment->min_nights = number_up_to_max_or_0(apartment->min_nights, STAY_NIGHTS_MAX);
    apartment->rooms = apartment->rooms > 0 ? apartment->rooms : FIELD_ABSENT;
    apartment->asks_owner = slice_is(apartment->instant_book, "false");
    omit_bad_photo_urls(&apartment->photos);
    if (apartment->photos.count > 0)
        apartment->photo = ((const struct slice *)apartment->photos.items)[0];
    if (!answer_clean_texts(&apartment->title, ANSWER_TITLE_MAX, arena, fault))
        return false;
    *is_complete = answer_has_text(&apartment->title);
    return answer_clean_texts(&apartment->why, STAY_WHY_MAX, arena, fault) &&
           answer_clean_texts(&apartment->description, ABOUT_MAX, arena, fault) &&
           answer_clean_texts(&apartment->house_rules, ABOUT_MAX, arena, fault) &&
           answer_clean_text(&apartment->check_in_time, TIME_MAX, arena, fault) &&
           answer_clean_text(&apartment->check_out_time, TIME_MAX, arena, fault) &&
           answer_clean_text(&apartment->district, DISTRICT_MAX, arena, fault);
}

static const struct answer_item apartment_item = {&apartment_table, clean_apartment,
                                                  "an apartment without title"};

bool stay_read_apartments(struct slice body, struct arena *arena, struct stay_apartments *out,
                          struct fault *fault)
{
    struct answer_page page;

    if (!answer_read_complete_items(&apartment_item, STAY_APARTMENTS_MAX, body, arena, &page,
                                    fault))
        return false;
    *out = (struct stay_apartments){.items = page.items.items, .next = page.next};
    for (size_t i = 0; i < page.items.count; i++)
        if (!uuid_is_nil(&out->items[i].id) && out->items[i].total != FIELD_ABSENT)
            out->items[out->count++] = out->items[i];
    return true;
}

ANSWER_READ_ITEM(stay_read_apartment, struct stay_apartment, apartment_item)

bool stay_read_first_apartment(struct slice body, struct arena *arena, struct stay_apartment *out,
                               struct fault *fault)
{
    *out = (struct stay_apartment){.id = {{0}}};
    return answer_read_first_item(&apartment_item, body, out, arena, fault) &&
           (!answer_has_text(&out->title) || out->city.at != NULL ||
            answer_fail_bad("an apartment without city", fault));
}

/* --- quotes --- */

#define AT(member) offsetof(struct stay_quote, member)
static const struct foreign_member quote_members[] = {
    {"lines",                   FOREIGN_LIST,   AT(lines.list), &stay_price_line_table, STAY_LINES_MAX},
    {"id",                      FOREIGN_UUID,   AT(id),         NULL,                   0             },
    {"total/amount",            FOREIGN_INT,    AT(total),      NULL,                   0             },
    {"deposit/amount",          FOREIGN_INT,    AT(deposit),    NULL,                   0             },
    {"cancellation/text",       FOREIGN_OBJECT, AT(policy),     &answer_texts_table,    0             },
    {"cancellation/tiers",      FOREIGN_LIST,   AT(tiers),      &stay_price_tier_table, STAY_TIERS_MAX},
    {"cancellation/free_until", FOREIGN_TIME,   AT(free_until), NULL,                   0             },
};
#undef AT
static const struct foreign quote_table = FOREIGN_OF(quote_members, struct stay_quote);

bool stay_read_quote(struct slice body, struct arena *arena, struct stay_quote *out,
                     struct fault *fault)
{
    if (!answer_read(&quote_table, body, out, arena, fault))
        return false;
    out->total = answer_money_or_absent(out->total);
    out->deposit = answer_money_or_absent(out->deposit);
    if (uuid_is_nil(&out->id) || out->total == FIELD_ABSENT)
        return answer_fail_bad("a quote without id or total", fault);
    /* Tiers that have ended are omitted, but not the time. */
    if (out->free_until == FIELD_ABSENT)
        out->free_until = stay_price_free_cancel_until(&out->tiers);
    return answer_clean_texts(&out->policy, ANSWER_POLICY_MAX, arena, fault) &&
           stay_price_clean_lines(&out->lines, arena, fault);
}
