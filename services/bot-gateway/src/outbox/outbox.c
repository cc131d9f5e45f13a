// SPDX-License-Identifier: MIT
#include "outbox/outbox.h"

const char *const outbox_status_names[] = {
    "queued", "sending", "sent", "uncertain", "failed", "expired", "superseded", "cancelled", NULL};
const char *const outbox_on_unknown_names[] = {"resend", "hold", "edit", NULL};
const char *const outbox_action_names[] = {"cancel", "resend", NULL};

bool outbox_allows(const struct outbox_message *message, enum outbox_action action)
{
    if (action == OUTBOX_CANCEL)
        return message->status == OUTBOX_QUEUED;
    return message->status == OUTBOX_UNCERTAIN ||
           (message->status == OUTBOX_FAILED && !message->confided);
}

enum outbox_status outbox_status_after(enum outbox_action action)
{
    return action == OUTBOX_CANCEL ? OUTBOX_CANCELLED : OUTBOX_QUEUED;
}
