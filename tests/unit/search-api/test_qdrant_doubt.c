// SPDX-License-Identifier: MIT
/* When what Qdrant has is held to be what PostgreSQL has, and when no longer. */
#include <unistd.h>

#include "base/now.h"

#include "qdrant_stand.h"
#include "unit/base/suite.h"

/* Case: Qdrant is restarted from an older copy of its disk. */
START_TEST(who_was_dead_is_compared_again)
{
    const struct peer_step cut = {PEER_CUTS, 200, NULL, ""}, anew[] = {OPENS, TWO_HITS};

    compared = (struct qdrant_compared){0};
    PEER_SAYS(OPENS, NO_POINTS);
    ck_assert(asked(compare));
    ck_assert(compared.ended);
    ck_assert_ptr_null(state.reason);
    peer_says(&cut, 1);
    ck_assert(!asked(ask_nearest));
    ck_assert_str_eq(state.reason, "upstream_unreachable");
    peer_says(anew, COUNT(anew));
    ck_assert(asked(ask_nearest));
    ck_assert(state.usable);
    ck_assert_str_eq(state.reason, "qdrant_not_compared");
}
END_TEST

/* Another copy of search-api has seen it too, and was faster. */
START_TEST(a_collection_that_another_copy_makes_again_is_compared_again)
{
    const struct peer_step gone[] = {NONE_SUCH}, anew[] = {OPENS, ALL_DONE};

    compared = (struct qdrant_compared){0};
    PEER_SAYS(OPENS, NO_POINTS);
    ck_assert(asked(compare));
    ck_assert_ptr_null(state.reason);
    peer_says(gone, COUNT(gone));
    ck_assert(!asked(ask_nearest));
    peer_says(anew, COUNT(anew));
    ck_assert(asked(put_two));
    ck_assert_str_eq(state.reason, "qdrant_not_compared");
}
END_TEST

/* It is taken away while the key is refused, and the first call behind that makes it. */
START_TEST(a_collection_whose_indexes_are_made_later_is_compared_again)
{
    const struct peer_step anew[] = {OPENS, ALL_DONE};

    compared = (struct qdrant_compared){0};
    PEER_SAYS(OPENS, NO_POINTS);
    ck_assert(asked(compare));
    ck_assert_ptr_null(state.reason);
    PEER_SAYS(SAYS(401, "{}"));
    ck_assert(!asked(ask_nearest));
    PEER_SAYS(GREETS("1.18.2"), NONE_SUCH, SAYS(200, "{\"result\":true}"), SAYS(507, "{}"));
    ck_assert(!asked(put_two));
    ck_assert_str_eq(fault.code, "qdrant_full");
    peer_says(anew, COUNT(anew));
    const int64_t until_ns = now_mono_ns() + 10 * QDRANT_REOPEN_MS * NS_PER_MS;
    while (!asked(put_two)) {
        ck_assert_int_lt(now_mono_ns(), until_ns);
        usleep(50000);
    }
    ck_assert_str_eq(state.reason, "qdrant_not_compared");
}
END_TEST

START_TEST(a_comparison_that_was_interrupted_ends_no_doubt)
{
    const struct peer_step cut = {PEER_CUTS, 200, NULL, ""}, anew[] = {OPENS, NO_POINTS};

    compared = (struct qdrant_compared){0};
    PEER_SAYS(OPENS, ONE_POINT, DONE);
    ck_assert(asked(compare));
    ck_assert(!compared.ended);
    ck_assert_int_eq(compared.after, 4);
    ck_assert_int_eq(compared.orphans, 1);
    peer_says(&cut, 1);
    ck_assert(!asked(compare));
    ck_assert_int_eq(compared.after, 4);
    peer_says(anew, COUNT(anew));
    ck_assert(asked(compare));
    ck_assert(compared.ended);
    ck_assert_str_eq(state.reason, "qdrant_not_compared");
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("qdrant_doubt");

    tcase_add_checked_fixture(tests, qdrant_begin, qdrant_end);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, who_was_dead_is_compared_again);
    tcase_add_test(tests, a_collection_that_another_copy_makes_again_is_compared_again);
    tcase_add_test(tests, a_collection_whose_indexes_are_made_later_is_compared_again);
    tcase_add_test(tests, a_comparison_that_was_interrupted_ends_no_doubt);
    return suite_main("qdrant_doubt", tests);
}
