// SPDX-License-Identifier: MIT
/* Names whose addresses refuse connections. The system's resolver is replaced at link time. */
#include <netdb.h>
#include <stdatomic.h>

#include "base/now.h"
#include "loop/work.h"

#include "suite.h"
#include "support/test.h"

static atomic_int asked;

/* Every name has one address. */
int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints,
                struct addrinfo **found)
{
    static struct sockaddr_in address = {.sin_family = AF_INET};
    static struct addrinfo info = {.ai_addr = (struct sockaddr *)&address,
                                   .ai_addrlen = sizeof(address)};

    atomic_fetch_add(&asked, 1);
    *found = &info;
    return 0;
}

void freeaddrinfo(struct addrinfo *found)
{
}

static struct loop *loop;
static struct work *work;

static void set_up(void)
{
    struct fault fault;

    loop = suite_loop();
    work = work_create(loop, 2, 8, &fault);
    ck_assert_ptr_nonnull(work);
    atomic_store(&asked, 0);
    now_freeze(0, INT64_C(1000000000000));
}

static void tear_down(void)
{
    work_destroy(work);
    loop_destroy(loop);
    now_thaw();
}

TEST_CASE("work_distrust", .setup = set_up, .teardown = tear_down);

static void ask(void *data)
{
    const char *const *host = data;
    struct work_address addresses[WORK_ADDRESSES_MAX];
    size_t count = WORK_ADDRESSES_MAX;
    struct fault fault;

    ck_assert(work_resolve(work, *host, 5432, 0, addresses, &count, &fault));
    loop_stop(loop);
}

/* Resolves the name after a pause; returns how often the system's resolver has been called in
 * total. */
static int lookups_after(const char *host, int wait_ms)
{
    struct fault fault;

    now_advance_us(wait_ms * INT64_C(1000));
    ck_assert(fiber_start(loop, ask, &host, suite_in_ms(loop, 5000), "ask", &fault));
    loop_run(loop);
    return atomic_load(&asked);
}

TEST(unreachable_addresses_are_resolved_again_after_two_seconds)
{
    work_distrust(work, "postgres");
    ck_assert_int_eq(lookups_after("postgres", 0), 1);
    ck_assert_int_eq(lookups_after("redis", 0), 2);
    for (int i = 0; i < 3; i++)
        work_distrust(work, "postgres");
    ck_assert_int_eq(lookups_after("postgres", 1900), 2);
    ck_assert_int_eq(lookups_after("postgres", 200), 3);
    ck_assert_msg(lookups_after("postgres", 5000) == 3, "a new answer is cached");
    ck_assert_msg(lookups_after("redis", 0) == 3, "the answer for another name is cached");
}

TEST(repeated_distrust_adds_no_look_ups)
{
    for (int second = 0; second < 20; second++) {
        ck_assert_int_eq(lookups_after("postgres", 1000), second / 2 + 1);
        work_distrust(work, "postgres");
    }
}
