// SPDX-License-Identifier: MIT
/* Runs CPU-bound work of many milliseconds in a thread of the work pool. */
#pragma once

#include "loop/work.h"

typedef bool job_fn(void *data, struct fault *fault);
/* Runs `run(data)` in a thread of the pool and waits for its end. On success the caller still owns
 * `data`. On failure `drop` frees `data`, at once or when the thread no longer uses it. Fails if
 * `run` fails, the fiber's deadline has passed, the fiber was cancelled, or the queue of the pool
 * is full (FAULT_UNAVAILABLE "overloaded"). Must run in a fiber. */
bool job_run(struct work *work, job_fn *run, void *data, void (*drop)(void *data),
             struct fault *fault) MUST_CHECK;
