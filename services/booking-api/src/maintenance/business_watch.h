// SPDX-License-Identifier: MIT
/* Updates the metrics claims_waiting, bookings_silent and owner_unbound every five minutes with the
 * figures of business_store.h. Health reads these metrics. */
#pragma once

#include "api/service.h"

struct business_watch;

/* Registers the metrics and starts updating them. Returns a new watch; NULL: out of memory. */
struct business_watch *business_watch_start(struct service *service, struct fault *fault);
void business_watch_stop(struct business_watch *watch); /* takes NULL */
