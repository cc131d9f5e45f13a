// SPDX-License-Identifier: MIT
#include "clients/answers_json.h"

#include "base/date.h"
#include "base/text.h"

enum { SLUG_MAX = 22 /* bytes; a longer one would not fit a button */ };

/* --- cities --- */

static const struct foreign_member city_members[] = {
    {"slug",         FOREIGN_TEXT,   offsetof(struct city, slug),         NULL,                0},
    {"name",         FOREIGN_OBJECT, offsetof(struct city, name),         &answer_texts_table, 0},
    {"location/lat", FOREIGN_DOUBLE, offsetof(struct city, location.lat), NULL,                0},
    {"location/lon", FOREIGN_DOUBLE, offsetof(struct city, location.lon), NULL,                0},
};
static const struct foreign city_table = FOREIGN_OF(city_members, struct city);

bool answer_read_cities(struct slice body, struct arena *arena, struct answer_cities *out,
                        struct fault *fault)
{
    struct answer_page page;

    if (!answer_read_page(&city_table, ANSWER_CITIES_MAX, body, arena, &page, fault))
        return false;
    *out = (struct answer_cities){page.items.items, 0};
    for (size_t i = 0; i < page.items.count; i++) {
        struct city *city = &out->items[i];
        if (!answer_clean_texts(&city->name, ANSWER_TITLE_MAX, arena, fault))
            return false;
        if (text_is_slug(city->slug) && city->slug.len <= SLUG_MAX && answer_has_text(&city->name))
            out->items[out->count++] = *city;
    }
    return true;
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
    {"apartment_id", FOREIGN_UUID, offsetof(struct answer_alternative, apartment), NULL, 0},
    {"check_in",     FOREIGN_DATE, offsetof(struct answer_alternative, check_in),  NULL, 0},
    {"check_out",    FOREIGN_DATE, offsetof(struct answer_alternative, check_out), NULL, 0},
    {"total/amount", FOREIGN_INT,  offsetof(struct answer_alternative, total),     NULL, 0},
};
static const struct foreign alternative_table = FOREIGN_OF(alternative_members, struct answer_alternative);

static const struct foreign_member refusal_members[] = {
    {"code",         FOREIGN_TEXT,  offsetof(struct wire_refusal, code),     NULL,               0},
    {"errors",       FOREIGN_LIST,  offsetof(struct wire_refusal, problems), &answer_problem_table, 1},
    {"alternatives", FOREIGN_LIST,  offsetof(struct wire_refusal, others),   &alternative_table, ANSWER_ALTERNATIVES_MAX},
    {"nights",       FOREIGN_TEXTS, offsetof(struct wire_refusal, nights),   NULL,               ANSWER_TAKEN_MAX},
    {"ride_id",      FOREIGN_UUID,  offsetof(struct wire_refusal, ride),     NULL,               0},
    {"trip_id",      FOREIGN_UUID,  offsetof(struct wire_refusal, trip),     NULL,               0},
};
static const struct foreign refusal_table = FOREIGN_OF(refusal_members, struct wire_refusal);
// clang-format on

/* Reads the nights of a refusal that are dates. Those of a refused quote are objects: omitted. */
static void read_taken_nights(const struct foreign_list *wire, struct answer_refusal *out)
{
    const struct slice *nights = wire->items;

    for (size_t i = 0; i < wire->count; i++)
        out->taken_count += date_parse(nights[i], &out->taken[out->taken_count]);
    out->more_taken = wire->left_out > 0;
}

bool answer_read_refusal(struct slice body, struct arena *arena, struct answer_refusal *out,
                         struct fault *fault)
{
    struct wire_refusal wire;

    if (!answer_read(&refusal_table, body, &wire, arena, fault))
        return false;
    *out = (struct answer_refusal){.code = wire.code, .ride = wire.ride, .trip = wire.trip};
    if (wire.problems.count > 0)
        out->why = *(const struct slice *)wire.problems.items;
    read_taken_nights(&wire.nights, out);
    for (size_t i = 0; i < wire.others.count; i++) {
        struct answer_alternative *other = &out->others[out->other_count];
        *other = ((struct answer_alternative *)wire.others.items)[i];
        other->total = answer_money_or_absent(other->total);
        out->other_count += !uuid_is_nil(&other->apartment) && other->total != FIELD_ABSENT &&
                            answer_are_dates(other->check_in, other->check_out);
    }
    return true;
}

/* --- cancelling --- */

static const struct foreign_member cancelling_members[] = {
    {"refund/amount", FOREIGN_INT,  offsetof(struct answer_cancelling, refund), NULL, 0},
    {"fee/amount",    FOREIGN_INT,  offsetof(struct answer_cancelling, fee),    NULL, 0},
    {"fault",         FOREIGN_TEXT, offsetof(struct answer_cancelling, fault),  NULL, 0},
};
static const struct foreign cancelling_table =
    FOREIGN_OF(cancelling_members, struct answer_cancelling);

bool answer_read_cancel_preview(struct slice body, struct arena *arena,
                                struct answer_cancelling *out, struct fault *fault)
{
    return answer_read(&cancelling_table, body, out, arena, fault) &&
           ((answer_money_or_absent(out->refund) != FIELD_ABSENT &&
             answer_money_or_absent(out->fee) != FIELD_ABSENT) ||
            answer_fail_bad("a preview without refund or fee", fault));
}
