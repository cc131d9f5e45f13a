// SPDX-License-Identifier: MIT
#include "base/uuid.h"

#include "support/test.h"

TEST(ids_of_one_process_strictly_increase)
{
    struct uuid last = uuid_make();

    for (int i = 0; i < 20000; i++) {
        if (i == 5000)
            now_freeze(now_wall_us(), 0); /* the counter alone */
        if (i == 12000)
            now_advance_us(-3600000000); /* the clock is set back */
        if (i == 15000)
            now_thaw();
        struct uuid next = uuid_make();
        ck_assert_msg(memcmp(last.bytes, next.bytes, 16) < 0, "the %dth", i);
        last = next;
    }
}

TEST(ids_are_version_seven_of_the_present_millisecond)
{
    char text[UUID_TEXT_LEN + 1];

    now_freeze(INT64_C(4000000000123456), 0);
    struct uuid uuid = uuid_make();
    now_thaw();
    uuid_format(&uuid, text);
    ck_begins(text, "03a35294-407b-7");
    ck_assert_ptr_nonnull(strchr("89ab", text[19]));
    ck_assert(!uuid_is_nil(&uuid));
}

TEST(clock_before_1970_still_makes_ids)
{
    now_freeze(-5000000, 0);
    struct uuid first = uuid_make();
    struct uuid second = uuid_make();
    now_thaw();
    ck_assert(!uuid_equal(&first, &second));
}

static const char valid[] = "01a1f82a-c8ba-70c7-93e3-0af386571340";

TEST(text_round_trips_through_bytes)
{
    struct uuid uuid, upper;
    char text[UUID_TEXT_LEN + 1];

    ck_assert(uuid_parse(slice_of(valid), &uuid));
    uuid_format(&uuid, text);
    ck_assert_str_eq(text, valid);
    ck_assert(uuid_parse(SLICE("01A1F82A-C8BA-70C7-93E3-0AF386571340"), &upper));
    ck_assert(uuid_equal(&uuid, &upper));
    ck_assert(uuid_parse(SLICE("00000000-0000-0000-0000-000000000000"), &upper));
    ck_assert(uuid_is_nil(&upper));
    ck_assert(!uuid_equal(&uuid, &upper));
}

TEST(every_wrong_character_is_refused)
{
    struct uuid before = {{77}}, uuid = before;

    for (size_t i = 0; i < UUID_TEXT_LEN; i++) {
        char text[UUID_TEXT_LEN + 1];
        memcpy(text, valid, sizeof text);
        for (const char *c = "g/:@G`-. \xd0"; *c != '\0'; c++) {
            if (*c == valid[i])
                continue;
            text[i] = *c;
            ck_assert_msg(!uuid_parse((struct slice){text, UUID_TEXT_LEN}, &uuid), "%s", text);
        }
        ck_assert(!uuid_parse((struct slice){valid, i}, &uuid));
    }
    ck_assert(!uuid_parse(SLICE("01a1f82a-c8ba-70c7-93e3-0af3865713400"), &uuid));
    ck_assert(!uuid_parse(SLICE_NONE, &uuid));
    ck_assert(uuid_equal(&uuid, &before));
}
