// SPDX-License-Identifier: MIT
/* The lease of a turn that waits for booking-api covers one call, not all, because its chat is
 * blocked for that time if its process dies. */
#include "booking.h"
#include "dialogue/turn_store.h"
#include "script.h"

enum { CALL_MS = 2200, HANG_S = 10 };

TEST_CASE("turns_lease", .setup = sends_begin_with_key, .teardown = sends_finish, .timeout_s = 60);

/* Calls that change nothing are not stored before they are made. */
FIBER_TEST(lease_lasts_for_the_next_call)
{
    booking_start(&(struct booking_says){200, CALL_MS, NULL}, 1);
    updates_start(NULL, script_step, booking_url());
    deliver_text(1, 7, "en", "look /v1/x 2");
    wait_asked(1);
    ck_sql(1, "SELECT (leased_until <= now() + interval '%d s')::int FROM update", HANG_S);
    wait_asked(2);
    ck_sql(1, "SELECT (leased_until > received_at + interval '%d s')::int FROM update",
           TURN_LEASE_S + CALL_MS / 1000);
    wait_for(NOTHING_LEFT);
}
