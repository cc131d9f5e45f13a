// SPDX-License-Identifier: MIT
#include "outbox/outbox.h"

const char *const outbox_status_names[] = {
    "queued", "sending", "sent", "uncertain", "failed", "expired", "superseded", "cancelled", NULL};
const char *const outbox_on_unknown_names[] = {"resend", "hold", "edit", NULL};
const char *const outbox_action_names[] = {"cancel", "resend", NULL};

bool outbox_may(const struct outbox_message *sending, enum outbox_action action)
{
    if (action == OUTBOX_CANCEL)
        return sending->status == OUTBOX_QUEUED;
    return sending->status == OUTBOX_UNCERTAIN ||
           (sending->status == OUTBOX_FAILED && !sending->confided);
}

enum outbox_status outbox_after(enum outbox_action action)
{
    return action == OUTBOX_CANCEL ? OUTBOX_CANCELLED : OUTBOX_QUEUED;
}
