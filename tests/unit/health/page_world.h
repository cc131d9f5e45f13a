// SPDX-License-Identifier: MIT
/* What watch_view() could say, made by hand: for tests of the page, and for its pictures. */
#pragma once

#include "watch/watch.h"

enum page_scene {
    SCENE_GREEN,
    SCENE_RED,  /* PostgreSQL is down and has affected others; a disk is yellow, one is silenced */
    SCENE_FULL, /* CHECKS_MAX checks, all red, with all the incidents and silences there can be */
    SCENE_NEW,  /* nothing is known yet */
    PAGE_SCENES
};
extern const char *const page_scenes[PAGE_SCENES + 1];

/* In static memory, until the next call. Its time is 2026-11-22 14:05:10 of TZ=<+05>-5, which is
 * set too. */
void page_world(enum page_scene scene, struct watch_view *view);
/* The checks of the last scene, to change. */
struct check *page_world_checks(void);
struct verdict_state *page_world_states(void);
struct incident *page_world_incidents(void);
struct silence *page_world_silences(void);
