// SPDX-License-Identifier: MIT
/* PostgreSQL inlines the schema's SQL functions: their plans are those of the expressions. */
#include "apartments/apartment_listed.h"
#include "stand.h"

static void setup(void)
{
    stand_begin();
    stand_sql("CREATE FUNCTION plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$"
              " DECLARE line text; plan text := '';"
              " BEGIN FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS off) ' || query"
              "  LOOP plan := plan || line || E'\\n'; END LOOP; RETURN plan; END $$;"
              "SET enable_seqscan = off; SET enable_bitmapscan = off");
}

#define OCCUPANCY    "SELECT id FROM occupancy o WHERE "
#define OF_APARTMENT "apartment_id = '018f0002-0000-7000-8000-000000000001' AND "
#define BLOCKS                                                                                     \
    "status IN ('held', 'requested', 'payment_claimed', 'confirmed', 'checked_in', 'blocked')"
#define WAITS     "status IN ('held', 'requested', 'payment_claimed')"
#define EXPIRES   "status IN ('held', 'requested')"
#define STAYS     "status IN ('confirmed', 'checked_in')"
#define APARTMENT "SELECT id FROM apartment a WHERE "
/* Another shape needs another index. */
#define LISTED_AS "apartment_listed_as(version, listed_version, listed_shape) < " APARTMENT_SHAPE
#define LISTED_CASE                                                                                \
    "CASE WHEN listed_version = version THEN listed_shape ELSE 0 END < " APARTMENT_SHAPE
#define RIDE       "SELECT id FROM ride r WHERE "
#define RIDE_TAKES "status IN ('held', 'requested', 'payment_claimed', 'confirmed', 'boarded')"
#define RIDE_WAITS "status IN ('open', 'held', 'requested', 'payment_claimed')"

/* The call and its expression; `has` is part of both plans. */
static const struct {
    const char *call, *expression, *has;
} calls[] = {
    {OCCUPANCY OF_APARTMENT "occupancy_blocks(status)",                                    OCCUPANCY OF_APARTMENT BLOCKS,
     "using occupancy_"                                                                                                                                           },
    {OCCUPANCY "occupancy_waits(status)",                                                  OCCUPANCY WAITS,                            "using occupancy_"         },
    {OCCUPANCY "occupancy_stays(status)",                                                  OCCUPANCY STAYS,                            "using occupancy_staying"  },
    {OCCUPANCY "occupancy_is_over(status, expires_at)",
     OCCUPANCY EXPIRES " AND expires_at <= now()",                                                                                     "using occupancy_expiry"   },
    {OCCUPANCY OF_APARTMENT "occupancy_takes(status, expires_at)",
     OCCUPANCY OF_APARTMENT BLOCKS " AND (status NOT IN ('held', 'requested')"
                                   "  OR expires_at > now())",                                                                         "using occupancy_"         },
    {OCCUPANCY OF_APARTMENT "NOT occupancy_is_over(status, expires_at)",
     OCCUPANCY OF_APARTMENT "(status NOT IN ('held', 'requested')"
                            "  OR expires_at > now())",                                                                                "now()"                    },
    {OCCUPANCY "occupancy_is_agreed(status, expires_at)",
     OCCUPANCY STAYS " OR status = 'payment_claimed'",                                                                                 "claimed"                  },
    {APARTMENT LISTED_AS,                                                                  APARTMENT LISTED_CASE,                      "using apartment_listed_as"},
    {RIDE "ride_takes(status)",                                                            RIDE RIDE_TAKES,                            "boarded"                  },
    {RIDE "ride_waits(status)",                                                            RIDE RIDE_WAITS,                            "using ride_expiry"        },
    {RIDE "ride_is_over(status, expires_at)",                                              RIDE RIDE_WAITS " AND expires_at <= now()", "now()"                    },
    {"SELECT policy_keep_percent(policy, 2) FROM booking",
     "SELECT (policy -> 'tiers' -> 2 ->> 'keep_percent')::integer FROM booking",                                                       "keep_percent"             },
    {"SELECT policy_until(policy, 1, current_date, check_in_time, timezone) FROM booking",
     "SELECT (current_date - (policy -> 'tiers' -> 1 ->> 'days')::integer + check_in_time)"
     " AT TIME ZONE timezone FROM booking",                                                                                            "days"                     },
};

TEST_CASE("functions", .setup = setup, .teardown = stand_end);

TEST(inlined_function_has_the_plan_of_its_expression)
{
    for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
        char *call = stand_long_text("SELECT plan_of($$%s$$)", calls[i].call);
        char *expression = stand_long_text("SELECT plan_of($$%s$$)", calls[i].expression);

        ck_assert_str_eq(call, expression);
        ck_has(call, calls[i].has);
        free(call);
        free(expression);
    }
}

/* A function that reads tables is never inlined. */
TEST(every_inlinable_function_is_compared)
{
    char *names = stand_long_text("SELECT string_agg(proname, ' ' ORDER BY proname) FROM pg_proc"
                                  " WHERE pronamespace = 'test_functions'::regnamespace"
                                  " AND prosqlbody IS NOT NULL"
                                  " AND prosqlbody::text NOT LIKE '%%:hasSubLinks true%%'");
    char *end;

    for (char *name = strtok_r(names, " ", &end); name != NULL; name = strtok_r(NULL, " ", &end)) {
        size_t found = 0;
        for (size_t i = 0; i < ARRAY_LEN(calls); i++)
            found += strstr(calls[i].call, name) != NULL;
        ck_assert_msg(found > 0, "%s is not compared", name);
    }
    free(names);
}
