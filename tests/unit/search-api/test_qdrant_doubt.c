// SPDX-License-Identifier: MIT
/* When the content of Qdrant counts as compared with PostgreSQL, and when it becomes doubtful. */

#include "qdrant_stand.h"

TEST_CASE("qdrant_doubt", .setup = qdrant_begin, .teardown = qdrant_end, .timeout_s = 60);

/* Case: Qdrant restarts with an older copy of its disk. */
TEST(qdrant_that_was_unreachable_is_compared_again)
{
    const struct peer_step cut = {PEER_CUTS, 200, NULL, ""}, again[] = {OPENS, ALL_DONE};

    PEER_SAYS(OPENS, NO_POINTS);
    ck_assert(asked(compare));
    ck_assert_ptr_null(state.reason);
    const unsigned before = ((struct qdrant_index *)qdrant.self)->doubts;
    peer_says(&cut, 1);
    ck_assert(!asked(ask_nearest));
    ck_assert_str_eq(state.reason, "upstream_unreachable");
    /* A comparison in progress has begun before the doubt. */
    ck_assert_uint_gt(((struct qdrant_index *)qdrant.self)->doubts, before);
    /* Further searches fail at once. */
    peer_says(again, COUNT(again));
    ck_assert(!asked(ask_nearest));
    ck_assert_str_eq(fault.code, "upstream_unreachable");
    ck_assert_int_eq(atomic_load(&peer.requests), 0);
    ck_assert(asked(put_two));
    ck_assert_str_eq(state.reason, "qdrant_not_compared");
}

/* Another instance has noticed it too, and was faster. */
TEST(collection_recreated_by_a_peer_is_compared_again)
{
    const struct peer_step gone[] = {NONE_SUCH}, again[] = {OPENS, ALL_DONE};

    PEER_SAYS(OPENS, NO_POINTS);
    ck_assert(asked(compare));
    ck_assert_ptr_null(state.reason);
    peer_says(gone, COUNT(gone));
    ck_assert(!asked(ask_nearest));
    peer_says(again, COUNT(again));
    ck_assert(asked(put_two));
    ck_assert_str_eq(state.reason, "qdrant_not_compared");
}

/* The collection is deleted while the key is refused, and the first call afterwards recreates it.
 */
TEST(collection_whose_indexes_failed_at_first_is_compared_again)
{
    const struct peer_step again[] = {OPENS, ALL_DONE};

    PEER_SAYS(OPENS, NO_POINTS);
    ck_assert(asked(compare));
    ck_assert_ptr_null(state.reason);
    PEER_SAYS(SAYS(401, "{}"));
    ck_assert(!asked(ask_nearest));
    PEER_SAYS(GREETS("1.18.2"), NONE_SUCH, SAYS(200, "{\"result\":true}"), SAYS(507, "{}"));
    ck_assert(!asked(put_two));
    ck_assert_str_eq(fault.code, "qdrant_full");
    peer_says(again, COUNT(again));
    const int64_t until_ns = now_mono_ns() + 10 * QDRANT_REOPEN_MS * NS_PER_MS;
    while (!asked(put_two)) {
        ck_assert_int_lt(now_mono_ns(), until_ns);
        usleep(50000);
    }
    ck_assert_str_eq(state.reason, "qdrant_not_compared");
}
