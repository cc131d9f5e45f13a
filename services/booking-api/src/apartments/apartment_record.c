// SPDX-License-Identifier: MIT
#include "apartments/apartment_record.h"

#include "base/auto.h"

#include "apartments/apartments_json.h"

enum { JSON_MAX = 256 * 1024 };

bool apartment_record_change(struct change *change, const char *event, const char *audit_action,
                             const struct apartment *apartment, struct fault *fault)
{
    AUTO(buf_finish) struct buf text;
    struct slice data;

    buf_init(&text, JSON_MAX);
    apartment_encode(apartment, APARTMENT_PUBLIC, false, &text);
    if (!buf_keep(&text, change->arena, &data, fault))
        return false;
    change_event(change, event, "apartment", &apartment->id, apartment->version, data);
    change_audit(change, audit_action, "apartment", &apartment->id, apartment->version);
    return true;
}
