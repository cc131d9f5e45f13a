# SPDX-License-Identifier: MIT
"""bot-gateway under test with booking-api, which its dialogues call."""
from gateway import Gateway
from stand import built

BOOKING = built("services/booking-api/booking-api")


class BookingGateway(Gateway):
    """With the demo's flats and the bot's key."""

    def prepare(self):
        stand = self.stand
        stand.run("--migrate", role="tapbot_migrator", binary=BOOKING)
        stand.load("booking-api")
        self.give("key", stand.key(client="bot", binary=BOOKING))
        self.booking = stand.service(binary=BOOKING, DATABASE_URL=stand.url("booking_runtime"))

    @property
    def variables(self):
        return {**super().variables, "BOOKING_URL": f"http://127.0.0.1:{self.booking.port}"}
