// SPDX-License-Identifier: MIT
/* The dialogue in which an owner answers requests, and looks after his flats. Whose chat it is,
 * booking-api alone knows: the owner whose `telegram_id` is that of the person. */
#pragma once

#include "dialogue/flow.h"

extern const struct flow desk_flow;

/* "/desk": what waits for the owner, and where to go from there. */
bool desk_open(struct talk *talk, struct fault *fault) MUST_CHECK;

/* "/start own_x": binds the chat to the owner of the link, whose text behind the prefix `link` is.
 */
bool desk_bind(struct talk *talk, struct slice link, struct fault *fault) MUST_CHECK;

/* Commands about one booking. Their argument is its id as stay_put_id() writes it. Each shows the
 * booking then. */
bool desk_deal(struct talk *talk, struct fault *fault) MUST_CHECK;
/* Asks whether to decline; where there is nothing to decline, whether to cancel. */
bool desk_deal_no(struct talk *talk, struct fault *fault) MUST_CHECK;
/* The next three act at once. Behind the id stands "_" and the booking's version that the person
 * was shown: where it is another by now, or none is named, nothing is done, and he is told. */
/* Approves a request, or confirms that what is due was paid. */
bool desk_deal_ok(struct talk *talk, struct fault *fault) MUST_CHECK;
bool desk_deal_in(struct talk *talk, struct fault *fault) MUST_CHECK;     /* the guest is there */
bool desk_deal_absent(struct talk *talk, struct fault *fault) MUST_CHECK; /* he did not come */
