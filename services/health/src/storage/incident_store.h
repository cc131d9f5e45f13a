// SPDX-License-Identifier: MIT
#pragma once

#include "storage/disk.h"

extern const struct mirror incident_mirror;
