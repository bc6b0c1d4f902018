import type { Phone } from './phone.ts';

/** Calls the API as the app does: from the app's page, with the session cookie and the header `x-earshot-app`. */
export async function callApi<T = void>(phone: Phone, method: string, path: string, body?: unknown): Promise<T> {
  const { status, text } = await phone.page.evaluate(
    async ([verb, address, json]) => {
      const answer = await fetch(address, {
        method: verb,
        headers: { 'x-earshot-app': '1', ...(json === null ? {} : { 'content-type': 'application/json' }) },
        ...(json === null ? {} : { body: json }),
      });
      return { status: answer.status, text: await answer.text() };
    },
    [method, path, body === undefined ? null : JSON.stringify(body)] as const,
  );
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`);
  return (text ? JSON.parse(text) : undefined) as T;
}
