// SPDX-License-Identifier: MIT
/* Checks that fail on purpose: `shown` runs them and compares the printed texts. */
#include <stdio.h>
#include <stdlib.h>

#include <check.h>

#include "base/now.h"
#include "loop/fiber.h"
#include "loop/loop.h"

#include "support/child.h"

static void give_up(void *data)
{
    const char *text = data;
    char frame[2048];

    snprintf(frame, sizeof(frame), "%s", text);
    ck_assert_msg(frame[0] == 0, "planted: %s", frame);
}

START_TEST(a_check_fails)
{
    give_up((char[]){"on the main stack"});
}
END_TEST

START_TEST(a_check_fails_in_a_fiber)
{
    static char where[] = "in a fiber";
    struct fault fault;
    struct loop *loop = loop_create(&fault);

    ck_assert(
        fiber_start(loop, give_up, where, now_mono_ns() + INT64_C(1000000000), "test", &fault));
    loop_run(loop);
}
END_TEST

START_TEST(a_check_fails_beside_a_child)
{
    if (child_fork() == 0) {
        execlp("sleep", "sleep", "600", NULL);
        _exit(127);
    }
    give_up((char[]){"beside a child"});
}
END_TEST

/* Ends the process like a sanitizer, which finds an unexpected stack after a check has failed in a
 * fiber. */
START_TEST(the_process_ends_at_once)
{
    _exit(1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("planted");
    TCase *tcase = tcase_create("planted");
    SRunner *runner = srunner_create(suite);

    tcase_add_test(tcase, a_check_fails);
    tcase_add_test(tcase, a_check_fails_beside_a_child);
    tcase_add_test(tcase, a_check_fails_in_a_fiber);
    tcase_add_test(tcase, the_process_ends_at_once);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
