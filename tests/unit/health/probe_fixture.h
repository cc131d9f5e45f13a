// SPDX-License-Identifier: MIT
/* The common setup of tests of probes: a loop, the probes' tools, a server of pages, and probes
 * that are run to their end. Tests control the resolution of names. */
#pragma once

#include "page_servers.h"
#include "probes/probe.h"
#include "support/test.h"

extern struct pages pages; /* 127.0.0.1 */
extern struct probe_tools tools;
extern struct loop *probe_fixture_loop;
extern const char *ca_file; /* set it before probe_fixture_begin(): the trusted certificates */

/* The name "many.test" resolves to these, with its port; other names are resolved normally. */
extern const char *many[9];        /* NULL-terminated */
extern const char *resolver_fails; /* the fault's code; "silent": it does not answer; NULL: works */

/* A check of this kind whose target is the server. Valid for the next four calls. */
struct check check_of(enum check_kind kind, const char *target);
const char *url_of(const char *host, int port, const char *path); /* valid for four calls */

/* A check of this kind whose target is `path` of the server. */
struct check check_at(enum check_kind kind, const char *path);
/* The server's only page. */
void show_page(const char *path, const char *status, const char *body);

struct probe_run {
    const struct check *check;
    struct probe_memory memory;
    struct probe_result result;
    int64_t took_ms;
    bool done;
};
void probe_start(struct probe_run *probe);
void probe_await(struct probe_run *probes, size_t count);
/* One probe, with zeroed memory. */
struct probe_result probe_once(const struct check *check);
/* Another probe with the same memory. */
void repeat_probe(struct probe_run *probe);
/* NAN: there is no such reading. */
double reading_of(const struct probe_result *result, enum measure measure);

void expect_trouble(struct probe_result result, enum probe_trouble trouble, const char *detail);

/* Fixture of each test. */
void probe_fixture_begin(void);
void probe_fixture_end(void);
