// SPDX-License-Identifier: MIT
#include "dialogues/stay_answers_json.h"

#include "base/date.h"
#include "base/parse.h"
#include "base/text.h"
#include "json/foreign.h"

enum {
    SLUG_MAX = 22, /* bytes; a longer one would not fit a button */
    CODE_MAX = 16, /* UTF-16 units, as all that follow */
    DISTRICT_MAX = 200,
    LABEL_MAX = 64,
    POLICY_MAX = 500,
    PAYMENT_MAX = 300,
    ENTRY_MAX = 3000
};

/* --- values --- */

bool stay_bad_answer(const char *what, struct fault *fault)
{
    return fault_set(fault, FAULT_INTERNAL, "bad_answer", "booking-api: %s.", what);
}

static bool read_answer(const struct foreign *table, struct slice body, void *out,
                        struct arena *arena, struct fault *fault)
{
    if (foreign_read(table, body, out, arena, fault))
        return true;
    return fault->kind != FAULT_UNAVAILABLE && stay_bad_answer("no JSON object", fault);
}

static bool clean_texts(struct texts *texts, size_t units, struct arena *arena, struct fault *fault)
{
    return stay_clean(&texts->ru, units, arena, fault) &&
           stay_clean(&texts->kz, units, arena, fault) &&
           stay_clean(&texts->en, units, arena, fault);
}

static bool has_words(const struct texts *texts)
{
    return texts->ru.at != NULL || texts->kz.at != NULL || texts->en.at != NULL;
}

struct money {
    int64_t amount;
};

/* Whole tenge. */
static int64_t read_money(const struct money *money)
{
    const bool good =
        money->amount >= 0 && money->amount <= STAY_MONEY_MAX && money->amount % 100 == 0;
    return good ? money->amount : FIELD_ABSENT;
}

static struct uuid read_id(struct slice text)
{
    struct uuid id;
    return uuid_parse(text, &id) ? id : (struct uuid){0};
}

static int64_t read_time(struct slice text)
{
    int64_t time;
    return parse_timestamp(text, &time) ? time : FIELD_ABSENT;
}

/* False where these are no nights. */
static bool read_nights(struct slice from, struct slice to, int32_t *check_in, int32_t *check_out)
{
    return date_parse(from, check_in) && date_parse(to, check_out) && *check_in < *check_out;
}

// clang-format off
static const struct foreign_member money_members[] = {
    {"amount", FOREIGN_INT, offsetof(struct money, amount), NULL, 0},
};
static const struct foreign money_table = FOREIGN_OF(money_members, struct money);

static const struct foreign_member texts_members[] = {
    {"ru", FOREIGN_TEXT, offsetof(struct texts, ru), NULL, 0},
    {"kz", FOREIGN_TEXT, offsetof(struct texts, kz), NULL, 0},
    {"en", FOREIGN_TEXT, offsetof(struct texts, en), NULL, 0},
};
static const struct foreign texts_table = FOREIGN_OF(texts_members, struct texts);
// clang-format on

struct list {
    struct foreign_list items;
};

/* --- cities --- */

// clang-format off
static const struct foreign_member location_members[] = {
    {"lat", FOREIGN_DOUBLE, offsetof(struct field_geo, lat), NULL, 0},
    {"lon", FOREIGN_DOUBLE, offsetof(struct field_geo, lon), NULL, 0},
};
static const struct foreign location_table = FOREIGN_OF(location_members, struct field_geo);

static const struct foreign_member city_members[] = {
    {"slug",     FOREIGN_TEXT,   offsetof(struct stay_city, slug),     NULL,            0},
    {"name",     FOREIGN_OBJECT, offsetof(struct stay_city, name),     &texts_table,    0},
    {"location", FOREIGN_OBJECT, offsetof(struct stay_city, location), &location_table, 0},
};
static const struct foreign city_table = FOREIGN_OF(city_members, struct stay_city);

static const struct foreign_member cities_members[] = {
    {"items", FOREIGN_LIST, offsetof(struct list, items), &city_table, STAY_CITIES_MAX},
};
static const struct foreign cities_table = FOREIGN_OF(cities_members, struct list);
// clang-format on

bool stay_read_cities(struct slice body, struct arena *arena, struct stay_cities *out,
                      struct fault *fault)
{
    struct list wire;
    struct stay_cities cities = {NULL, 0};

    if (!read_answer(&cities_table, body, &wire, arena, fault))
        return false;
    if (wire.items.items == NULL)
        return stay_bad_answer("cities without items", fault);
    cities.items = wire.items.items;
    for (size_t i = 0; i < wire.items.count; i++) {
        struct stay_city *city = &cities.items[i];
        if (!clean_texts(&city->name, STAY_TITLE_MAX, arena, fault))
            return false;
        if (text_is_slug(city->slug) && city->slug.len <= SLUG_MAX && has_words(&city->name))
            cities.items[cities.count++] = *city;
    }
    *out = cities;
    return true;
}

/* --- flats --- */

struct wire_flat {
    struct slice id;
    struct texts title;
    struct slice city;
    struct slice district;
    int64_t rooms;
    struct money total;
};

// clang-format off
static const struct foreign_member flat_members[] = {
    {"id",       FOREIGN_TEXT,   offsetof(struct wire_flat, id),       NULL,         0},
    {"title",    FOREIGN_OBJECT, offsetof(struct wire_flat, title),    &texts_table, 0},
    {"city",     FOREIGN_TEXT,   offsetof(struct wire_flat, city),     NULL,         0},
    {"district", FOREIGN_TEXT,   offsetof(struct wire_flat, district), NULL,         0},
    {"rooms",    FOREIGN_INT,    offsetof(struct wire_flat, rooms),    NULL,         0},
    {"total",    FOREIGN_OBJECT, offsetof(struct wire_flat, total),    &money_table, 0},
};
static const struct foreign flat_table = FOREIGN_OF(flat_members, struct wire_flat);

static const struct foreign_member flats_members[] = {
    {"items", FOREIGN_LIST, offsetof(struct list, items), &flat_table, STAY_FLATS_MAX},
};
static const struct foreign flats_table = FOREIGN_OF(flats_members, struct list);
// clang-format on

static bool take_flat(struct wire_flat *wire, struct arena *arena, struct stay_flat *out,
                      struct fault *fault)
{
    *out = (struct stay_flat){
        .id = read_id(wire->id),
        .title = wire->title,
        .city = text_is_slug(wire->city) ? wire->city : (struct slice){NULL, 0},
        .district = wire->district,
        .rooms = wire->rooms > 0 ? wire->rooms : FIELD_ABSENT,
        .total = read_money(&wire->total)
    };
    return clean_texts(&out->title, STAY_TITLE_MAX, arena, fault) &&
           stay_clean(&out->district, DISTRICT_MAX, arena, fault);
}

bool stay_read_flats(struct slice body, struct arena *arena, struct stay_flats *out,
                     struct fault *fault)
{
    struct list wire;
    struct stay_flats flats = {.count = 0};

    if (!read_answer(&flats_table, body, &wire, arena, fault))
        return false;
    if (wire.items.items == NULL)
        return stay_bad_answer("flats without items", fault);
    for (size_t i = 0; i < wire.items.count; i++) {
        struct stay_flat *flat = &flats.items[flats.count];
        if (!take_flat((struct wire_flat *)wire.items.items + i, arena, flat, fault))
            return false;
        flats.count +=
            !uuid_is_nil(&flat->id) && has_words(&flat->title) && flat->total != FIELD_ABSENT;
    }
    *out = flats;
    return true;
}

bool stay_read_flat(struct slice body, struct arena *arena, struct stay_flat *out,
                    struct fault *fault)
{
    struct wire_flat wire;
    struct stay_flat flat;

    if (!read_answer(&flat_table, body, &wire, arena, fault) ||
        !take_flat(&wire, arena, &flat, fault))
        return false;
    if (!has_words(&flat.title))
        return stay_bad_answer("a flat without title", fault);
    *out = flat;
    return true;
}

bool stay_read_found(struct slice body, struct arena *arena, struct stay_flat *out,
                     struct fault *fault)
{
    struct list wire;
    struct stay_flat flat = {.id = {{0}}};

    if (!read_answer(&flats_table, body, &wire, arena, fault))
        return false;
    if (wire.items.items == NULL)
        return stay_bad_answer("flats without items", fault);
    if (wire.items.count > 0 && !take_flat(wire.items.items, arena, &flat, fault))
        return false;
    if (wire.items.count > 0 && (!has_words(&flat.title) || flat.city.at == NULL))
        return stay_bad_answer("a flat without title or city", fault);
    *out = flat;
    return true;
}

/* --- quotes --- */

struct wire_cancellation {
    struct texts text;
};
struct wire_quote {
    struct slice id;
    struct money total;
    struct money deposit;
    struct wire_cancellation cancellation;
};

// clang-format off
static const struct foreign_member cancellation_members[] = {
    {"text", FOREIGN_OBJECT, offsetof(struct wire_cancellation, text), &texts_table, 0},
};
static const struct foreign cancellation_table = FOREIGN_OF(cancellation_members, struct wire_cancellation);

static const struct foreign_member quote_members[] = {
    {"id",           FOREIGN_TEXT,   offsetof(struct wire_quote, id),           NULL,                0},
    {"total",        FOREIGN_OBJECT, offsetof(struct wire_quote, total),        &money_table,        0},
    {"deposit",      FOREIGN_OBJECT, offsetof(struct wire_quote, deposit),      &money_table,        0},
    {"cancellation", FOREIGN_OBJECT, offsetof(struct wire_quote, cancellation), &cancellation_table, 0},
};
static const struct foreign quote_table = FOREIGN_OF(quote_members, struct wire_quote);
// clang-format on

bool stay_read_quote(struct slice body, struct arena *arena, struct stay_quote *out,
                     struct fault *fault)
{
    struct wire_quote wire;

    if (!read_answer(&quote_table, body, &wire, arena, fault))
        return false;
    const struct uuid id = read_id(wire.id);
    if (uuid_is_nil(&id) || read_money(&wire.total) == FIELD_ABSENT)
        return stay_bad_answer("a quote without id or total", fault);
    struct texts policy = wire.cancellation.text;
    if (!clean_texts(&policy, POLICY_MAX, arena, fault))
        return false;
    *out = (struct stay_quote){id, read_money(&wire.total), read_money(&wire.deposit), policy};
    return true;
}

/* --- refusals --- */

struct wire_alternative {
    struct slice flat;
    struct slice check_in;
    struct slice check_out;
    struct money total;
};
struct wire_refusal {
    struct slice code;
    struct foreign_list others;
};

// clang-format off
static const struct foreign_member alternative_members[] = {
    {"apartment_id", FOREIGN_TEXT,   offsetof(struct wire_alternative, flat),      NULL,         0},
    {"check_in",     FOREIGN_TEXT,   offsetof(struct wire_alternative, check_in),  NULL,         0},
    {"check_out",    FOREIGN_TEXT,   offsetof(struct wire_alternative, check_out), NULL,         0},
    {"total",        FOREIGN_OBJECT, offsetof(struct wire_alternative, total),     &money_table, 0},
};
static const struct foreign alternative_table = FOREIGN_OF(alternative_members, struct wire_alternative);

static const struct foreign_member refusal_members[] = {
    {"code",         FOREIGN_TEXT, offsetof(struct wire_refusal, code),   NULL,               0},
    {"alternatives", FOREIGN_LIST, offsetof(struct wire_refusal, others), &alternative_table, STAY_ALTERNATIVES_MAX},
};
static const struct foreign refusal_table = FOREIGN_OF(refusal_members, struct wire_refusal);
// clang-format on

bool stay_read_refusal(struct slice body, struct arena *arena, struct stay_refusal *out,
                       struct fault *fault)
{
    struct wire_refusal wire;

    if (!read_answer(&refusal_table, body, &wire, arena, fault))
        return false;
    struct stay_refusal refusal = {.code = wire.code};
    for (size_t i = 0; i < wire.others.count; i++) {
        const struct wire_alternative *given = (struct wire_alternative *)wire.others.items + i;
        struct stay_alternative *other = &refusal.others[refusal.other_count];
        other->flat = read_id(given->flat);
        other->total = read_money(&given->total);
        refusal.other_count +=
            !uuid_is_nil(&other->flat) && other->total != FIELD_ABSENT &&
            read_nights(given->check_in, given->check_out, &other->check_in, &other->check_out);
    }
    *out = refusal;
    return true;
}

/* --- bookings --- */

struct wire_booking {
    struct slice id, flat, code, status, check_in, check_out;
    int64_t guests;
    struct money total, deposit, paid, refund;
    struct slice expires_at, check_in_at, payment_info;
    struct texts check_in_info;
    struct foreign_list actions;
};

// clang-format off
static const struct foreign_member action_members[] = {
    {"action", FOREIGN_TEXT,   offsetof(struct stay_action, name),  NULL,         0},
    {"label",  FOREIGN_OBJECT, offsetof(struct stay_action, label), &texts_table, 0},
};
static const struct foreign action_table = FOREIGN_OF(action_members, struct stay_action);

#define AT(member) offsetof(struct wire_booking, member)
static const struct foreign_member booking_members[] = {
    {"id",              FOREIGN_TEXT,   AT(id),            NULL,          0},
    {"code",            FOREIGN_TEXT,   AT(code),          NULL,          0},
    {"apartment_id",    FOREIGN_TEXT,   AT(flat),          NULL,          0},
    {"status",          FOREIGN_TEXT,   AT(status),        NULL,          0},
    {"check_in",        FOREIGN_TEXT,   AT(check_in),      NULL,          0},
    {"check_out",       FOREIGN_TEXT,   AT(check_out),     NULL,          0},
    {"guests",          FOREIGN_INT,    AT(guests),        NULL,          0},
    {"total",           FOREIGN_OBJECT, AT(total),         &money_table,  0},
    {"deposit",         FOREIGN_OBJECT, AT(deposit),       &money_table,  0},
    {"paid",            FOREIGN_OBJECT, AT(paid),          &money_table,  0},
    {"expires_at",      FOREIGN_TEXT,   AT(expires_at),    NULL,          0},
    {"check_in_at",     FOREIGN_TEXT,   AT(check_in_at),   NULL,          0},
    {"check_in_info",   FOREIGN_OBJECT, AT(check_in_info), &texts_table,  0},
    {"payment_info",    FOREIGN_TEXT,   AT(payment_info),  NULL,          0},
    {"refund",          FOREIGN_OBJECT, AT(refund),        &money_table,  0},
    {"allowed_actions", FOREIGN_LIST,   AT(actions),       &action_table, STAY_ACTIONS_MAX},
};
#undef AT
static const struct foreign booking_table = FOREIGN_OF(booking_members, struct wire_booking);

static const struct foreign_member bookings_members[] = {
    {"items", FOREIGN_LIST, offsetof(struct list, items), &booking_table, STAY_HOLDS_MAX},
};
static const struct foreign bookings_table = FOREIGN_OF(bookings_members, struct list);
// clang-format on

static bool take_actions(const struct foreign_list *wire, struct arena *arena,
                         struct stay_booking *out, struct fault *fault)
{
    for (size_t i = 0; i < wire->count; i++) {
        struct stay_action *action = &out->actions[out->action_count];
        *action = ((struct stay_action *)wire->items)[i];
        if (!clean_texts(&action->label, LABEL_MAX, arena, fault))
            return false;
        out->action_count += has_words(&action->label);
    }
    return true;
}

/* `whole` is false where the booking cannot be shown. */
static bool take_booking(const struct wire_booking *wire, struct arena *arena,
                         struct stay_booking *out, bool *whole, struct fault *fault)
{
    *out = (struct stay_booking){.id = read_id(wire->id),
                                 .flat = read_id(wire->flat),
                                 .code = wire->code,
                                 .status = wire->status,
                                 .guests = wire->guests,
                                 .total = read_money(&wire->total),
                                 .deposit = read_money(&wire->deposit),
                                 .paid = read_money(&wire->paid),
                                 .refund = read_money(&wire->refund),
                                 .expires_at = read_time(wire->expires_at),
                                 .check_in_at = read_time(wire->check_in_at),
                                 .payment_info = wire->payment_info,
                                 .check_in_info = wire->check_in_info};
    if (!stay_clean(&out->code, CODE_MAX, arena, fault) ||
        !stay_clean(&out->payment_info, PAYMENT_MAX, arena, fault) ||
        !clean_texts(&out->check_in_info, ENTRY_MAX, arena, fault) ||
        !take_actions(&wire->actions, arena, out, fault))
        return false;
    *whole = !uuid_is_nil(&out->id) && out->code.at != NULL && out->status.at != NULL &&
             out->guests > 0 && out->guests <= STAY_GUESTS_MAX && out->total != FIELD_ABSENT &&
             read_nights(wire->check_in, wire->check_out, &out->check_in, &out->check_out);
    return true;
}

bool stay_read_booking(struct slice body, struct arena *arena, struct stay_booking *out,
                       struct fault *fault)
{
    struct wire_booking wire;
    struct stay_booking booking;
    bool whole;

    if (!read_answer(&booking_table, body, &wire, arena, fault) ||
        !take_booking(&wire, arena, &booking, &whole, fault))
        return false;
    if (!whole)
        return stay_bad_answer("half a booking", fault);
    *out = booking;
    return true;
}

bool stay_read_bookings(struct slice body, struct arena *arena, struct stay_bookings *out,
                        struct fault *fault)
{
    struct list wire;
    struct stay_bookings bookings = {.count = 0};
    bool whole;

    if (!read_answer(&bookings_table, body, &wire, arena, fault))
        return false;
    if (wire.items.items == NULL)
        return stay_bad_answer("bookings without items", fault);
    for (size_t i = 0; i < wire.items.count; i++) {
        if (!take_booking((struct wire_booking *)wire.items.items + i, arena,
                          &bookings.items[bookings.count], &whole, fault))
            return false;
        bookings.count += whole;
    }
    *out = bookings;
    return true;
}

struct wire_cancelling {
    struct money refund;
    struct money fee;
};

// clang-format off
static const struct foreign_member cancelling_members[] = {
    {"refund", FOREIGN_OBJECT, offsetof(struct wire_cancelling, refund), &money_table, 0},
    {"fee",    FOREIGN_OBJECT, offsetof(struct wire_cancelling, fee),    &money_table, 0},
};
static const struct foreign cancelling_table = FOREIGN_OF(cancelling_members, struct wire_cancelling);
// clang-format on

bool stay_read_cancelling(struct slice body, struct arena *arena, struct stay_cancelling *out,
                          struct fault *fault)
{
    struct wire_cancelling wire;

    if (!read_answer(&cancelling_table, body, &wire, arena, fault))
        return false;
    const struct stay_cancelling read = {read_money(&wire.refund), read_money(&wire.fee)};
    if (read.refund == FIELD_ABSENT || read.fee == FIELD_ABSENT)
        return stay_bad_answer("a preview without refund or fee", fault);
    *out = read;
    return true;
}
