// SPDX-License-Identifier: MIT
/* Erases a driver. The row stays without personal data, and so do the driver's trips, their rides
 * and amounts. Lookups no longer find the driver. */
#pragma once

#include "api/change.h"

/* Locks the driver and withdraws pending offers. FAULT_NOT_FOUND "not_found"; "version_mismatch";
 * FAULT_CONFLICT "has_live_trips": a trip of the driver is scheduled or started. */
bool driver_erase(struct change *change, const struct uuid *id, struct fault *fault) MUST_CHECK;
