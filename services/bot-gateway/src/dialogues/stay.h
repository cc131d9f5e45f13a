// SPDX-License-Identifier: MIT
/* The dialogue in which a guest finds a flat, holds it and confirms. */
#pragma once

#include "dialogues/flow.h"

extern const struct flow stay_flow;
