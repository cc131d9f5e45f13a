// SPDX-License-Identifier: MIT
/* The background task that ends holds, requests and claimed payments whose time has run out,
 * completes stays whose check-out time has come, deletes old quotes, and writes anew what is kept
 * of apartments in an earlier shape (apartments/apartment_listed.h). Without it only events come
 * late: readers compare with the clock, and writers end what they need. */
#pragma once

#include "api/periodic.h"
#include "api/service.h"

/* Runs until periodic_stop(). */
struct periodic *sweeper_start(struct service *service, int64_t every_ms, struct fault *fault);
