import fastify from 'fastify';
import { setTimeout as pause } from 'node:timers/promises';

import { closeWithin, releaseInTurn, releaseTogether } from './release.ts';

const failing = (message: string) => () => Promise.reject(new Error(message));

describe('steps of a release', () => {
  it.each([
    ['in turn', releaseInTurn],
    ['together', releaseTogether],
  ])('%s are all done before a failure is told', async (_how, release) => {
    const done: string[] = [];
    const slow = async () => {
      await pause(20);
      done.push('slow');
    };
    const throwing = () => {
      throw new Error('at once');
    };
    await expect(release([failing('first'), slow, throwing, () => void done.push('last')])).rejects.toMatchObject({
      message: 'first; at once',
      errors: [new Error('first'), new Error('at once')],
    });
    expect(done.sort()).toEqual(['last', 'slow']);
    await expect(release([slow, failing('alone')])).rejects.toEqual(new Error('alone'));
    await expect(release([slow])).resolves.toBeUndefined();
  });
});

describe('a server that closes within a time', () => {
  it('leaves no timer behind when closing fails', async () => {
    const server = fastify();
    server.addHook('onClose', () => Promise.reject(new Error('no')));
    await server.listen({ host: '127.0.0.1', port: 0 });
    const closeAll = jest.spyOn(server.server, 'closeAllConnections');
    await expect(closeWithin(server, 20)).rejects.toThrow('no');
    await pause(60);
    expect(closeAll).not.toHaveBeenCalled();
  });

  it('ends a connection that sends nothing', async () => {
    const server = fastify({ forceCloseConnections: false });
    server.get('/', async () => {
      await pause(10_000, undefined, { ref: false });
      return 'late';
    });
    const address = await server.listen({ host: '127.0.0.1', port: 0 });
    const answer = fetch(address).then(
      () => 'answered',
      () => 'cut'
    );
    await pause(50);
    await closeWithin(server, 50);
    expect(await answer).toBe('cut');
  });
});
