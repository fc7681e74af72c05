import { credentials, makeGenericClientConstructor, Metadata, type ClientReadableStream } from '@grpc/grpc-js';
import { join } from 'node:path';
import protobuf from 'protobufjs';

const proto = protobuf.loadSync(join(__dirname, 'streaming-querier.proto'));
const service = proto.lookupService('tempopb.StreamingQuerier');

export type Message = Record<string, unknown>;
type Stream = ClientReadableStream<Message>;

/** A client of the streaming service whose messages protobufjs reads and writes. */
export class QuerierClient {
  readonly #client;

  constructor(url: string) {
    const Client = makeGenericClientConstructor(
      Object.fromEntries(
        service.methodsArray.map(({ name, requestType, responseType }) => {
          const [asked, answered] = [proto.lookupType(requestType), proto.lookupType(responseType)];
          return [
            name,
            {
              path: `/tempopb.StreamingQuerier/${name}`,
              requestStream: false,
              responseStream: true,
              requestSerialize: (message: Message) => Buffer.from(asked.encode(asked.fromObject(message)).finish()),
              requestDeserialize: (bytes: Buffer) => asked.toObject(asked.decode(bytes)),
              responseSerialize: (message: Message) => Buffer.from(answered.encode(message).finish()),
              responseDeserialize: (bytes: Buffer): Message =>
                Object.assign(answered.toObject(answered.decode(bytes), { longs: String, enums: String }), {
                  [BYTES]: bytes.length,
                }),
            },
          ];
        })
      ),
      'StreamingQuerier'
    );
    this.#client = new Client(url.replace('http://', ''), credentials.createInsecure());
  }

  call(method: string, request: Message, headers: Record<string, string> = {}, deadlineMs?: number): Stream {
    const metadata = new Metadata();
    Object.entries(headers).forEach(([name, value]) => metadata.set(name, value));
    const options = deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs };
    return this.#client[method](request, metadata, options) as Stream;
  }

  /** All messages of an answer. Rejects with grpc-js's ServiceError. */
  async all(method: string, request: Message, headers?: Record<string, string>): Promise<Message[]> {
    const messages: Message[] = [];
    for await (const message of this.call(method, request, headers)) {
      messages.push(message as Message);
    }
    return messages;
  }

  close(): void {
    this.#client.close();
  }
}

/** Where a message says how many bytes it had. */
export const BYTES = Symbol('bytes');
