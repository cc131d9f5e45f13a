// SPDX-License-Identifier: MIT
/* The products, one file each. definition.c lists them by the type of bot. */
#pragma once

#include "dialogue/product.h"

extern const struct product product_apartments; /* guests and owners of apartments */
extern const struct product product_taxi;       /* rides between cities */
extern const struct product product_flow;       /* of other programs */
