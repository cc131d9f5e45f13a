// SPDX-License-Identifier: MIT
#include "safety/safety.h"

#include <math.h>

#include "api/caller.h"

const char *const safety_side_names[] = {"guest", "driver", NULL};
const char *const complaint_about_names[] = {"driving",    "behaviour", "price", "car",
                                             "lost_thing", "safety",    "other", NULL};

int64_t share_valid_until(const struct ride *ride)
{
    return ride->arrive_at + SHARE_AFTER_US;
}

struct field_geo share_round_position(struct field_geo position)
{
    return (struct field_geo){round(position.lat * 100) / 100, round(position.lon * 100) / 100};
}

enum safety_side safety_side_of(const struct api_caller *caller)
{
    return caller->actor == RIDE_ACTOR_DRIVER ? SAFETY_DRIVER : SAFETY_GUEST;
}

bool location_check(const struct location *location, int64_t now, struct arena *arena,
                    struct fault *fault)
{
    if (location->place.lat == 0 && location->place.lon == 0)
        return fault_set_field(fault, arena, "location", "bad_location",
                               "The device does not know where it is.");
    if (location->at > now + LOCATION_AHEAD_US)
        return fault_set_field(fault, arena, "at", "out_of_range", "The time is in the future.");
    return true;
}

bool rating_is_shown(bool both_rated, int64_t ended_at, int64_t now)
{
    return both_rated || (ended_at != FIELD_ABSENT && now >= ended_at + RATING_SHOWN_US);
}
