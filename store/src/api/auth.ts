import { hash, timingSafeEqual } from 'node:crypto';

import { ApiError } from '../errors.ts';

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

/** Answers a check of an Authorization header against `token`, in a time that says nothing about the token. */
export function bearerCheck(token: string): (authorization: string | undefined) => void {
  const expected = digest(token);
  return (authorization) => {
    const given = /^Bearer +(.+)$/i.exec(authorization ?? '')?.[1];
    if (given === undefined || !timingSafeEqual(digest(given), expected)) {
      throw new ApiError('unauthenticated');
    }
  };
}
