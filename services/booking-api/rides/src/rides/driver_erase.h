// SPDX-License-Identifier: MIT
/* A driver is erased: his row stays, with nothing of a person in it, and so do his trips, their
 * rides and money. He is found by nobody from then on. */
#pragma once

#include "api/change.h"

/* Locks the driver. FAULT_NOT_FOUND "not_found"; "version_mismatch"; FAULT_CONFLICT
 * "has_live_trips": one of his trips is scheduled or started. Withdraws his pending offers. */
bool driver_erase(struct change *change, const struct uuid *id, struct fault *fault) MUST_CHECK;
