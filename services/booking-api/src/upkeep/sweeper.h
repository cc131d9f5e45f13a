// SPDX-License-Identifier: MIT
/* Ends holds, requests and claims whose time ran out, and stays whose check-out time has come;
 * deletes old quotes. Nothing depends on it being alive but that others hear of it soon: readers go
 * by the clock, writers end what they trip on. */
#pragma once

#include "api/periodic.h"
#include "api/service.h"

/* From now on; periodic_stop() ends it. */
struct periodic *sweeper_start(struct service *service, int64_t every_ms, struct fault *fault);
