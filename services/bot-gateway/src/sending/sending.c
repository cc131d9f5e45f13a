// SPDX-License-Identifier: MIT
#include "sending/sending.h"

const char *const sending_status_names[] = {
    "queued", "sending", "sent", "uncertain", "failed", "expired", "superseded", "cancelled", NULL};
const char *const sending_on_unknown_names[] = {"resend", "hold", "edit", NULL};
const char *const sending_action_names[] = {"cancel", "resend", NULL};

bool sending_may(int status, enum sending_action action)
{
    if (action == SENDING_CANCEL)
        return status == SENDING_QUEUED;
    return status == SENDING_UNCERTAIN || status == SENDING_FAILED;
}

enum sending_status sending_after(enum sending_action action)
{
    return action == SENDING_CANCEL ? SENDING_CANCELLED : SENDING_QUEUED;
}
