import type { Engine } from '../../engine/engine.ts';
import type { Parameters } from '../parameters.ts';
import type { MessageObject, MessageType } from './message.ts';

/** One call, after its request has been read. */
export interface QuerierCall {
  readonly engine: Engine;
  readonly tenant: string;
  readonly parameters: Parameters;
  /** Sends a part of the answer: clients add up its list and keep the rest of the last. Throws once the client is gone. */
  readonly send: (part: object) => void;
}

/** A method of tempopb.StreamingQuerier: what a route of the HTTP API answers, in another form. */
export interface Method {
  readonly name: string;
  readonly request: MessageType;
  readonly response: MessageType;
  /** The list of an answer that is split where it is long, if clients add it up. */
  readonly list?: string;
  /** Names and values of the route's parameters; an empty value is none. */
  readonly parameters: (request: MessageObject) => Readonly<Record<string, unknown>>;
  /** Resolves with what is left to send. */
  readonly answer: (call: QuerierCall) => Promise<object>;
}

/** A number as a parameter; protobuf's default is none. */
export function given(value: unknown, unit = ''): string {
  return value === undefined || value === 0 || value === '0' ? '' : `${String(value)}${unit}`;
}

/** Unix seconds, of metrics nanoseconds. */
export const range = ({ start, end }: MessageObject) => ({ start: given(start), end: given(end) });
