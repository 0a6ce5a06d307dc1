import { Ollama } from 'ollama';
import { callOf, headersOf, messagesOf, tool, versionOf } from '../request.mjs';

export const version = () => versionOf('ollama');

const connect = (request, signal) => new Ollama({
  host: request.url,
  headers: { ...headersOf(request), Authorization: `Bearer ${request.key}` },
  // The library can abort only what it streams; the rest by the signal of a fetch of one's own.
  fetch: (url, options) => fetch(url, { ...options, signal: AbortSignal.any([options?.signal, signal].filter(Boolean)) }),
});

/** The models as the library lists and shows them, each with the number of vectors of no text. */
export async function list(request) {
  const client = connect(request);
  const { models } = await client.list();
  return Promise.all(models.map(async ({ name }) => {
    const { model_info: info, capabilities } = await client.show({ model: name });
    const { embeddings } = await client.embed({ model: name, input: '' });
    return `${name}: ${info['general.architecture']}, ${capabilities.join(' ')}, ${embeddings.length}`;
  }));
}

export async function ask(request, signal, onText) {
  const client = connect(request, signal);
  const body = { model: request.model, messages: messagesOf(request), ...(request.tools ? { tools: [tool] } : {}) };
  signal.addEventListener('abort', () => client.abort());
  return request.stream ? stream(client, body, onText) : take(await client.chat(body), onText, []);
}

function take(answer, onText, tools) {
  onText(answer.message?.content);
  tools.push(...(answer.message?.tool_calls ?? []).map(call => callOf(call.function.name, call.function.arguments)));
  return { finish: answer.done ? answer.done_reason ?? 'done' : null, usage: answer.eval_count, tools };
}

async function stream(client, body, onText) {
  const tools = [];
  let last;
  for await (const part of await client.chat({ ...body, stream: true }))
    last = take(part, onText, tools);
  return last;
}
