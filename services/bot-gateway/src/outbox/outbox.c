// SPDX-License-Identifier: MIT
#include "outbox/outbox.h"

const char *const outbox_status_names[] = {
    "queued", "sending", "sent", "uncertain", "failed", "expired", "superseded", "cancelled", NULL};
const char *const outbox_on_unknown_names[] = {"resend", "hold", "edit", NULL};
const char *const outbox_action_names[] = {"cancel", "resend", NULL};

static const char *const already[] = {"already_queued",     "already_sending",  "already_sent",
                                      "already_uncertain",  "already_failed",   "already_expired",
                                      "already_superseded", "already_cancelled"};

enum { HAS_TEXT = 1 }; /* condition: the text is not deleted after the message has failed */

// clang-format off
static const struct transition_action actions[OUTBOX_ACTIONS] = {
    [OUTBOX_CANCEL]     = {"cancel", "message.cancel", {TEXTS_LITERAL("Отменить"), TEXTS_LITERAL("Болдырмау"), TEXTS_LITERAL("Cancel")}},
    [OUTBOX_SEND_AGAIN] = {"resend", "message.resend", {TEXTS_LITERAL("Отправить снова"), TEXTS_LITERAL("Қайта жіберу"), TEXTS_LITERAL("Send again")}},
};

/* action, from, to, actors, conditions */
static const struct transition rows[] = {
    {OUTBOX_CANCEL,     1 << OUTBOX_QUEUED,    OUTBOX_CANCELLED, TRANSITION_BY_STAFF, 0},
    {OUTBOX_SEND_AGAIN, 1 << OUTBOX_UNCERTAIN, OUTBOX_QUEUED,    TRANSITION_BY_STAFF, 0},
    {OUTBOX_SEND_AGAIN, 1 << OUTBOX_FAILED,    OUTBOX_QUEUED,    TRANSITION_BY_STAFF, HAS_TEXT},
};

static const struct transition_refusal refusals[] = {
    {HAS_TEXT, FAULT_CONFLICT, "already_failed", "The message is failed."},
};
// clang-format on

const struct transition_machine outbox_machine = {
    .noun = "message",
    .rows = rows,
    .row_count = ARRAY_LEN(rows),
    .actions = actions,
    .action_count = OUTBOX_ACTIONS,
    .statuses = outbox_status_names,
    .already = already,
    .refusals = refusals,
    .refusal_count = ARRAY_LEN(refusals),
};

struct transition_state outbox_transition_state_of(const struct outbox_message *message)
{
    return (struct transition_state){message->status, message->confided ? 0 : HAS_TEXT};
}
