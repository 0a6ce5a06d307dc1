// One client library as a process: requests and aborts come in as JSON lines, what the library made of each goes out as JSON lines.
import { createInterface } from 'node:readline';
import { describe } from './describe.mjs';

const client = await import(`./clients/${process.argv[2]}.mjs`);
const running = new Map();
const say = line => process.stdout.write(JSON.stringify(line) + '\n');

async function ask(request) {
  const aborter = new AbortController();
  running.set(request.id, aborter);
  let text = '';
  const onText = part => {
    if (part && !text)
      say({ id: request.id, event: 'text' });
    text += part ?? '';
  };
  const answer = { finish: null, usage: null, tools: [], error: null };
  try {
    request.prompt = request.prompt.repeat(request.repeat);
    Object.assign(answer, await (request.list ? list(request) : client.ask(request, aborter.signal, onText)));
  } catch (error) {
    answer.error = describe(error);
  }
  running.delete(request.id);
  say({ id: request.id, event: 'end', ...answer, text });
}

const list = async request => ({ finish: 'list', tools: await client.list(request) });

// Libraries may raise what nobody awaits; the process must live and the runner must hear of it.
process.on('unhandledRejection', error => say({ event: 'stray', error: describe(error) }));

say({ event: 'ready', version: await client.version() });

createInterface({ input: process.stdin }).on('line', line => {
  const message = JSON.parse(line);
  if (message.do === 'abort')
    running.get(message.id)?.abort();
  else
    ask(message);
}).on('close', () => process.exit());
