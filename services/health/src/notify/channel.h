// SPDX-License-Identifier: MIT
/* A channel on which alerts are sent. enum alert_channel names them, and alerts.c has a row for
 * each. */
#pragma once

#include "api/service.h"

#include "config.h"
#include "notify/alert_text.h"
#include "notify/channel_result.h"

struct channel {
    void *self;       /* NULL: not configured */
    int64_t limit_ms; /* longest duration of `send` if the receiver does not answer */
    /* Sends one alert or note in one attempt, in a fiber. Sets all of `result` except took_ms. */
    void (*send)(void *self, const struct alert_story *story, struct channel_result *result);
    /* Called after the due alerts were sent, for example to edit messages; NULL: not used. */
    void (*update)(void *self);
    /* Must not be called in a fiber. Calls in progress are cancelled. */
    void (*destroy)(void *self);
};

/* What channels use while they are open. */
struct channel_tools {
    const struct health_config *config;
    struct service *service; /* NULL: the variables are only checked, and nothing can be sent */
    const struct plan *plan;
    struct history *history; /* NULL: sent messages are not stored */
    struct http_client *web; /* calls without TELEGRAM_PROXY */
};

/* Opens a channel whose variables are set. `out` borrows the tools. If out->self is not NULL, the
 * channel must be destroyed, also after a failure. Fails with FAULT_INVALID if a variable cannot be
 * used; the fault has the name of the variable, but not its value. */
typedef bool channel_open_fn(const struct channel_tools *tools, struct channel *out,
                             struct fault *fault);

/* --- for several recipients, by their indices --- */

struct channel_recipients {
    size_t count;
    /* Sends to recipient `index`. If an earlier attempt has reached this recipient, only sets the
     * outcome CHANNEL_SENT: the outcome is CHANNEL_UNREACHABLE at first. */
    void (*send)(void *data, size_t index, struct channel_result *result);
    void *data;
    /* If several recipients are busy, result->wait_ms is (true) the longest or (false) the shortest
     * of the waits that they demand. */
    bool waits_longest;
};
/* Sends a message to all recipients. The message counts as sent if at least one recipient has
 * received it and each of the others has received or refused it. A busy recipient does not stop the
 * attempts; after a recipient that cannot be reached, no other is tried. If the message counts as
 * sent, returns the index of a recipient that refused it, whose fault is in `result`. Returns
 * `count` if there is none. */
size_t channel_send_and_find_refuser(const struct channel_recipients *recipients,
                                     struct channel_result *result);

/* Reads a comma-separated list of 1 to `items_max` items by `read`. False: there are more items, or
 * `read` has returned false for one. */
bool channel_read_list(const char *text, size_t items_max,
                       bool (*read)(void *self, size_t index, struct slice item), void *self,
                       size_t *count) MUST_CHECK;
/* Sets an outcome and, except for CHANNEL_SENT, its fault. The fault's text contains the receiver's
 * name `receiver` and the code of its answer, `answer_code`, such as an HTTP status. */
void channel_set_result(struct channel_result *result, enum channel_outcome outcome,
                        const char *code, const char *receiver, long long answer_code);
