// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>

#include "base/now.h"
#include "base/parse.h"
#include "cache/far_private.h"

enum { REPEAT_MS = 200, FAR_KEY_ROOM = CACHE_NAME_MAX + CACHE_KEY_MAX + 1, NUMBER_ROOM = 24 };

/* Versions are compared as Lua numbers, exact up to 2^53. */
#define STORED_VERSION                                                                             \
    "local had = redis.call('GETRANGE', KEYS[1], 0, 23)\n"                                         \
    "local stored = tonumber(string.match(had, '^(-?%d+)|'))\n"

/* ARGV: version, value, milliseconds */
static const char put_script[] =
    STORED_VERSION "if stored and stored > tonumber(ARGV[1]) then return 0 end\n"
                   "redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])\n"
                   "return 1\n";

/* ARGV: version, milliseconds of the floor, channel, message. A full Redis refuses SET, also a slow
 * reader's, but not DEL; so the old entry is deleted first, and storing the floor may fail. */
static const char drop_script[] =
    STORED_VERSION "if not stored or stored < tonumber(ARGV[1]) then\n"
                   "  redis.call('DEL', KEYS[1])\n"
                   "  redis.pcall('SET', KEYS[1], ARGV[1] .. '|f', 'PX', ARGV[2])\n"
                   "end\n"
                   "redis.call('PUBLISH', ARGV[3], ARGV[4])\n"
                   "return 1\n";

struct cache_far_drop {
    TAILQ_ENTRY(cache_far_drop) next;
    struct cache_far *far;
    int64_t version;
    int64_t until_ns;
    bool sent;
    bool confirmed;
    size_t key_len;
    char key[];
};

static struct slice number(char room[NUMBER_ROOM], int64_t value)
{
    int len = snprintf(room, NUMBER_ROOM, "%lld", (long long)value);
    return (struct slice){room, (size_t)len};
}

static struct slice far_key(const struct cache_far *far, struct slice key, char room[FAR_KEY_ROOM])
{
    int len = snprintf(room, FAR_KEY_ROOM, "%s%.*s", far->name, SLICE_ARG(key));
    return (struct slice){room, (size_t)len};
}

bool cache_far_split(struct slice text, int64_t *version, struct slice *rest)
{
    const struct slice number = slice_cut(&text, '|');
    if (text.at == NULL || !parse_i64(number, INT64_MIN, INT64_MAX, version))
        return false;
    *rest = text;
    return true;
}

/* --- get and put --- */

bool cache_far_get(struct cache_far *far, struct slice key, struct arena *arena,
                   struct cache_value *out)
{
    char room[FAR_KEY_ROOM];
    const struct slice args[] = {SLICE("GET"), far_key(far, key, room)};
    struct slice text, rest;
    struct fault ignored;
    int64_t version;
    if (far->unsent > 0)
        cache_far_repeat(far);
    if (!cache_command(far->cache, args, 2, arena, &text, &ignored) ||
        !cache_far_split(text, &version, &rest))
        return false;
    if (rest.len < 2 || (rest.at[0] != '0' && rest.at[0] != '1') || rest.at[1] != '|')
        return false;
    *out = (struct cache_value){
        .found = rest.at[0] == '1',
        .version = version,
        .data = {rest.at + 2, rest.len - 2},
    };
    return true;
}

void cache_far_put(struct cache_far *far, struct slice key, const struct cache_value *value,
                   int64_t keep_ms)
{
    char room[FAR_KEY_ROOM], version[NUMBER_ROOM], keep[NUMBER_ROOM];
    size_t head = NUMBER_ROOM + 3;
    char *text = malloc(head + value->data.len);
    if (text == NULL)
        return;
    int len = snprintf(text, head, "%lld|%d|", (long long)value->version, value->found ? 1 : 0);
    if (value->data.len > 0)
        memcpy(text + len, value->data.at, value->data.len);
    const struct slice values[] = {
        number(version, value->version),
        {text, (size_t)len + value->data.len},
        number(keep, keep_ms),
    };
    cache_script_ask(&far->put, far_key(far, key, room), values, 3, NULL, NULL);
    free(text);
}

/* --- dropping --- */

static void drop_discard(struct cache_far *far, struct cache_far_drop *drop)
{
    TAILQ_REMOVE(&far->drops, drop, next);
    far->drop_count--;
    if (!drop->sent)
        far->unsent--;
    else if (!drop->confirmed)
        cache_forget(far->cache, drop);
    free(drop);
}

static void on_repeat_timer(void *data)
{
    cache_far_repeat(data);
}

static void repeat_arm(struct cache_far *far)
{
    struct loop *loop = cache_loop(far->cache);
    /* Out of memory for the timer: the next cache_far_get() sends them. */
    if (far->unsent > 0 && far->repeat.slot == 0 &&
        !loop_timer_start(loop, &far->repeat, loop_now_ns(loop) + REPEAT_MS * NS_PER_MS,
                          on_repeat_timer, far))
        return;
}

static void drop_confirmed(void *data, const struct slice *answer)
{
    struct cache_far_drop *drop = data;
    struct cache_far *far = drop->far;
    drop->confirmed = answer != NULL;
    if (answer == NULL) {
        drop->sent = false;
        far->unsent++;
        repeat_arm(far);
        return;
    }
    drop_discard(far, drop);
}

static bool drop_send(struct cache_far *far, struct cache_far_drop *drop)
{
    char room[FAR_KEY_ROOM], version[NUMBER_ROOM], floor_ms[NUMBER_ROOM];
    char message[NUMBER_ROOM + CACHE_KEY_MAX + 1];
    int len = snprintf(message, sizeof(message), "%lld|%.*s", (long long)drop->version,
                       (int)drop->key_len, drop->key);
    const struct slice values[] = {
        number(version, drop->version),
        number(floor_ms, far->floor_ms),
        slice_of(far->channel),
        {message, (size_t)len},
    };
    const struct slice key = {drop->key, drop->key_len};
    drop->sent =
        cache_script_ask(&far->drop, far_key(far, key, room), values, 4, drop_confirmed, drop);
    return drop->sent;
}

void cache_far_repeat(struct cache_far *far)
{
    int64_t now_ns = loop_now_ns(cache_loop(far->cache));
    struct cache_far_drop *next;
    for (struct cache_far_drop *drop = TAILQ_FIRST(&far->drops); drop != NULL && far->unsent > 0;
         drop = next) {
        next = TAILQ_NEXT(drop, next);
        if (drop->sent)
            continue;
        if (now_ns >= drop->until_ns)
            drop_discard(far, drop);
        else if (drop_send(far, drop))
            far->unsent--;
        else
            break;
    }
    repeat_arm(far);
}

void cache_far_drop(struct cache_far *far, struct slice key, int64_t version)
{
    if (!cache_configured(far->cache))
        return;
    struct cache_far_drop *drop = calloc(1, sizeof(*drop) + key.len + 1);
    if (drop == NULL)
        return;
    if (far->drop_count >= CACHE_FAR_DROPS_MAX)
        drop_discard(far, TAILQ_FIRST(&far->drops));
    drop->far = far;
    drop->version = version;
    drop->until_ns = loop_now_ns(cache_loop(far->cache)) + far->keep_ms * NS_PER_MS;
    drop->key_len = key.len;
    if (key.len > 0)
        memcpy(drop->key, key.at, key.len);
    TAILQ_INSERT_TAIL(&far->drops, drop, next);
    far->drop_count++;
    far->unsent++;
    cache_far_repeat(far);
}

void cache_far_init(struct cache_far *far)
{
    TAILQ_INIT(&far->drops);
    far->put.text = put_script;
    far->drop.text = drop_script;
    cache_script_add(far->cache, &far->put);
    cache_script_add(far->cache, &far->drop);
}

void cache_far_finish(struct cache_far *far)
{
    while (!TAILQ_EMPTY(&far->drops))
        drop_discard(far, TAILQ_FIRST(&far->drops));
    loop_timer_stop(cache_loop(far->cache), &far->repeat);
    cache_script_remove(far->cache, &far->put);
    cache_script_remove(far->cache, &far->drop);
}
