// SPDX-License-Identifier: MIT
/* The names of districts in the languages of the bots. An apartment stores its district in Russian.
 * Pure. */
#pragma once

#include "base/language.h"

/* The name of a district for people; `name` itself if it is not known. */
struct slice district_name(struct slice name, enum language language);
