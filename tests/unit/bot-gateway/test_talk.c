// SPDX-License-Identifier: MIT
/* What a turn does after a function that returns nothing has failed. */
#include "dialogue/talk_private.h"
#include "products/products.h"
#include "support/scratch.h"

TEST_CASE("talk");

static int calls, moves;

static bool answer(void *data, const struct service_call *call, struct service_answer *answer,
                   struct fault *why)
{
    (void)data;
    (void)call;
    (void)why;
    *answer = (struct service_answer){200, SLICE("{}")};
    calls++;
    return true;
}

static bool put_bad_button(struct talk *talk)
{
    talk_command_button(talk, SLICE("OK"), "a name with blanks", SLICE(""));
    moves++;
    return true;
}

static bool put_too_many_buttons_and_call(struct talk *talk)
{
    struct service_answer got;

    for (int i = 0; i <= TURN_BUTTONS_MAX; i++)
        talk_command_button(talk, SLICE("OK"), "help", SLICE(""));
    talk_command_button(talk, SLICE("OK"), "a name with blanks", SLICE("")); /* not the first */
    moves++;
    return talk_get(talk, SLICE("/v1/cities"), &got);
}

static bool put_button_and_call(struct talk *talk)
{
    struct service_answer got;

    talk_command_button(talk, SLICE("OK"), "help", SLICE(""));
    moves++;
    return talk_get(talk, SLICE("/v1/cities"), &got);
}

static const struct {
    flow_move_fn *act;
    const char *code;
    int calls;
} failing[] = {
    {put_bad_button,                "bad_button",       0},
    {put_too_many_buttons_and_call, "too_many_buttons", 0},
    {put_button_and_call,           "",                 1},
};

TEST_ROWS(turn_makes_no_more_calls_and_fails_at_its_end, failing)
{
    const struct turn_input input = {
        .update = {.about = ABOUT_MESSAGE, .chat_id = 1, .user_id = 1, .is_private = true},
        .product = &product_apartments,
        .texts = texts_built_in(),
        .caller = {.call = answer         }
    };
    struct turn_output output = {.count = 0};
    struct talk talk;

    calls = moves = 0;
    fault.code = "";
    ck_assert(talk_init_and_resume(&talk, &input, &arena, &output, &fault));
    ck_assert_int_eq(talk_run_move(&talk, row->act), row->code[0] == '\0');
    talk_close(&talk);
    ck_assert_str_eq(fault.code, row->code);
    ck_assert_int_eq(moves, 1);
    ck_assert_int_eq(calls, row->calls);
}
