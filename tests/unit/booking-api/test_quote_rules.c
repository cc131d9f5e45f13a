// SPDX-License-Identifier: MIT
/* Who may use a quote, and which fields it excludes. */
#include "bookings/bookings_json.h"
#include "bookings/quote.h"
#include "support/scratch.h"

TEST_CASE("rules");

#define OURS                                                                                       \
    {                                                                                              \
        {                                                                                          \
            1                                                                                      \
        }                                                                                          \
    }
#define OTHERS                                                                                     \
    {                                                                                              \
        {                                                                                          \
            2                                                                                      \
        }                                                                                          \
    }

static const struct {
    const char *why;
    struct api_caller caller;
    int64_t telegram_id;
    bool usable;
} uses[] = {
    {"the guest of the quote",         {.actor = ACTOR_GUEST, .actor_number = 7},  7,            true },
    {"another guest",                  {.actor = ACTOR_GUEST, .actor_number = 8},  7,            false},
    {"a guest, if the quote has none",
     {.actor = ACTOR_GUEST, .actor_number = 8},
     FIELD_ABSENT,                                                                               true },
    {"the apartment's owner",          {.actor = ACTOR_OWNER, .actor_id = OURS},   7,            true },
    {"another owner",                  {.actor = ACTOR_OWNER, .actor_id = OTHERS}, FIELD_ABSENT, false},
    {"staff, for the guest",           {.actor = ACTOR_STAFF},                     7,            true },
    {"the client itself",              {.actor = ACTOR_CLIENT},                    7,            true },
};

TEST_ROWS_WHY(quote_is_usable_by_its_guest_owner_and_staff, uses)
{
    const struct quote quote = {.owner_id = OURS, .telegram_id = row->telegram_id};

    ck_assert(quote_usable(&quote, &row->caller) == row->usable);
}

static const struct {
    const char *why;
    struct uuid apartment_id;
    int32_t check_in, check_out;
    int64_t guests;
    size_t problems;
} besides[] = {
    {"alone",        {{0}}, FIELD_ABSENT32, FIELD_ABSENT32, FIELD_ABSENT, 0},
    {"an apartment", OURS,  FIELD_ABSENT32, FIELD_ABSENT32, FIELD_ABSENT, 1},
    {"half a range", {{0}}, 20000,          FIELD_ABSENT32, FIELD_ABSENT, 1},
    {"guests",       {{0}}, FIELD_ABSENT32, FIELD_ABSENT32, 2,            1},
    {"everything",   OURS,  20000,          20001,          2,            4},
};

TEST_ROWS_WHY(fields_beside_a_quote_are_each_named, besides)
{
    struct booking_draft draft;
    struct fault_list problems;

    booking_draft_defaults(&draft);
    draft.quote_id = (struct uuid)OURS;
    draft.apartment_id = row->apartment_id;
    draft.check_in = row->check_in;
    draft.check_out = row->check_out;
    draft.guests = row->guests;
    fault_list_init(&problems, &arena);
    booking_draft_check(&draft, &problems);
    ck_assert_uint_eq(problems.count, row->problems);
    for (size_t i = 0; i < problems.count; i++)
        ck_assert_str_eq(problems.fields[i].code, "contradiction");
}
