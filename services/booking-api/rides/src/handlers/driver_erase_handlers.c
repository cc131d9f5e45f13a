// SPDX-License-Identifier: MIT
#include "api/change_by_id.h"

#include "handlers/access.h"
#include "handlers/ride_handlers.h"
#include "rides/driver_erase.h"

static bool erase(struct change *change, void *arg, struct http_response *res, struct fault *fault)
{
    const struct asked *asked = arg;
    char text[UUID_TEXT_LEN + 1];

    if (!access_check_staff(change->caller, fault) || !driver_erase(change, &asked->id, fault))
        return false;
    http_reply_empty(res);
    if (change->dry_run) {
        uuid_format(&asked->id, text);
        buf_printf(&res->body, "{\"deleted\":\"%s\"}", text);
    }
    return true;
}

CHANGE_BY_ID(delete_driver, erase)
