# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Sourced by deploy/lib/demo.sh: loads the demo's rides if RIDES_ENABLED is true.

demo_booking_forget() {
    unset RIDES_LOADED
}

# Loads drivers, trips and passengers once.
demo_booking_rows() {
    [ "${RIDES_ENABLED:-}" = true ] && [ "${RIDES_LOADED:-}" != yes ] || return 0
    demo_psql -d tapbot -v tenant="$DEMO_TENANT" -f "$TAPBOT_ROOT/services/booking-api/rides/demo/load.sql" &&
        state_set RIDES_LOADED yes
}
