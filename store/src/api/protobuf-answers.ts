import type { FastifyInstance } from 'fastify';

import { encodeMessage } from './grpc/encode-message.ts';
import type { MessageObject, MessageType } from './grpc/message.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route's answer is in protobuf, for who asks for that. */
    protobuf?: MessageType;
  }
}

const PROTOBUF = 'application/protobuf';

/** Answers of routes that name a message type are protobuf where the Accept header says so, as with Tempo. */
export function protobufAnswers(server: FastifyInstance): void {
  server.addHook('preSerialization', async (request, reply, payload: unknown) => {
    const { protobuf } = request.routeOptions.config;
    if (protobuf && reply.statusCode === 200 && String(request.headers.accept ?? '').includes(PROTOBUF)) {
      // Fastify sends bytes as they are; only its types know no serializer but one to text.
      const serialize: (answer: MessageObject) => unknown = (answer) => encodeMessage(protobuf, answer);
      reply.type(PROTOBUF).serializer(serialize as (answer: MessageObject) => string);
    }
    return payload;
  });
}
