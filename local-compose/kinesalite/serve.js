// Kinesalite's own command listens on all addresses; this one on the loopback address only.
//   node serve.js --port 4567 --path FOLDER [any other option of Kinesalite]
const options = require('minimist')(process.argv.slice(2));
const server = require('kinesalite')(options);

server.listen(options.port, '127.0.0.1', () => {
  console.log(`Kinesalite answers at http://127.0.0.1:${options.port}`);
});
server.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
