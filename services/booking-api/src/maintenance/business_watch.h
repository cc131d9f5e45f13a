// SPDX-License-Identifier: MIT
/* Counts every five minutes what people have to act on (business_store.h), for the metrics
 * claims_waiting, bookings_silent and owner_unbound, which health watches. */
#pragma once

#include "api/service.h"

struct business_watch;

/* Returns new. */
struct business_watch *business_watch_start(struct service *service, struct fault *fault);
void business_watch_stop(struct business_watch *watch); /* takes NULL */
