// SPDX-License-Identifier: MIT
#include "sending/sending.h"

const char *const sending_status_names[] = {
    "queued", "sending", "sent", "uncertain", "failed", "expired", "superseded", "cancelled", NULL};
const char *const sending_on_unknown_names[] = {"resend", "hold", "edit", NULL};
const char *const sending_action_names[] = {"cancel", "resend", NULL};

bool sending_may(const struct sending *sending, enum sending_action action)
{
    if (action == SENDING_CANCEL)
        return sending->status == SENDING_QUEUED;
    return sending->status == SENDING_UNCERTAIN ||
           (sending->status == SENDING_FAILED && !sending->confided);
}

enum sending_status sending_after(enum sending_action action)
{
    return action == SENDING_CANCEL ? SENDING_CANCELLED : SENDING_QUEUED;
}
