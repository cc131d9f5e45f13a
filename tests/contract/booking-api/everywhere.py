# SPDX-License-Identifier: MIT
"""The contract's page "Everywhere", sentence by sentence; one file per kind of rule."""

import everywhere_callers
import everywhere_input
import everywhere_lists
import everywhere_repeats
import everywhere_values
import everywhere_versions

GROUPS = [
    *everywhere_input.GROUPS,
    *everywhere_values.GROUPS,
    *everywhere_callers.GROUPS,
    *everywhere_repeats.GROUPS,
    *everywhere_versions.GROUPS,
    *everywhere_lists.GROUPS,
]
