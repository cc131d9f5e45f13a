// SPDX-License-Identifier: MIT
/* Allocation that fails on order; link with the --wrap options of CMakeLists.txt. */
#pragma once

/* The `n`th allocation from now (1 is the next) fails, and all behind it; 0: none. Assertions
 * allocate: disarm before them. */
void failing_malloc_arm(int n);
/* Whether one was refused since it was last armed. */
int failing_malloc_hit(void);
