// SPDX-License-Identifier: MIT
#include "http/admission_private.h"

bool http_admission_set_overloaded(struct fault *fault)
{
    return fault_set(fault, FAULT_UNAVAILABLE, "overloaded",
                     "The service is at its limit; try again in a moment.");
}

bool http_admission_begin_handler(struct http_admission *admission, struct fault *fault)
{
    if (admission->running >= admission->fibers_max)
        return http_admission_set_overloaded(fault);
    admission->running++;
    return true;
}

void http_admission_end_handler(struct http_admission *admission)
{
    admission->running--;
}

bool http_admission_reserve_body(struct http_admission *admission, size_t bytes)
{
    if (bytes > admission->bodies_max - admission->bodies)
        return false;
    admission->bodies += bytes;
    return true;
}

void http_admission_release_body(struct http_admission *admission, size_t bytes)
{
    admission->bodies -= bytes;
}

bool http_admission_refuses_connections(const struct http_admission *admission)
{
    return admission->connections >=
           admission->connections_max + admission->connections_for_refusals;
}

bool http_admission_refuses_requests(const struct http_admission *admission)
{
    return admission->connections > admission->connections_max;
}
