// SPDX-License-Identifier: MIT
#include "http/server_private.h"

bool http_admission_set_overloaded(struct fault *fault)
{
    return fault_set(fault, FAULT_UNAVAILABLE, "overloaded",
                     "The service is at its limit; try again in a moment.");
}

bool http_admission_begin_handler(struct http_server *server, struct fault *fault)
{
    if (server->admission.running >= server->options.fibers_max)
        return http_admission_set_overloaded(fault);
    server->admission.running++;
    return true;
}

void http_admission_end_handler(struct http_server *server)
{
    server->admission.running--;
}

bool http_admission_reserve_body(struct http_server *server, size_t bytes)
{
    if (bytes > server->options.bodies_max - server->admission.bodies)
        return false;
    server->admission.bodies += bytes;
    return true;
}

void http_admission_release_body(struct http_server *server, size_t bytes)
{
    server->admission.bodies -= bytes;
}

bool http_admission_reserve_answer(struct http_server *server, size_t bytes, bool must)
{
    if (!must && server->admission.answers + bytes > server->options.answers_max)
        return false;
    server->admission.answers += bytes;
    return true;
}

void http_admission_release_answer(struct http_server *server, size_t bytes)
{
    server->admission.answers -= bytes;
}

bool http_admission_presses_readers(const struct http_server *server)
{
    return server->admission.answers > server->options.answers_max / 2;
}

bool http_admission_refuses_connections(const struct http_server *server)
{
    return server->admission.connections >=
           server->options.connections_max + server->options.connections_for_refusals;
}

bool http_admission_refuses_requests(const struct http_server *server)
{
    return server->admission.connections > server->options.connections_max;
}
