// SPDX-License-Identifier: MIT
#include "quote_refuse.h"

#include "base/auto.h"
#include "base/date.h"

#include "apartment_list.h"
#include "stay_price.h"

enum { MEMBERS_MAX = 256 * 1024 }; /* JSON: a year of nights, each with its reasons */

/* Which of the nights a broken rule speaks of. */
enum where { ALL_NIGHTS, FIRST_NIGHT, LAST_NIGHT };

/* Rules are told by field; what is said of check-in is the first night's. */
static enum where where_of(const struct fault_field *problem)
{
    if (strcmp(problem->code, "closed_to_departure") == 0)
        return LAST_NIGHT;
    return strcmp(problem->field, "check_in") == 0 ? FIRST_NIGHT : ALL_NIGHTS;
}

static const struct calendar_taken *taker_of(const struct quote_asked *asked, int32_t night)
{
    for (size_t i = 0; i < asked->count; i++) {
        if (asked->taken[i].check_in <= night && night < asked->taken[i].until)
            return &asked->taken[i];
    }
    return NULL;
}

/* Somebody has a night of first .. end - 1. */
static bool any_taken(const struct quote_asked *asked, int32_t first, int64_t end)
{
    for (size_t i = 0; i < asked->count; i++) {
        if (asked->taken[i].check_in < end && asked->taken[i].until > first)
            return true;
    }
    return false;
}

bool quote_possible(const struct quote_asked *asked, const struct booking_draft *draft,
                    struct arena *arena)
{
    struct fault_list problems;

    fault_list_init(&problems, arena);
    booking_judge_priced(asked->flat, draft, &problems);
    return problems.seen == 0 &&
           !any_taken(asked, draft->check_in, draft->check_out + asked->flat->buffer_days);
}

/* --- reasons --- */

static const char *reason_of(const struct calendar_taken *taker, int32_t night)
{
    if (night >= taker->check_out)
        return "buffer";
    if (taker->status == CALENDAR_BLOCKED)
        return "blocked";
    return taker->status == CALENDAR_HELD ? "held" : "booked";
}

static void add_reason(struct buf *out, size_t *count, const char *reason)
{
    buf_printf(out, "%s\"%s\"", *count > 0 ? "," : "", reason);
    ++*count;
}

/* The reasons of one night, without brackets; how many there are. */
static size_t encode_reasons(const struct quote_asked *asked, const struct fault_list *problems,
                             int32_t night, struct buf *out)
{
    const struct booking_draft *draft = asked->draft;
    const struct calendar_taken *taker = taker_of(asked, night);
    const bool last = night == draft->check_out - 1;
    size_t count = 0;

    if (taker != NULL)
        add_reason(out, &count, reason_of(taker, night));
    else if (last &&
             any_taken(asked, draft->check_out, draft->check_out + asked->flat->buffer_days))
        add_reason(out, &count, "buffer_ahead");
    for (size_t i = 0; i < problems->count; i++) {
        const enum where where = where_of(&problems->fields[i]);
        if (where == ALL_NIGHTS || (where == LAST_NIGHT && last) ||
            (where == FIRST_NIGHT && night == draft->check_in))
            add_reason(out, &count, problems->fields[i].code);
    }
    return count;
}

static void encode_nights(const struct quote_asked *asked, struct arena *arena, struct buf *out)
{
    const struct booking_draft *draft = asked->draft;
    struct fault_list problems;
    bool first = true;

    fault_list_init(&problems, arena);
    booking_judge_priced(asked->flat, draft, &problems);
    buf_text(out, "\"nights\":[");
    for (int32_t night = draft->check_in; night < draft->check_out; night++) {
        AUTO(buf_finish) struct buf reasons;
        char date[DATE_TEXT_LEN + 1];
        buf_init(&reasons, 1024);
        if (encode_reasons(asked, &problems, night, &reasons) == 0)
            continue;
        date_format(night, date);
        buf_printf(out, "%s{\"date\":\"%s\",\"reasons\":[%.*s]}", first ? "" : ",", date,
                   SLICE_ARG(buf_as_slice(&reasons)));
        first = false;
    }
    buf_char(out, ']');
}

/* --- alternatives --- */

struct alternative {
    struct uuid apartment_id;
    int32_t check_in;
    int32_t check_out;
    int64_t total;
};

// clang-format off
static const struct field alternative_items[] = {
    {.name = "apartment_id", .type = FIELD_UUID,  .offset = offsetof(struct alternative, apartment_id)},
    {.name = "check_in",     .type = FIELD_DATE,  .offset = offsetof(struct alternative, check_in)},
    {.name = "check_out",    .type = FIELD_DATE,  .offset = offsetof(struct alternative, check_out)},
    {.name = "total",        .type = FIELD_MONEY, .offset = offsetof(struct alternative, total)},
};
// clang-format on
static const struct fields alternative_fields = FIELDS_OF(alternative_items, struct alternative);

static void add_alternative(const struct alternative *found, size_t *count, struct buf *out)
{
    if ((*count)++ > 0)
        buf_char(out, ',');
    fields_encode(&alternative_fields, found, false, out);
}

static bool total_of(const struct quote_asked *asked, const struct booking_draft *draft,
                     struct arena *arena, int64_t *total, struct fault *fault)
{
    struct stay_price price;

    if (!stay_price(asked->flat, draft->check_in, draft->check_out, draft->guests, arena, &price,
                    fault))
        return false;
    *total = price.total;
    return true;
}

/* The same flat, the nearest dates first. */
static bool encode_shifted(struct change *change, const struct quote_asked *asked, size_t *count,
                           struct buf *out, struct fault *fault)
{
    for (int32_t step = 1; step <= 2 * QUOTE_SHIFT_MAX; step++) {
        const int32_t shift = step % 2 == 1 ? -(step + 1) / 2 : step / 2;
        struct booking_draft draft = *asked->draft;
        struct alternative found = {.apartment_id = asked->flat->id};
        draft.check_in += shift;
        draft.check_out += shift;
        if (!quote_possible(asked, &draft, change->arena))
            continue;
        if (!total_of(asked, &draft, change->arena, &found.total, fault))
            return false;
        found.check_in = draft.check_in;
        found.check_out = draft.check_out;
        add_alternative(&found, count, out);
    }
    return true;
}

/* Flats of the city with as many rooms for about as much money, the cheapest first. */
static bool encode_similar(struct change *change, const struct quote_asked *asked, size_t *count,
                           struct buf *out, struct fault *fault)
{
    const struct booking_draft *draft = asked->draft;
    struct apartment_query query = apartment_query_defaults();
    const struct list_place start = {0};
    auto_rows struct db_rows rows = {0};
    int64_t total;

    if (!total_of(asked, draft, change->arena, &total, fault))
        return false;
    const int64_t night = total / (draft->check_out - draft->check_in);
    query.city = asked->flat->city;
    query.rooms = INT64_C(1) << asked->flat->rooms;
    query.guests = draft->guests;
    query.check_in = draft->check_in;
    query.check_out = draft->check_out;
    query.min_price = night * (100 - QUOTE_SIMILAR_PERCENT) / 100;
    query.max_price = night * (100 + QUOTE_SIMILAR_PERCENT) / 100;
    query.sort = SORT_PRICE;
    query.limit = QUOTE_SIMILAR_MAX;
    if (!apartment_query_claim(&query, change->caller, fault) ||
        !apartment_list_find(change->tx, &change->caller->tenant_id, &query, &start, change->arena,
                             &rows, fault))
        return false;
    for (int i = 0, shown = 0; i < rows.count && shown < QUOTE_SIMILAR_MAX; i++) {
        struct apartment flat;
        apartment_list_read(&rows, i, &flat);
        if (uuid_equal(&flat.id, &asked->flat->id))
            continue;
        add_alternative(
            &(struct alternative){flat.id, draft->check_in, draft->check_out, flat.total}, count,
            out);
        shown++;
    }
    return true;
}

/* Its nights are free and no rule but that of the total is broken. */
static bool is_only_dear(const struct quote_asked *asked, struct arena *arena)
{
    const struct booking_draft *draft = asked->draft;
    struct fault_list problems;

    fault_list_init(&problems, arena);
    booking_judge_priced(asked->flat, draft, &problems);
    return problems.count == 1 && strcmp(problems.fields[0].code, "total_too_high") == 0 &&
           !any_taken(asked, draft->check_in, draft->check_out + asked->flat->buffer_days);
}

bool quote_refuse(struct change *change, const struct quote_asked *asked, struct fault *fault)
{
    AUTO(buf_finish) struct buf json;
    struct slice members;
    size_t count = 0;

    buf_init(&json, MEMBERS_MAX);
    encode_nights(asked, change->arena, &json);
    buf_text(&json, ",\"alternatives\":[");
    if (!encode_shifted(change, asked, &count, &json, fault) ||
        !encode_similar(change, asked, &count, &json, fault))
        return false;
    buf_char(&json, ']');
    if (!buf_ok(&json, fault))
        return false;
    members = arena_copy(change->arena, buf_as_slice(&json));
    if (members.at == NULL)
        return arena_fault(fault);
    if (is_only_dear(asked, change->arena))
        fault_set(fault, FAULT_INVALID, "total_too_high", "The stay costs more than a stay may.");
    else
        fault_set(fault, FAULT_INVALID, "not_available",
                  "The stay cannot be had as it was asked for.");
    fault->members = members;
    return false;
}
