// SPDX-License-Identifier: MIT
/* Views of the monitor for tests of the page, and for its pictures. */
#pragma once

#include "monitor/monitor.h"

enum page_scene {
    SCENE_GREEN,
    SCENE_RED,  /* PostgreSQL is down and has affected others; a disk is yellow, one is silenced */
    SCENE_FULL, /* CHECKS_MAX checks, all red, with the maximum of incidents and silences */
    SCENE_NEW,  /* nothing was probed yet */
    PAGE_SCENES
};
extern const char *const page_scenes[PAGE_SCENES + 1];

enum { PAGE_INCIDENTS = 50 };

/* `view` borrows the rest, which tests may change. */
struct page_world {
    struct monitor_view view;
    struct plan plan;
    struct check checks[CHECKS_MAX];
    struct verdict_state states[CHECKS_MAX];
    struct check_verdict verdicts[CHECKS_MAX];
    struct trend trends[CHECKS_MAX];
    struct incident incidents[PAGE_INCIDENTS];
    struct silence silences[SILENCES_MAX];
};

/* In static memory, until the next call. Its time is 2026-11-22 14:05:10 of TZ=<+05>-5, which it
 * sets. */
struct page_world *page_world(enum page_scene scene);
