// Starts Kinesalite on the loopback address by default; its own command listens on all addresses.
//   node serve.js --port 4567 --path FOLDER [--host 0.0.0.0] [any other option of Kinesalite]
const options = Object.assign(
  {
    host: '127.0.0.1',
    // Closed shards count, too, so splits and merges would soon reach the default of 10.
    shardLimit: 1000,
    createStreamMs: 20,
    deleteStreamMs: 20,
    updateStreamMs: 20,
  },
  require('minimist')(process.argv.slice(2)),
);
const server = require('kinesalite')(options);

server.listen(options.port, options.host, () => {
  console.log(`Kinesalite listens on http://${options.host}:${options.port}`);
});
server.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
