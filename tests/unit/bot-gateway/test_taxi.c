// SPDX-License-Identifier: MIT
/* Values that a driver types, and lists of several pages, in the dialogue of rides. */
#include "bots/bot.h"
#include "conversation.h"
#include "support/scratch.h"
#include "taxi/ride.h"

static struct conversation talk;

/* Opens a conversation that is at this step of the dialogue. */
static void begin_at(const struct scripted *world, const char *step, const char *data)
{
    conversation_open(&talk, world);
    talk.bot_type = BOT_TAXI;
    conversation_put(&talk, ride_flow.name, step, data, ride_flow.data_format, 1);
}

static void ck_clock(const char *text, const char *step, const char *stored)
{
    static const struct scripted nothing[] = {
        {NULL, 0, NULL}
    };

    begin_at(nothing, "clock",
             "{\"from\":\"almaty\",\"to\":\"taraz\",\"day\":\"2026-11-25\",\"publishes\":true}");
    ck_assert_msg(conversation_type(&talk, text), "%s: %s", text, talk.fault.code);
    ck_assert_msg(strcmp(talk.step, step) == 0, "%s: %s", text, talk.step);
    ck_assert_msg(strstr(talk.data, stored) != NULL, "%s: %s", text, talk.data);
    conversation_close(&talk);
}

TEST_CASE("taxi");

TEST(departure_may_be_at_any_minute_of_the_day)
{
    ck_clock("00:00", "seats", "\"clock\":1440,");
    ck_clock("0.00", "seats", "\"clock\":1440,");
    ck_clock("00:01", "seats", "\"clock\":1,");
    ck_clock("23:59", "seats", "\"clock\":1439,");
    ck_clock("25:00", "clock", "\"clock\":0,");
}
