// SPDX-License-Identifier: MIT
/* Numbers of outbound calls for /metrics, of all clients of the process. Private to client.c. */
#pragma once

#include <stdint.h>

#include "base/fault.h"

void http_client_metric_register(void); /* again is fine */
/* `fault` NULL: there was an answer with this status. `sent` as in http_answer. */
void http_client_metric_call(long status, const struct fault *fault, bool sent, int64_t took_ns);
void http_client_metric_retry(void);
