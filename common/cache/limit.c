// SPDX-License-Identifier: MIT
#include "cache/limit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "base/digest.h"
#include "base/metric.h"
#include "base/now.h"
#include "base/number.h"
#include "base/parse.h"
#include "cache/cache.h"
#include "loop/fiber.h"

enum {
    LEASE_SHARE = 10,   /* a lease has at most this fraction (1/10) of the rate and of the burst */
    LEASE_MS = 1000,    /* how long a lease is valid */
    EMPTY_MIN_MS = 5,   /* minimum time before an empty shared bucket is queried again */
    LOCAL_MS = 1000,    /* time during which Redis is not queried after it failed to answer */
    WAITING_MAX = 1024, /* maximum of fibers that wait for one lease */
    EVICT_TRIES = 8,    /* maximum of buckets that are checked for one without waiting fibers */
    KEY_PREFIX_ROOM = 16, /* bytes for the prefix "limit:" */
    KEY_MAX = 256
};

enum cache_count {
    CACHE_COUNT_LEASED, /* decisions of limiters: allowed by a leased token */
    CACHE_COUNT_LOCAL,  /* allowed by this process while Redis could not be reached */
    CACHE_COUNT_REFUSED,
    CACHE_COUNT_REFUSED_LOCAL,
    CACHE_COUNT_LEASES, /* answers to requests for a lease */
    CACHE_COUNT_LEASES_EMPTY,
    CACHE_COUNT_LEASES_FAILED,
    CACHE_COUNTS
};

#define COUNTER(n, h, l)                                                                           \
    {                                                                                              \
        .name = n, .help = h, .type = METRIC_COUNTER, .labels = l                                  \
    }
#define DECISIONS(result, by)                                                                      \
    COUNTER("limit_decisions_total",                                                               \
            "Decisions of the rate limit, with Redis or by this process alone.",                   \
            "result=\"" result "\",by=\"" by "\"")
#define LEASES(result)                                                                             \
    COUNTER("limit_leases_total", "Leases of tokens asked of Redis.", "result=\"" result "\"")

/* Summed over this process. */
static struct metric counters[CACHE_COUNTS] = {
    [CACHE_COUNT_LEASED] = DECISIONS("allowed", "redis"),
    [CACHE_COUNT_LOCAL] = DECISIONS("allowed", "process"),
    [CACHE_COUNT_REFUSED] = DECISIONS("refused", "redis"),
    [CACHE_COUNT_REFUSED_LOCAL] = DECISIONS("refused", "process"),
    [CACHE_COUNT_LEASES] = LEASES("granted"),
    [CACHE_COUNT_LEASES_EMPTY] = LEASES("empty"),
    [CACHE_COUNT_LEASES_FAILED] = LEASES("failed"),
};

static void increment_counter(enum cache_count counter)
{
    counters[counter].value++;
}

void cache_metrics_register(void)
{
    metric_register_all(counters, CACHE_COUNTS);
}

/* Returns ARGV[4] unused tokens to the bucket, then takes up to ARGV[3] tokens. Answers "given left
 * wait": `wait` is the time until the next token (ms) if none was given, else 0. A missing bucket
 * is full, because buckets of rarely used keys expire. Uses the clock of Redis, because the clocks
 * of instances differ. HSETNX tests whether the bucket exists, because HMGET of a missing one would
 * lower the cache's hit rate. */
static const char lease_script[] =
    "local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])\n"
    "local time = redis.call('TIME')\n"
    "local now = time[1] * 1000 + math.floor(time[2] / 1000)\n"
    "local had = {}\n"
    "if redis.call('HSETNX', KEYS[1], 'at', 0) == 0 then\n"
    "  had = redis.call('HMGET', KEYS[1], 'tokens', 'at')\n"
    "end\n"
    "local tokens = burst\n"
    "if had[1] and had[2] then\n"
    "  local passed = math.max(0, now - tonumber(had[2]))\n"
    "  tokens = math.min(burst, tonumber(had[1]) + tonumber(ARGV[4]) + passed * rate / 1000)\n"
    "end\n"
    "local given = math.min(tonumber(ARGV[3]), math.floor(tokens))\n"
    "tokens = tokens - given\n"
    "redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens),\n"
    "  'at', string.format('%.0f', now))\n"
    "redis.call('PEXPIRE', KEYS[1], math.ceil((burst - tokens) * 1000 / rate) + 1000)\n"
    "local wait = 0\n"
    "if given == 0 then wait = math.ceil((1 - tokens) * 1000 / rate) end\n"
    "return string.format('%d %d %d', given, math.floor(tokens), wait)\n";

struct bucket {
    struct limiter *limiter;
    LIST_ENTRY(bucket) chain; /* other buckets in the same slot of the hash table */
    TAILQ_ENTRY(bucket) use;
    uint64_t hash;
    int64_t rate;
    int64_t burst;
    int64_t lease; /* tokens that this process has leased */
    /* End of the lease: its tokens are then returned with the next request. */
    int64_t lease_until_ns;
    int64_t shared; /* tokens left in Redis at `shared_ns` */
    int64_t shared_ns;
    int64_t empty_until_ns; /* Redis has no token before this time */
    int64_t local_until_ns; /* Redis failed to answer and is not queried before this time */
    double local;     /* tokens that this process may take while Redis does not answer; refilled at
                         every use */
    int64_t alone_ns; /* time of the last refill of `local`; 0: never */
    struct fiber_queue waiting;
    size_t users; /* parked fibers that hold a pointer to the bucket */
    bool asking;  /* a lease was requested, and the answer has not come */
    size_t key_len;
    char key[];
};

struct limiter {
    struct loop *loop;
    struct cache *cache;
    LIST_HEAD(, bucket) * table;
    size_t mask;
    size_t count;
    size_t max;
    TAILQ_HEAD(bucket_uses, bucket) by_use; /* the most recently used bucket is first */
};

/* --- buckets by key --- */

static void bucket_discard(struct limiter *limiter, struct bucket *bucket)
{
    LIST_REMOVE(bucket, chain);
    TAILQ_REMOVE(&limiter->by_use, bucket, use);
    if (bucket->asking)
        cache_drop_answers(limiter->cache, bucket);
    limiter->count--;
    free(bucket);
}

static bool bucket_evict_if_full(struct limiter *limiter)
{
    struct bucket *bucket = TAILQ_LAST(&limiter->by_use, bucket_uses);

    if (limiter->count < limiter->max)
        return true;
    for (int tries = 0; bucket != NULL && tries < EVICT_TRIES; tries++) {
        if (bucket->users == 0) {
            bucket_discard(limiter, bucket);
            return true;
        }
        bucket = TAILQ_PREV(bucket, bucket_uses, use);
    }
    return false;
}

static struct bucket *bucket_find(struct limiter *limiter, uint64_t hash, struct slice key)
{
    struct bucket *bucket = LIST_FIRST(&limiter->table[hash & limiter->mask]);

    while (bucket != NULL && (bucket->hash != hash ||
                              !slice_equal((struct slice){bucket->key, bucket->key_len}, key)))
        bucket = LIST_NEXT(bucket, chain);
    return bucket;
}

static struct bucket *bucket_create(struct limiter *limiter, uint64_t hash, struct slice key)
{
    if (key.len > KEY_MAX || !bucket_evict_if_full(limiter))
        return NULL;
    struct bucket *bucket = calloc(1, sizeof *bucket + key.len + 1);
    if (bucket == NULL)
        return NULL;
    bucket->limiter = limiter;
    bucket->hash = hash;
    bucket->key_len = key.len;
    if (key.len > 0)
        memcpy(bucket->key, key.at, key.len);
    LIST_INSERT_HEAD(&limiter->table[hash & limiter->mask], bucket, chain);
    TAILQ_INSERT_HEAD(&limiter->by_use, bucket, use);
    limiter->count++;
    return bucket;
}

static struct bucket *bucket_find_or_create(struct limiter *limiter, struct slice key)
{
    uint64_t hash = digest_fast64(key);
    struct bucket *bucket = bucket_find(limiter, hash, key);

    if (bucket == NULL)
        return bucket_create(limiter, hash, key);
    if (bucket != TAILQ_FIRST(&limiter->by_use)) {
        TAILQ_REMOVE(&limiter->by_use, bucket, use);
        TAILQ_INSERT_HEAD(&limiter->by_use, bucket, use);
    }
    return bucket;
}

/* --- the lease --- */

static int64_t compute_lease_size(const struct bucket *bucket)
{
    return number_max(number_min(bucket->rate, bucket->burst) / LEASE_SHARE, 1);
}

static bool lease_parse(struct slice text, int64_t out[3])
{
    for (int i = 0; i < 3; i++)
        if (!parse_i64(slice_cut(&text, ' '), 0, INT64_MAX / NS_PER_S, &out[i]))
            return false;
    return text.len == 0;
}

static void lease_apply_answer(struct bucket *bucket, const int64_t answer[3], int64_t now_ns)
{
    int64_t wait_ms = answer[2] > EMPTY_MIN_MS ? answer[2] : EMPTY_MIN_MS;

    bucket->lease += answer[0];
    bucket->lease_until_ns = now_ns + LEASE_MS * NS_PER_MS;
    bucket->shared = answer[1];
    bucket->shared_ns = now_ns;
    increment_counter(answer[0] > 0 ? CACHE_COUNT_LEASES : CACHE_COUNT_LEASES_EMPTY);
    if (answer[0] == 0)
        bucket->empty_until_ns = now_ns + wait_ms * NS_PER_MS;
    /* If Redis stops answering, this instance continues with these tokens, not with a full
     * burst. */
    if (bucket->local > (double)(bucket->lease + bucket->shared))
        bucket->local = (double)(bucket->lease + bucket->shared);
}

static void on_lease_answer(void *data, enum cache_end end, struct slice text)
{
    struct bucket *bucket = data;
    int64_t now_ns = loop_now_ns(bucket->limiter->loop);
    int64_t answer[3]; /* tokens given, tokens left, milliseconds to wait */

    bucket->asking = false;
    if (end == CACHE_ANSWERED && lease_parse(text, answer)) {
        lease_apply_answer(bucket, answer, now_ns);
    } else {
        increment_counter(CACHE_COUNT_LEASES_FAILED);
        bucket->local_until_ns = now_ns + LOCAL_MS * NS_PER_MS;
    }
    fiber_queue_wake_all(&bucket->waiting);
}

/* Requests a lease from Redis. True if an answer will come. */
static bool lease_request(struct bucket *bucket, int64_t now_ns)
{
    char key[KEY_PREFIX_ROOM + KEY_MAX];
    char numbers[4][24];
    struct slice args[8] = {SLICE("EVAL"), SLICE(lease_script), SLICE("1"), {.at = key}};
    int64_t back = bucket->lease_until_ns <= now_ns ? bucket->lease : 0;
    const int64_t asked[4] = {bucket->rate, bucket->burst, compute_lease_size(bucket), back};

    if (bucket->asking)
        return true;
    if (now_ns < bucket->local_until_ns)
        return false;
    for (int i = 0; i < 4; i++) {
        int len = snprintf(numbers[i], sizeof numbers[i], "%lld", (long long)asked[i]);
        args[4 + i] = (struct slice){numbers[i], (size_t)len};
    }
    args[3].len =
        (size_t)snprintf(key, sizeof key, "limit:%.*s", (int)bucket->key_len, bucket->key);
    bucket->asking = cache_send(bucket->limiter->cache, args, 8, on_lease_answer, bucket);
    if (bucket->asking)
        bucket->lease -= back;
    return bucket->asking;
}

static bool take_leased_token(struct bucket *bucket, int64_t now_ns)
{
    if (bucket->lease == 0 || now_ns >= bucket->lease_until_ns)
        return false;
    bucket->lease--;
    if (bucket->lease < compute_lease_size(bucket) / 2 && now_ns >= bucket->empty_until_ns)
        lease_request(bucket, now_ns);
    return true;
}

/* --- the decision --- */

static void refill_local_tokens(struct bucket *bucket, int64_t rate, int64_t burst, int64_t now_ns)
{
    if (bucket->alone_ns == 0)
        bucket->local = (double)burst;
    else
        bucket->local +=
            (double)(now_ns - bucket->alone_ns) * (double)bucket->rate / (double)NS_PER_S;
    bucket->alone_ns = now_ns;
    bucket->rate = rate;
    bucket->burst = burst;
    if (bucket->local > (double)burst)
        bucket->local = (double)burst;
}

static int64_t seconds_to_refill(double tokens, int64_t rate)
{
    int64_t whole = (int64_t)(tokens / (double)rate);

    return (double)whole * (double)rate < tokens ? whole + 1 : whole;
}

static struct limit_decision make_decision(const struct bucket *bucket, bool allowed, double left)
{
    const double burst = (double)bucket->burst;
    struct limit_decision decision = {
        .allowed = allowed,
        .limit = bucket->burst,
        .window_s = seconds_to_refill(burst, bucket->rate),
    };

    left = left < 0 ? 0 : left > burst ? burst : left;
    decision.remaining = allowed ? (int64_t)left : 0;
    decision.reset_s = seconds_to_refill(burst - left, bucket->rate);
    if (!allowed && decision.reset_s < 1)
        decision.reset_s = 1;
    return decision;
}

static struct limit_decision allow_by_lease(struct bucket *bucket, int64_t now_ns)
{
    double refilled =
        (double)(now_ns - bucket->shared_ns) * (double)bucket->rate / (double)NS_PER_S;

    bucket->local -= 1;
    increment_counter(CACHE_COUNT_LEASED);
    return make_decision(bucket, true, (double)(bucket->lease + bucket->shared) + refilled);
}

static struct limit_decision refuse_with_retry_after(const struct bucket *bucket, int64_t wait_ns)
{
    struct limit_decision decision = make_decision(bucket, false, 0);

    decision.retry_after_s = wait_ns > NS_PER_S ? (wait_ns + NS_PER_S - 1) / NS_PER_S : 1;
    return decision;
}

static struct limit_decision decide_locally(struct bucket *bucket)
{
    increment_counter(bucket->local < 1 ? CACHE_COUNT_REFUSED_LOCAL : CACHE_COUNT_LOCAL);
    if (bucket->local < 1)
        return refuse_with_retry_after(bucket, 0);
    bucket->local -= 1;
    return make_decision(bucket, true, bucket->local);
}

struct limit_decision limiter_take_token(struct limiter *limiter, struct slice key,
                                         int64_t rate_per_s, int64_t burst)
{
    int64_t now_ns = loop_now_ns(limiter->loop);
    int64_t until_ns = now_ns + CACHE_COMMAND_MS * NS_PER_MS;
    struct bucket *bucket = bucket_find_or_create(limiter, key);
    struct fault ignored;

    rate_per_s = number_max(rate_per_s, 1);
    burst = number_max(burst, 1);
    if (bucket == NULL) /* memory is out: the request is served without counting */
        return (struct limit_decision){
            .allowed = true, .limit = burst, .window_s = 1, .remaining = burst};
    refill_local_tokens(bucket, rate_per_s, burst, now_ns);
    for (;;) {
        if (take_leased_token(bucket, now_ns))
            return allow_by_lease(bucket, now_ns);
        if (now_ns < bucket->empty_until_ns) {
            increment_counter(CACHE_COUNT_REFUSED);
            return refuse_with_retry_after(bucket, bucket->empty_until_ns - now_ns);
        }
        if (!cache_is_usable(limiter->cache) || !lease_request(bucket, now_ns) ||
            fiber_current() == NULL)
            return decide_locally(bucket);
        bucket->users++;
        bool woken = fiber_queue_wait(&bucket->waiting, WAITING_MAX, until_ns, &ignored);
        bucket->users--;
        if (!woken)
            return decide_locally(bucket);
        now_ns = loop_now_ns(limiter->loop);
    }
}

struct limiter *limiter_create(struct loop *loop, struct cache *cache, size_t keys_max,
                               struct fault *fault)
{
    size_t slots = 64;

    while (slots < keys_max)
        slots *= 2;
    struct limiter *limiter = fault_calloc(sizeof *limiter, "rate limits", fault);
    if (limiter == NULL)
        return NULL;
    limiter->table = fault_calloc(slots * sizeof *limiter->table, "rate limits", fault);
    if (limiter->table == NULL) {
        free(limiter);
        return NULL;
    }
    TAILQ_INIT(&limiter->by_use);
    limiter->loop = loop;
    limiter->cache = cache;
    limiter->mask = slots - 1;
    limiter->max = keys_max > 0 ? keys_max : 1;
    return limiter;
}

void limiter_destroy(struct limiter *limiter)
{
    if (limiter == NULL)
        return;
    while (limiter->count > 0)
        bucket_discard(limiter, TAILQ_FIRST(&limiter->by_use));
    free(limiter->table);
    free(limiter);
}
