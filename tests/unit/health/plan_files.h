// SPDX-License-Identifier: MIT
/* The files of checks that this repository has. */
#pragma once

#include <stdlib.h>
#include <string.h>

#include "config/plan.h"
#include "support/test.h"

/* The files of our servers, together and apart, and of the demo, in which nothing runs in
 * containers. */
static const struct plan_file {
    const char *path, *profiles;
    bool has_peer, is_demo;
} plan_files[] = {
    {REPOSITORY "/deploy/health/health.yaml",        "server1,server2,admin", false, false},
    {REPOSITORY "/deploy/health/health.yaml",        "server1",               true,  false},
    {REPOSITORY "/deploy/health/health.yaml",        "server2,vectors",       true,  false},
    {REPOSITORY "/services/health/demo/health.yaml", "",                      false, true },
};

/* Reads the file, with the variables that it uses set to addresses. */
static inline void plan_file_load(const struct plan_file *file, struct plan *out)
{
    for (char *at = file_read(file->path); (at = strstr(at, "${")) != NULL;) {
        char *name = at + 2;
        at = name + strcspn(name, ":}");
        *at++ = '\0';
        setenv(name, strstr(name, "_ADDRESS") != NULL ? "127.0.0.1:1" : "http://127.0.0.1:1", 1);
    }
    setenv("TAPBOT_DOMAIN", "tapbot.kz", 1);
    setenv("COMPOSE_PROFILES", file->profiles, 1);
    if (!file->has_peer)
        unsetenv("HEALTH_PEER_URL");
    ck_assert(plan_load(file->path, out, stderr));
}
