// SPDX-License-Identifier: MIT
#include "bookings/quote_refuse.h"

#include "bookings/bookings_json.h"
#include "calendar/apartment_list.h"

enum { ALTERNATIVES_MAX = 2 * QUOTE_SHIFT_MAX + QUOTE_SIMILAR_MAX };

/* The nights to which a broken rule applies. */
enum affected { ALL_NIGHTS, FIRST_NIGHT, LAST_NIGHT };

/* Problems of field check_in apply to the first night, closed_to_departure to the last night, all
 * others to every night. */
static enum affected affected_nights(const struct fault_field *problem)
{
    if (strcmp(problem->code, "closed_to_departure") == 0)
        return LAST_NIGHT;
    return strcmp(problem->field, "check_in") == 0 ? FIRST_NIGHT : ALL_NIGHTS;
}

/* The stay or block, buffer included, that occupies the night; NULL: none. */
static const struct calendar_taken *find_taken_range(const struct quote_request *request,
                                                     int32_t night)
{
    for (size_t i = 0; i < request->count; i++) {
        if (request->taken[i].check_in <= night && night < request->taken[i].until)
            return &request->taken[i];
    }
    return NULL;
}

/* True if any night of first .. end - 1 is occupied, buffers included. */
static bool is_any_night_taken(const struct quote_request *request, int32_t first, int64_t end)
{
    for (size_t i = 0; i < request->count; i++) {
        if (request->taken[i].check_in < end && request->taken[i].until > first)
            return true;
    }
    return false;
}

bool quote_is_available(const struct quote_request *request, const struct booking_draft *draft,
                        struct arena *arena)
{
    struct fault_list problems;

    fault_list_init(&problems, arena);
    booking_check_at_current_price(request->apartment, draft, &problems);
    return problems.seen == 0 &&
           !is_any_night_taken(request, draft->check_in,
                               draft->check_out + request->apartment->buffer_days);
}

/* --- reasons --- */

static struct slice taken_reason(const struct calendar_taken *taken, int32_t night)
{
    if (taken->status == CALENDAR_BUFFER || night >= taken->check_out)
        return SLICE("buffer");
    if (taken->status == CALENDAR_BLOCKED)
        return SLICE("blocked");
    return taken->status == CALENDAR_HELD ? SLICE("held") : SLICE("booked");
}

/* Collects the reasons of one night and returns their number. */
static size_t collect_night_reasons(const struct quote_request *request,
                                    const struct fault_list *problems, int32_t night,
                                    struct slice reasons[FAULT_FIELDS_MAX + 1])
{
    const struct booking_draft *draft = request->draft;
    const struct calendar_taken *taken = find_taken_range(request, night);
    const bool last = night == draft->check_out - 1;
    size_t count = 0;

    if (taken != NULL)
        reasons[count++] = taken_reason(taken, night);
    else if (last && is_any_night_taken(request, draft->check_out,
                                        draft->check_out + request->apartment->buffer_days))
        reasons[count++] = SLICE("buffer_ahead");
    for (size_t i = 0; i < problems->count; i++) {
        const enum affected affected = affected_nights(&problems->fields[i]);
        if (affected == ALL_NIGHTS || (affected == LAST_NIGHT && last) ||
            (affected == FIRST_NIGHT && night == draft->check_in))
            reasons[count++] = slice_of(problems->fields[i].code);
    }
    return count;
}

/* Collects, in the arena, the nights that cannot be booked, and why. False: the arena is full. */
static bool find_unavailable_nights(const struct quote_request *request,
                                    const struct fault_list *problems, struct arena *arena,
                                    struct quote_night **out, size_t *count)
{
    const struct booking_draft *draft = request->draft;
    const size_t all = (size_t)(draft->check_out - draft->check_in);
    struct quote_night *nights = arena_alloc(arena, all * sizeof *nights);

    *out = nights;
    *count = 0;
    for (int32_t night = draft->check_in; nights != NULL && night < draft->check_out; night++) {
        struct slice reasons[FAULT_FIELDS_MAX + 1], *copy;
        const size_t found = collect_night_reasons(request, problems, night, reasons);
        if (found == 0)
            continue;
        copy = arena_alloc(arena, found * sizeof *copy);
        if (copy == NULL)
            return false;
        memcpy(copy, reasons, found * sizeof *copy);
        nights[(*count)++] = (struct quote_night){
            .date = night, .reasons = {copy, found, {0}}
        };
    }
    return nights != NULL;
}

/* --- alternatives --- */

/* Finds alternatives in the same apartment on other dates, nearest first. `out` has room for all
 * 2 * QUOTE_SHIFT_MAX shifts. */
static size_t find_available_shifted_stays(const struct quote_request *request, struct arena *arena,
                                           struct quote_alternative *out)
{
    size_t count = 0;

    for (int32_t step = 1; step <= 2 * QUOTE_SHIFT_MAX; step++) {
        const int32_t shift = step % 2 == 1 ? -(step + 1) / 2 : step / 2;
        struct booking_draft draft = *request->draft;
        struct quote_alternative found = {.apartment_id = request->apartment->id};
        draft.check_in += shift;
        draft.check_out += shift;
        if (!quote_is_available(request, &draft, arena))
            continue;
        found.total = booking_compute_total(request->apartment, &draft);
        found.check_in = draft.check_in;
        found.check_out = draft.check_out;
        out[count++] = found;
    }
    return count;
}

/* Finds alternatives on the same dates: apartments in the same city with the same number of rooms
 * and a similar price, cheapest first. */
static bool find_similar_apartments(struct change *change, const struct quote_request *request,
                                    struct quote_alternative *out, size_t *count,
                                    struct fault *fault)
{
    const struct booking_draft *draft = request->draft;
    struct apartment_query query = apartment_list_defaults();
    auto_rows struct db_rows rows = {0};
    const int64_t night =
        booking_compute_total(request->apartment, draft) / (draft->check_out - draft->check_in);

    query.city = request->apartment->city;
    query.rooms = INT64_C(1) << request->apartment->rooms;
    query.guests = draft->guests;
    query.check_in = draft->check_in;
    query.check_out = draft->check_out;
    query.min_price = night * (100 - QUOTE_SIMILAR_PERCENT) / 100;
    query.max_price = night * (100 + QUOTE_SIMILAR_PERCENT) / 100;
    query.sort = SORT_PRICE;
    query.page.limit = QUOTE_SIMILAR_MAX;
    if (!apartment_list_restrict(&query, change->caller, fault) ||
        !apartment_list_find(change->tx, &change->caller->tenant_id, &query, change->arena, &rows,
                             fault))
        return false;
    for (int i = 0, shown = 0; i < rows.count && shown < QUOTE_SIMILAR_MAX; i++) {
        struct apartment apartment;
        apartment_list_read_row(&rows, i, &(struct apartment_unlisted){0}, &apartment);
        if (uuid_equal(&apartment.id, &request->apartment->id))
            continue;
        out[(*count)++] = (struct quote_alternative){apartment.id, draft->check_in,
                                                     draft->check_out, apartment.total};
        shown++;
    }
    return true;
}

/* True if the nights are free and the only problem is that the total exceeds its limit. */
static bool is_only_too_expensive(const struct quote_request *request,
                                  const struct fault_list *problems)
{
    const struct booking_draft *draft = request->draft;

    return problems->count == 1 && strcmp(problems->fields[0].code, "total_too_high") == 0 &&
           !is_any_night_taken(request, draft->check_in,
                               draft->check_out + request->apartment->buffer_days);
}

bool quote_refuse(struct change *change, const struct quote_request *request, struct fault *fault)
{
    struct quote_alternative alternatives[ALTERNATIVES_MAX];
    struct quote_night *nights;
    struct fault_list problems;
    struct slice members;
    size_t night_count, alternative_count;

    fault_list_init(&problems, change->arena);
    booking_check_at_current_price(request->apartment, request->draft, &problems);
    if (!find_unavailable_nights(request, &problems, change->arena, &nights, &night_count))
        return arena_fault(fault);
    alternative_count = find_available_shifted_stays(request, change->arena, alternatives);
    if (!find_similar_apartments(change, request, alternatives, &alternative_count, fault) ||
        !quote_encode_refusal(nights, night_count, alternatives, alternative_count, change->arena,
                              &members, fault))
        return false;
    if (is_only_too_expensive(request, &problems))
        fault_set(fault, FAULT_INVALID, "total_too_high", "The total of the stay is too high.");
    else
        fault_set(fault, FAULT_INVALID, "not_available", "The stay is not available as requested.");
    return fault_set_members(fault, members);
}
