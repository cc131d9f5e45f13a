// SPDX-License-Identifier: MIT
/* The refusal of nights that somebody has. */
#pragma once

#include "booking.h"

/* False: FAULT_CONFLICT "nights_taken" with the member `nights`, from who has nights there. */
bool booking_taken_refuse(struct arena *arena, int32_t check_in, int32_t check_out,
                          int64_t buffer_days, const struct booking_taken *taken, size_t count,
                          struct fault *fault);
