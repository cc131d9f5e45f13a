// SPDX-License-Identifier: MIT
/* The dialogue "ride". */
#include "taxi/ride.h"
#include "taxi/ride_steps.h"

enum { IDLE_S = 24 * 3600 };

#define STEP(name) &ride_step_##name,
static const struct flow_step *const steps[] = {RIDE_STEPS(STEP)};

const struct flow ride_flow = {
    .name = "ride",
    .idle_s = IDLE_S,
    .data_format = 1,
    .data = &ride_fields,
    .text = ride_handle_text,
    .answer = ride_answer_question,
    .steps = steps,
    .step_count = ARRAY_LEN(steps),
};
