// SPDX-License-Identifier: MIT
/* --held: lists what after_restore() (schema/0030-held.sql) has held, sends it or drops it. For
 * deploy/tapbot bots held. */
#pragma once

#include "api/service.h"

/* For struct service_command. */
int held_command(const struct service_definition *definition, int argc, char **argv);
