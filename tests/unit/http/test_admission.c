// SPDX-License-Identifier: MIT
#include "http/admission_private.h"

#include "support/scratch.h"

TEST(number_of_running_handlers_is_limited)
{
    struct http_admission admission = {.fibers_max = 2};
    ck_assert(http_admission_begin_handler(&admission, &fault));
    ck_assert(http_admission_begin_handler(&admission, &fault));
    ck_unavailable(http_admission_begin_handler(&admission, &fault), "overloaded");
    ck_assert_uint_eq(admission.running, 2);
    http_admission_end_handler(&admission);
    ck_assert(http_admission_begin_handler(&admission, &fault));
}

static const struct {
    const char *why;
    size_t connections;
    bool refusing, full;
} cases[] = {
    {"no connection",                0,  false, false},
    {"at the soft limit",            10, false, false},
    {"on one reserved for refusals", 11, true,  false},
    {"on the last one",              12, true,  true },
};

TEST_ROWS_WHY(connections_reserved_for_refusals_are_recognised, cases)
{
    struct http_admission admission = {
        .connections_max = 10, .connections_for_refusals = 2, .connections = row->connections};
    ck_assert(http_admission_refuses_requests(&admission) == row->refusing);
    ck_assert(http_admission_refuses_connections(&admission) == row->full);
}

TEST(total_size_of_bodies_is_limited)
{
    struct http_admission admission = {.bodies_max = 1000};
    ck_assert(http_admission_reserve_body(&admission, 999));
    ck_assert(!http_admission_reserve_body(&admission, 2));
    ck_assert(http_admission_reserve_body(&admission, 1));
    ck_assert(!http_admission_reserve_body(&admission, 1));
    ck_assert(http_admission_reserve_body(&admission, 0));
    http_admission_release_body(&admission, 1000);
    ck_assert_uint_eq(admission.bodies, 0);
}
