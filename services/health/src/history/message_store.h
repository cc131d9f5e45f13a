// SPDX-License-Identifier: MIT
#pragma once

#include "history/disk.h"

extern const struct mirror message_mirror;
