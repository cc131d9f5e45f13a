// SPDX-License-Identifier: MIT
/* JSON of messages. */
#pragma once

#include "json/fields.h"

#include "outbox/message.h"

extern const struct fields message_fields;        /* of struct message: the body of a POST */
extern const struct fields message_button_fields; /* of struct message_button */
/* Checks what the field table of a list `buttons` cannot: `rows` are lists of struct
 * message_button. */
void message_buttons_check(const struct field_list *rows, struct fault_list *problems);

/* A message with the default values of the fields that a request body may omit. */
struct message message_with_defaults(void);

extern const struct fields message_shown_fields; /* of what message_encode() writes */
void message_encode(const struct outbox_message *message, struct buf *out);
