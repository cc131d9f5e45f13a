// SPDX-License-Identifier: MIT
#include "base/log_person.h"

#include <assert.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/now.h"
#include "base/text.h"

enum { PERSON_MAX = 64 };

#define US_PER_DAY (86400 * US_PER_S)

static struct {
    struct log_person_key keys[LOG_PERSON_KEYS_MAX];
    size_t count;
    struct log_person_key own; /* random; used on days without a key */
} state = {.own.day = INT32_MIN};

void log_person_keys_set(const struct log_person_key *keys, size_t count)
{
    assert(count <= LOG_PERSON_KEYS_MAX);
    for (size_t i = 0; i < LOG_PERSON_KEYS_MAX; i++)
        state.keys[i] = i < count ? keys[i] : (struct log_person_key){0};
    state.count = count;
}

static const struct log_person_key *key_of_today(void)
{
    const int32_t today = (int32_t)(now_wall_us() / US_PER_DAY);

    for (size_t i = 0; i < state.count; i++)
        if (state.keys[i].day == today)
            return &state.keys[i];
    if (state.own.day != today) {
        digest_random(state.own.key, sizeof(state.own.key));
        state.own.day = today;
    }
    return &state.own;
}

static struct log_field field_of(struct slice person)
{
    const struct log_person_key *key = key_of_today();
    struct log_field field = {.name = "person", .type = LOG_FIELD_HEX};
    uint8_t hash[DIGEST_SHA256_LEN];
    uint64_t first = 0;

    digest_hmac_sha256((struct slice){(const char *)key->key, sizeof(key->key)}, person, hash);
    for (size_t i = 0; i < sizeof(first); i++)
        first = first << 8 | hash[i];
    field.integer = (int64_t)first;
    return field;
}

struct log_field log_person_telegram(int64_t user_id)
{
    char room[PERSON_MAX];
    struct buf person;

    buf_init_over(&person, room, sizeof(room));
    buf_text(&person, "telegram:");
    buf_i64(&person, user_id);
    return field_of(buf_as_slice(&person));
}

struct log_field log_person_phone(struct slice phone)
{
    char room[PERSON_MAX];
    struct buf person;

    assert(phone.len <= PHONE_MAX);
    buf_init_over(&person, room, sizeof(room));
    buf_text(&person, "phone:");
    buf_slice(&person, phone);
    return field_of(buf_as_slice(&person));
}
