// SPDX-License-Identifier: MIT
#include "stand.h"

#include <fcntl.h>
#include <sys/wait.h>

#include <hiredis/hiredis.h>

#include "support/child.h"
#include "support/free_port.h"

struct stand stand;

static bool answers_ping(int port)
{
    redisContext *context = redisConnect("127.0.0.1", port);
    bool ok = context != NULL && context->err == 0;
    redisReply *reply = ok ? redisCommand(context, "PING") : NULL;

    ok = reply != NULL && reply->type != REDIS_REPLY_ERROR;
    if (reply != NULL)
        freeReplyObject(reply);
    if (context != NULL)
        redisFree(context);
    return ok;
}

void stand_redis_start(void)
{
    const char *port = textf("%d", stand.port);

    stand.redis = child_fork();
    ck_assert_int_ge(stand.redis, 0);
    if (stand.redis == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        /* Redis 8 does not start if the locale of LANG was never generated. */
        setenv("LC_ALL", "C", 1);
        execlp("redis-server", "redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "",
               "--appendonly", "no", NULL);
        _exit(127);
    }
    wait_until(answers_ping(stand.port) || waitpid(stand.redis, NULL, WNOHANG) != 0,
               "redis-server answers");
    ck_assert_msg(answers_ping(stand.port), "redis-server ended at port %d", stand.port);
}

void stand_redis_kill(void)
{
    if (stand.redis <= 0)
        return;
    kill(stand.redis, SIGKILL);
    waitpid(stand.redis, NULL, 0);
    stand.redis = 0;
}

void stand_redis_freeze(void)
{
    kill(stand.redis, SIGSTOP);
    waitpid(stand.redis, NULL, WUNTRACED);
    stand.is_frozen = true;
}

void stand_redis_thaw(void)
{
    kill(stand.redis, SIGCONT);
    stand.is_frozen = false;
}

const char *stand_redis(const char *command)
{
    static char text[4096];
    redisContext *context = redisConnect("127.0.0.1", stand.port);

    ck_assert(context != NULL && context->err == 0);
    redisReply *reply = redisCommand(context, command);
    ck_assert_ptr_nonnull(reply);
    if (reply->type == REDIS_REPLY_INTEGER)
        snprintf(text, sizeof text, "%lld", reply->integer);
    else
        snprintf(text, sizeof text, "%s", reply->str != NULL ? reply->str : "(nil)");
    freeReplyObject(reply);
    redisFree(context);
    return text;
}

struct cache *stand_cache(const char *url)
{
    struct cache *cache = cache_create(stand.loop, stand.work, url, &fault);

    ck_assert_ptr_nonnull(cache);
    return cache;
}

void stand_begin_without_redis(void)
{
    stand = (struct stand){0};
    now_thaw(); /* a check that failed before may have left the clock stopped */
    stand.port = free_port();
    snprintf(stand.url, sizeof stand.url, "redis://127.0.0.1:%d", stand.port);
    ck_ok((stand.loop = loop_create(&fault)) != NULL);
    ck_ok((stand.work = work_create(stand.loop, 2, 16, &fault)) != NULL);
    stand.cache = stand_cache(stand.url);
}

static void wait_up(void *data)
{
    stand_wait_usable(data, true);
}

void stand_begin(void)
{
    stand_begin_without_redis();
    cache_destroy(stand.cache);
    stand_redis_start();
    stand.cache = stand_cache(stand.url);
    stand_run(wait_up, stand.cache);
}

void stand_end(void)
{
    cache_destroy(stand.cache);
    work_destroy(stand.work);
    loop_destroy(stand.loop);
    stand_redis_kill();
}

struct run {
    fiber_fn *run;
    void *data;
    bool ended;
};

static void run_one(void *data)
{
    struct run *run = data;

    run->run(run->data);
    run->ended = true;
    loop_stop(stand.loop);
}

void stand_run(fiber_fn *run, void *data)
{
    struct run one = {run, data, false};

    ck_ok(fiber_start(stand.loop, run_one, &one, now_mono_ns() + patience_ms(20000) * NS_PER_MS,
                      "test", &fault));
    loop_run(stand.loop);
    ck_assert(one.ended);
}

void stand_sleep_ms(int64_t ms)
{
    ck_ok(fiber_sleep(ms * NS_PER_MS, &fault));
}

static void nothing(void *arg)
{
}

void stand_turn(void)
{
    ck_ok(work_run(stand.work, nothing, NULL, 0, NULL, &fault));
}

void stand_pause_and_turn(int ms)
{
    wait_pause(ms);
    stand_turn();
}

void stand_wait_usable(struct cache *cache, bool usable)
{
    stand_until(cache_is_usable(cache) == usable, "the cache becomes %s",
                usable ? "usable" : "unusable");
}

int64_t stand_now_ms(void)
{
    return now_mono_ns() / NS_PER_MS;
}

void stand_clock_stop(void)
{
    if (!stand.is_frozen && stand.clock_stops++ == 0)
        now_freeze(now_wall_us(), now_mono_ns());
}

void stand_clock_go(void)
{
    if (!stand.is_frozen && --stand.clock_stops == 0)
        now_thaw();
}
