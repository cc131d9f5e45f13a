// SPDX-License-Identifier: MIT
/* The link that binds an owner's chat survives a round trip, for this bot only. */
#include "base/text.h"

#include "owner/owner_link.h"
#include "support/test.h"

static const struct owner_link made = {
    .owner = {{1, 143, 0, 1, 0, 0, 112, 0, 128, 0, 0, 0, 0, 0, 0, 1}},
    .version = 4000000000,
    .ends_at = INT64_C(1795849200000000),
};

static char payload[OWNER_LINK_MAX + 1]; /* of `made` */
static uint8_t key[BUTTON_KEY_LEN];
static struct owner_link seen;

static void begin(void)
{
    button_derive_key(SLICE("1:token"), key);
    owner_link_write(&made, key, payload);
}

TEST_CASE("owner_link", .setup = begin);

static struct slice behind(void)
{
    return slice_from(slice_of(payload), strlen(OWNER_LINK_PREFIX));
}

TEST(link_round_trip)
{
    ck_assert(slice_starts(slice_of(payload), SLICE(OWNER_LINK_PREFIX)));
    ck_assert_uint_le(strlen(payload), OWNER_LINK_MAX);
    ck_assert(text_is_url_safe(slice_of(payload)));
    ck_assert(owner_link_read(behind(), key, &seen));
    ck_assert(uuid_equal(&seen.owner, &made.owner));
    ck_assert_int_eq(seen.version, made.version);
    ck_assert_int_eq(seen.ends_at, made.ends_at);
}

TEST(changed_link_is_rejected)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

    for (size_t at = strlen(OWNER_LINK_PREFIX); payload[at] != '\0'; at++) {
        const char right = payload[at];
        for (const char *wrong = letters; *wrong != '\0'; wrong++) {
            payload[at] = *wrong;
            ck_assert_int_eq(owner_link_read(behind(), key, &seen), *wrong == right);
        }
        payload[at] = right;
    }
    for (size_t len = 0; len < strlen(payload) - strlen(OWNER_LINK_PREFIX); len++)
        ck_assert(!owner_link_read((struct slice){behind().at, len}, key, &seen));
    ck_assert(!owner_link_read(SLICE("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), key,
                               &seen));
}

/* A new token invalidates all links, like buttons. */
TEST(link_of_other_bot_is_rejected)
{
    uint8_t other[BUTTON_KEY_LEN];

    button_derive_key(SLICE("2:token"), other);
    ck_assert(!owner_link_read(behind(), other, &seen));
}
