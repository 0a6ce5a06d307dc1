import OpenAI from 'openai';
import { callOf, headersOf, messagesOf, retriesOf, tool, versionOf } from '../request.mjs';

export const version = () => versionOf('openai');

const connect = request => new OpenAI({
  baseURL: `${request.url}/v1`, apiKey: request.key, defaultHeaders: headersOf(request), ...retriesOf(request),
});

/** The models as the library lists them. */
export async function list(request) {
  const models = [];
  for await (const model of connect(request).models.list())
    models.push(`${model.id} of ${model.owned_by}`);
  return models;
}

export async function ask(request, signal, onText) {
  const client = connect(request);
  const body = { model: request.model, messages: messagesOf(request), ...(request.tools ? { tools: [tool] } : {}) };
  return request.stream ? stream(client, body, signal, onText) : whole(client, body, signal, onText);
}

async function whole(client, body, signal, onText) {
  const answer = await client.chat.completions.create(body, { signal });
  const [choice] = answer.choices;
  onText(choice.message.content);
  return {
    finish: choice.finish_reason,
    usage: answer.usage?.completion_tokens,
    tools: (choice.message.tool_calls ?? []).map(call => callOf(call.function.name, call.function.arguments)),
  };
}

async function stream(client, body, signal, onText) {
  const chunks = await client.chat.completions.create({ ...body, stream: true, stream_options: { include_usage: true } }, { signal });
  const calls = [];
  let finish = null, usage = null;
  for await (const chunk of chunks) {
    usage = chunk.usage?.completion_tokens ?? usage;
    for (const choice of chunk.choices) {
      onText(choice.delta.content);
      finish = choice.finish_reason ?? finish;
      for (const part of choice.delta.tool_calls ?? []) {
        const call = calls[part.index] ??= { name: '', args: '' };
        call.name += part.function?.name ?? '';
        call.args += part.function?.arguments ?? '';
      }
    }
  }

  // The library ends the loop without a word when it was aborted.
  signal.throwIfAborted();
  return { finish, usage, tools: calls.map(call => callOf(call.name, call.args)) };
}
