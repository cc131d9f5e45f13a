# SPDX-License-Identifier: MIT
"""The stand-in with all its parts, in one event loop."""
import asyncio
import time

from .api import Api, new_bell
from .clock import Clock
from .control import Control
from .delivery import TIMEOUT_SECONDS, Delivery
from .faults import Faults
from .http import Server
from .journal import Journal
from .world import World


class Standin:
    def __init__(self, speed=1.0, seed=None, trust=None):
        self.world, self.faults, self.journal = World(Clock(speed), seed), Faults(), Journal()
        self.bell, self.trust, self.deliveries, self.loops = new_bell(self.world), trust, {}, []
        self.api = Api(self.world, self.faults, self.journal, self.bell)
        self.control = Control(self)
        self.server = Server(self.handle, lambda: self.faults.for_accept(time.monotonic()))
        self.timeout = TIMEOUT_SECONDS

    def add_bot(self, name, token):
        """Adds a bot and starts its deliveries. Must be called in the event loop."""
        bot = self.world.add_bot(name, token)
        delivery = Delivery(self.world, bot, self.faults, self.journal, self.api.run_by_answer, self.trust)
        delivery.timeout = self.timeout
        self.deliveries[token] = delivery
        self.loops.append(asyncio.ensure_future(delivery.loop()))
        return bot

    @property
    def webhook_timeout(self):
        return self.timeout

    @webhook_timeout.setter
    def webhook_timeout(self, seconds):
        self.timeout = seconds
        for delivery in self.deliveries.values():
            delivery.timeout = seconds

    def wake_deliveries(self):
        for delivery in self.deliveries.values():
            delivery.bell.ring()
        self.bell.ring()

    async def handle(self, request):
        if request.path.startswith("/control/"):
            return await self.control.handle(request)
        return await self.api.handle(request)

    async def start(self, host, port):
        """Starts the server; returns its port."""
        return await self.server.start(host, port)

    async def stop(self):
        for loop in self.loops:
            loop.cancel()
        await self.server.stop()
