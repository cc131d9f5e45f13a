// SPDX-License-Identifier: MIT
#include "access.h"

#include "handlers.h"

static const char *const scopes[] = {"booking:read", "booking:write", "booking:admin",
                                     "booking:act"};
static const struct api_actor_kind actors[] = {
    {.name = "guest", .value = ACTOR_NUMBER, .max = ACTOR_GUEST_MAX    },
    {.name = "owner", .value = ACTOR_UUID,   .known = owner_actor_known},
};

const struct api_callers booking_callers = {
    .scopes = scopes,
    .scope_count = sizeof scopes / sizeof scopes[0],
    .actor_scope = SCOPE_BOOKING_ACT,
    .actors = actors,
    .actor_count = sizeof actors / sizeof actors[0],
};

bool booking_events_part(const struct api_caller *caller, struct events_part *part,
                         struct fault *fault)
{
    if (caller->actor == ACTOR_GUEST)
        return fault_set(fault, FAULT_FORBIDDEN, "forbidden", "Events are not for guests.");
    if (caller->actor == ACTOR_OWNER)
        *part = (struct events_part){"owner_id", caller->actor_id};
    return true;
}
