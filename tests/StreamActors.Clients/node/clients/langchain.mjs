import { ChatOpenAI } from '@langchain/openai';
import { callOf, headersOf, retriesOf, tool, versionOf } from '../request.mjs';

export const version = () => versionOf('@langchain/openai');

export async function ask(request, signal, onText) {
  const model = new ChatOpenAI({
    model: request.model, apiKey: request.key, ...retriesOf(request),
    configuration: { baseURL: `${request.url}/v1`, defaultHeaders: headersOf(request) },
  });
  const runnable = request.tools ? model.bindTools([tool]) : model;
  const answer = request.stream
    ? await stream(await runnable.stream(request.prompt, { signal }), onText)
    : await runnable.invoke(request.prompt, { signal });
  if (!request.stream)
    onText(answer.text);
  return {
    finish: answer.response_metadata.finish_reason,
    usage: answer.usage_metadata?.output_tokens,
    tools: (answer.tool_calls ?? []).map(call => callOf(call.name, call.args)),
  };
}

async function stream(chunks, onText) {
  let answer;
  for await (const chunk of chunks) {
    onText(chunk.text);
    answer = answer?.concat(chunk) ?? chunk;
  }

  return answer;
}
