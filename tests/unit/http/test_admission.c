// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include <check.h>

#include "http/admission_private.h"

START_TEST(number_of_running_handlers_is_limited)
{
    struct http_admission admission = {.fibers_max = 2};
    struct fault fault;
    ck_assert(http_admission_enter(&admission, &fault));
    ck_assert(http_admission_enter(&admission, &fault));
    ck_assert(!http_admission_enter(&admission, &fault));
    ck_assert_int_eq(fault.kind, FAULT_UNAVAILABLE);
    ck_assert_str_eq(fault.code, "overloaded");
    ck_assert_uint_eq(admission.running, 2);
    http_admission_leave(&admission);
    ck_assert(http_admission_enter(&admission, &fault));
}
END_TEST

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

START_TEST(connections_reserved_for_refusals_are_recognised)
{
    struct http_admission admission = {
        .connections_max = 10, .connections_for_refusals = 2, .connections = cases[_i].connections};
    ck_assert_msg(http_admission_is_refusing(&admission) == cases[_i].refusing, "%s",
                  cases[_i].why);
    ck_assert_msg(http_admission_is_full(&admission) == cases[_i].full, "%s", cases[_i].why);
}
END_TEST

START_TEST(total_size_of_bodies_is_limited)
{
    struct http_admission admission = {.bodies_max = 1000};
    ck_assert(http_admission_reserve(&admission, 999));
    ck_assert(!http_admission_reserve(&admission, 2));
    ck_assert(http_admission_reserve(&admission, 1));
    ck_assert(!http_admission_reserve(&admission, 1));
    ck_assert(http_admission_reserve(&admission, 0));
    http_admission_release(&admission, 1000);
    ck_assert_uint_eq(admission.bodies, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("http/admission");
    TCase *tests = tcase_create("admission");
    tcase_add_test(tests, number_of_running_handlers_is_limited);
    tcase_add_loop_test(tests, connections_reserved_for_refusals_are_recognised, 0,
                        ARRAY_LEN(cases));
    tcase_add_test(tests, total_size_of_bodies_is_limited);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
