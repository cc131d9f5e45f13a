// SPDX-License-Identifier: MIT
// telegram-test-api on loopback, at the port in PORT; says when it listens.
const TelegramServer = require('telegram-test-api');

// It rejects where nobody looks when a webhook does not answer 2xx; the test looks itself.
process.on('unhandledRejection', (error) => console.error(error.message));
const server = new TelegramServer({host: '127.0.0.1', port: Number(process.env.PORT), storeTimeout: 600});
server.start().then(() => console.log('listening'));
