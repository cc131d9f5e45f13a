// SPDX-License-Identifier: MIT
/* Memory allocation that fails on demand; link with the --wrap options of CMakeLists.txt. */
#pragma once

/* Makes the `n`th allocation from now (1 is the next) and all later ones fail; 0: none. Assertions
 * allocate, so call it with 0 before them. */
void failing_malloc_arm(int n);
/* Whether an allocation failed since the last failing_malloc_arm(). */
int failing_malloc_hit(void);
