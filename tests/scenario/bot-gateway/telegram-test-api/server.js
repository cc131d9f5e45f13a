// SPDX-License-Identifier: MIT
// telegram-test-api on loopback, at the port in PORT; prints `listening` when it listens.
const TelegramServer = require('telegram-test-api');

// An answer other than 2xx of a webhook becomes an unhandled rejection; the test checks the answers itself.
process.on('unhandledRejection', (error) => console.error(error.message));
const server = new TelegramServer({host: '127.0.0.1', port: Number(process.env.PORT), storeTimeout: 600});
server.start().then(() => console.log('listening'));
