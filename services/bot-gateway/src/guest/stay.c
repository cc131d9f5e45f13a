// SPDX-License-Identifier: MIT
/* The dialogue "stay". */
#include "guest/stay.h"

#include "guest/stay_steps.h"

enum { IDLE_S = 24 * 3600 };

static void shift_unheard_flag(void *data)
{
    struct stay *stay = data;

    stay->was_unheard = stay->unheard;
    stay->unheard = false;
}

#define STEP(name) &stay_step_##name,
static const struct flow_step *const steps[] = {STAY_STEPS(STEP)};

const struct flow stay_flow = {
    .name = "stay",
    .idle_s = IDLE_S,
    .data_format = 2,
    .data = &stay_fields,
    .resume = shift_unheard_flag,
    .text = stay_handle_text,
    .answer = stay_answer_question,
    .steps = steps,
    .step_count = ARRAY_LEN(steps),
};
