// SPDX-License-Identifier: MIT
/* A channel on which alerts are sent. enum alert_channel names them, and channels.c has a row for
 * each. */
#pragma once

#include "api/service.h"

#include "config.h"
#include "notify/alert_text.h"
#include "notify/channel_result.h"

struct channel {
    void *self;       /* NULL: not configured */
    int64_t limit_ms; /* longest duration of `send` if the other side does not answer */
    /* Sends one alert or note in one attempt, in a fiber. Sets all of `result` except took_ms. */
    void (*send)(void *self, const struct alert_story *story, struct channel_result *result);
    /* Called after the alerts of a run were sent, for example to edit messages; NULL: none. */
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
    struct http_client *web; /* does not use the proxy, which is for Telegram */
};

/* Opens a channel whose variables are set. `out` borrows the tools; if its `self` is set, it must
 * be destroyed, also after a failure. FAULT_INVALID: a variable cannot be used; the fault names it,
 * but not its value. */
typedef bool channel_open_fn(const struct channel_tools *tools, struct channel *out,
                             struct fault *fault);

/* --- for several recipients, by their indices --- */

struct channel_recipients {
    size_t count;
    /* Sends to one of them; an earlier attempt may have reached it. */
    void (*send)(void *data, size_t index, struct channel_result *result);
    void *data;
    bool waits_longest; /* of several waits that recipients demand, the longest counts */
};
/* Sends a message to all recipients. It counts as sent if at least one has it, and each of the
 * others has it or refuses it. A busy recipient does not delay the others; after one that cannot be
 * reached none is tried. Returns the index of a recipient that has refused a message that counts as
 * sent, with its fault in `result`; `count`: none. */
size_t channel_send_each(const struct channel_recipients *to, struct channel_result *result);

/* Reads a comma-separated list of 1 to `max` items. False also if `read` refuses one. */
bool channel_read_list(const char *text, size_t max,
                       bool (*read)(void *self, size_t index, struct slice item), void *self,
                       size_t *count) MUST_CHECK;
/* Sets an outcome and, except for CHANNEL_SENT, its fault. `number` is the answer of `who`. */
void channel_set_result(struct channel_result *result, enum channel_outcome outcome,
                        const char *code, const char *who, long long number);
