// SPDX-License-Identifier: MIT
#include "config/measure.h"

#define HIGHER                       false, false
#define LOWER                        true, false
#define EACH                         false, true
#define KIND(word, unit, worse, ...) {#word, (unit), worse},
const struct measure_kind measure_kinds[MEASURES] = {MEASURES_EACH(KIND)};
