// SPDX-License-Identifier: MIT
/* Work of many milliseconds on memory of its own, beside the loop. */
#pragma once

#include "loop/work.h"

/* Runs `run(data)` in a thread. True: it has run, and the caller owns `data` as before. False: it
 * is dropped by `drop`, at once or when the thread is done with it: the fiber's time was over, or
 * too much work waits (FAULT_UNAVAILABLE "overloaded"). In a fiber. */
bool job_run(struct work *work, void (*run)(void *data), void *data, void (*drop)(void *data),
             struct fault *fault) MUST_CHECK;
