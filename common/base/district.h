// SPDX-License-Identifier: MIT
/* The names of districts in the languages of the bots. An apartment stores its district in Russian.
 * Pure. */
#pragma once

#include "base/language.h"

/* Translates the Russian name of a district. Returns `russian_name` itself if the district is
 * unknown. */
struct slice district_translate(struct slice russian_name, enum language language);
