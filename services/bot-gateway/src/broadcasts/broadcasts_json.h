// SPDX-License-Identifier: MIT
/* JSON of broadcasts. */
#pragma once

#include "json/fields.h"

#include "broadcasts/broadcast.h"
#include "texts/text_key.h"

/* A broadcast as a caller requests it. */
struct broadcast_request {
    struct slice bot;
    struct broadcast_audience audience;
    /* Exactly one of text, texts and template is set. */
    struct slice text;
    struct texts texts; /* Russian is required; each person gets the text in their language */
    struct text_request template;
    int parse_mode;            /* 0: HTML; -1: none */
    struct field_list buttons; /* as in struct message */
    int on_unknown;            /* enum outbox_on_unknown */
};
extern const struct fields broadcast_ask_fields;
/* A request with the default values of the fields that its body may omit. */
struct broadcast_request broadcast_request_defaults(void);

/* Writes the audience for the database: the number of user_ids instead of the ids. */
void broadcast_audience_encode_without_ids(const struct broadcast_audience *audience,
                                           struct buf *out);
/* Writes the user_ids of the audience as a list; nothing if no ids were given. */
void broadcast_user_ids_encode(const struct broadcast_audience *audience, struct buf *out);

void broadcast_encode(const struct broadcast *broadcast, bool in_list, struct buf *out);
