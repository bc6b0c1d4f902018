import { createServer } from 'node:net';
import { asEarshotError } from '../errors.ts';

/**
 * Throws an EarshotError when another program uses the port. Check it early: loading Earshot takes many seconds on a
 * small computer.
 */
export async function checkPortIsFree(host: string, port: number): Promise<void> {
  if (port === 0) return;
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, resolve);
    });
  } catch (error) {
    throw asEarshotError(error, 'SETTING_INVALID', `${host}:${port}`);
  }
  await new Promise((resolve) => server.close(resolve));
}
