import { JsonMemberError, OtlpJsonEncoder, parseJson, Problems, ProtobufWriter } from '@clew/trace-model';

import { messageOf } from '../errors.ts';
import { MalformedOtlp } from './otlp-wire.ts';

export interface EncodedJson {
  readonly body: Uint8Array;
  /** Spans that could not be encoded; the others are in `body`. */
  readonly refused: number;
  /** Of the first of them: the path of the member and what is wrong with it. */
  readonly firstProblem: string | undefined;
}

/**
 * OTLP/JSON to OTLP protobuf bytes, so that there is one ingest path.
 * Throws MalformedOtlp where the text is no JSON or the envelope around the spans is wrong.
 */
export function encodeOtlpJson(text: string): EncodedJson {
  const problems = new Problems();
  const encoder = new OtlpJsonEncoder(new ProtobufWriter(text.length), problems, 'wire');
  try {
    encoder.add(parseJson(text));
  } catch (error) {
    if (error instanceof JsonMemberError || error instanceof SyntaxError) {
      throw new MalformedJson(messageOf(error));
    }
    throw error;
  }
  return { body: encoder.out.finish(), refused: problems.refused, firstProblem: problems.messages[0] };
}

/** The JSON counterpart of MalformedOtlp: the whole request is refused. */
export class MalformedJson extends MalformedOtlp {
  constructor(problem: string) {
    super(problem, 0);
    this.message = problem;
  }
}
