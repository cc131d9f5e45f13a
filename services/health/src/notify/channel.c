// SPDX-License-Identifier: MIT
#include "notify/channel.h"

size_t channel_send_and_find_refuser(const struct channel_recipients *recipients,
                                     struct channel_result *result)
{
    struct channel_result accepted = {.outcome = CHANNEL_REFUSED}, busy = accepted,
                          refused = accepted;
    size_t refuses = recipients->count;

    for (size_t i = 0; i < recipients->count; i++) {
        struct channel_result one = {.outcome = CHANNEL_UNREACHABLE};

        recipients->send(recipients->data, i, &one);
        if (one.outcome == CHANNEL_UNREACHABLE) {
            *result = one;
            return recipients->count;
        }
        if (one.outcome == CHANNEL_SENT) {
            accepted = one;
        } else if (one.outcome == CHANNEL_BUSY) {
            if (busy.outcome != CHANNEL_BUSY ||
                (one.wait_ms > busy.wait_ms) == recipients->waits_longest)
                busy = one;
        } else if (refuses == recipients->count || !one.permanent) {
            refused = one; /* the alert is retried while one recipient may still accept it */
            refuses = i;
        }
    }
    *result = busy.outcome == CHANNEL_BUSY       ? busy
              : accepted.outcome == CHANNEL_SENT ? accepted
                                                 : refused;
    if (result->outcome != CHANNEL_SENT)
        return recipients->count;
    result->fault = refused.fault;
    return refuses;
}

bool channel_read_list(const char *text, size_t items_max,
                       bool (*read)(void *self, size_t index, struct slice item), void *self,
                       size_t *count)
{
    struct slice rest = slice_of(text);

    for (*count = 0; rest.at != NULL; ++*count)
        if (*count == items_max || !read(self, *count, slice_trim(slice_cut(&rest, ','))))
            return false;
    return true;
}

void channel_set_result(struct channel_result *result, enum channel_outcome outcome,
                        const char *code, const char *receiver, long long answer_code)
{
    result->outcome = outcome;
    if (outcome != CHANNEL_SENT)
        fault_set(&result->fault, outcome == CHANNEL_REFUSED ? FAULT_INVALID : FAULT_UNAVAILABLE,
                  code, "%s does not accept the message (%lld).", receiver, answer_code);
}
