// SPDX-License-Identifier: MIT
/* Checks that fail on purpose: `shown` runs them and compares the printed texts. */
#include "loop/fiber.h"
#include "loop/loop.h"

#include "support/child.h"
#include "support/test.h"

TEST_CASE("planted");

static void give_up(void *data)
{
    const char *text = data;
    char frame[2048];

    snprintf(frame, sizeof frame, "%s", text);
    ck_assert_msg(frame[0] == 0, "planted: %s", frame);
}

TEST(a_check_fails)
{
    give_up((char[]){"on the main stack"});
}

TEST(a_check_fails_beside_a_child)
{
    if (child_fork() == 0) {
        execlp("sleep", "sleep", "600", NULL);
        _exit(127);
    }
    give_up((char[]){"beside a child"});
}

TEST(a_check_fails_in_a_fiber)
{
    static char where[] = "in a fiber";
    struct fault fault;
    struct loop *loop = loop_create(&fault);

    ck_assert(
        fiber_start(loop, give_up, where, now_mono_ns() + INT64_C(1000000000), "test", &fault));
    loop_run(loop);
}

/* Ends the process like a sanitizer, which finds an unexpected stack after a check has failed in a
 * fiber. */
TEST(the_process_ends_at_once)
{
    _exit(1);
}
