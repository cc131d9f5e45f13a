// SPDX-License-Identifier: MIT
/* Broadcasts on the wire. */
#pragma once

#include "api/list.h"
#include "json/fields.h"

#include "broadcasts/broadcast.h"
#include "texts/text_ask.h"

/* As it is asked for. */
struct broadcast_ask {
    struct slice bot;
    struct broadcast_audience audience;
    struct slice text;  /* one of these three */
    struct texts texts; /* Russian is there; each person is told it in his language */
    struct text_ask template;
    int parse_mode;            /* 0: HTML; -1: none */
    struct field_list buttons; /* as in struct message */
    int on_unknown;            /* enum outbox_on_unknown */
};
extern const struct fields broadcast_ask_fields;
/* As it is before a body is read. */
struct broadcast_ask broadcast_ask_defaults(void);

/* The audience as it is stored and shown, without the ids of its people; and those: a list.
 * Nothing is written where none were given. */
void broadcast_audience_encode(const struct broadcast_audience *audience, struct buf *out);
void broadcast_users_encode(const struct broadcast_audience *audience, struct buf *out);

void broadcast_encode(const struct broadcast *broadcast, bool in_list, struct buf *out);

/* The parameters of GET /v1/broadcasts. */
struct broadcast_query {
    struct slice bot; /* absent: all bots */
    struct list_page page;
};
extern const struct fields broadcast_query_fields;
