// SPDX-License-Identifier: MIT
/* Connecting to a Redis that does not run. */
#include "cache/cache.h"

#include "support/free_port.h"
#include "support/scratch.h"

enum { ATTEMPTS = 2 };

static struct loop *loop;
static unsigned attempts;
static unsigned distrusted;

/* Every name has the address 127.0.0.1. */
__typeof__(work_resolve) __wrap_work_resolve;
bool __wrap_work_resolve(struct work *work, const char *host, uint16_t port, int64_t until_ns,
                         struct work_address *out, size_t *count, struct fault *why)
{
    if (++attempts > ATTEMPTS)
        loop_stop(loop);
    *count = 1;
    return work_address_parse("127.0.0.1", port, out) ||
           fault_set(why, FAULT_UNAVAILABLE, "host_unknown", "Why.");
}

__typeof__(work_distrust_addresses) __wrap_work_distrust_addresses;
void __wrap_work_distrust_addresses(struct work *work, const char *host)
{
    ck_assert_str_eq(host, "redis.test");
    distrusted++;
}

TEST(name_of_an_unreachable_redis_is_looked_up_again)
{
    ck_ok((loop = loop_create(&fault)) != NULL);
    struct work *work = work_create(loop, 1, 16, &fault);
    ck_assert_ptr_nonnull(work);
    struct cache *cache =
        cache_create(loop, work, textf("redis://redis.test:%d", free_port()), &fault);
    ck_assert_ptr_nonnull(cache);
    loop_run(loop);
    ck_assert_uint_eq(distrusted, ATTEMPTS);
    cache_destroy(cache);
    work_destroy(work);
    loop_destroy(loop);
}
