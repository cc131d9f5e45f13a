// SPDX-License-Identifier: MIT
#include "handlers/search_status.h"

#include "base/now.h"
#include "base/value.h"

void search_status_add_if(struct search_status *status, bool applies, const char *reason)
{
    if (applies)
        status->reasons[status->count++] = reason;
}

void search_status_encode_and_close(const struct search_status *status, struct buf *out)
{
    buf_printf(out, ",\"degraded\":%s,\"reasons\":[", status->count > 0 ? "true" : "false");
    for (size_t i = 0; i < status->count; i++)
        buf_printf(out, "%s\"%s\"", i > 0 ? "," : "", status->reasons[i]);
    buf_text(out, "],\"index_lag_seconds\":");
    if (status->lag_seconds == FIELD_ABSENT)
        buf_text(out, "null");
    else
        buf_i64(out, status->lag_seconds);
    buf_printf(out, ",\"took_ms\":%lld}",
               (long long)((now_mono_ns() - status->began_ns) / NS_PER_MS));
}
