// SPDX-License-Identifier: MIT
/* Messages on the wire. */
#pragma once

#include "json/fields.h"

#include "outbox/message.h"

extern const struct fields message_fields;        /* of struct message: the body of a POST */
extern const struct fields message_button_fields; /* of struct message_button */
/* What the table does not say of a list `buttons`: rows of struct message_button. */
void message_buttons_check(const struct field_list *rows, struct fault_list *problems);

/* As it is before a body is read. */
struct message message_defaults(void);

struct message_shown;
extern const struct fields message_shown_fields; /* of struct message_shown */
void message_encode(const struct outbox_message *sending, struct slice bot, struct buf *out);
