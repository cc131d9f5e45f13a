// SPDX-License-Identifier: MIT
#include "config/measure.h"

#define HIGHER                     false
#define LOWER                      true
#define KIND(word_, unit_, worse_) {#word_, (unit_), (worse_)},
const struct measure_kind measure_kinds[MEASURES] = {MEASURES_EACH(KIND)};
