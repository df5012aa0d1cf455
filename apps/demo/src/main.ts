import { createApp } from './create-app.js';
import { chosenAdapter, chosenPort, unlessTaken } from './environment.js';
import { startOrExplain } from './start-or-explain.js';

await startOrExplain(async () => {
  const adapter = chosenAdapter();
  const port = chosenPort('PORT', 3000);
  const app = await createApp(adapter, process.env['DATA_DIR'] ?? 'data');
  app.enableShutdownHooks();
  await unlessTaken('PORT', app.listen(port));
  console.log(`listening on ${(await app.getUrl()).replace('[::1]', 'localhost').replace('127.0.0.1', 'localhost')}`);
});
