import { jaegerJsonToOtlp } from '../jaeger/jaeger-json-to-otlp.ts';
import { JsonMemberError } from '../json/members.ts';
import { parseJson } from '../json/parse-json.ts';
import { Problems } from '../json/problems.ts';
import { readDocument } from '../json/text.ts';
import { LIST_ELEMENT } from '../otlp/fields.ts';
import { OtlpJsonEncoder } from '../otlp/from-json.ts';
import { ProtobufError, ProtobufReader } from '../protobuf/reader.ts';
import { WIRE_LENGTH } from '../protobuf/wire.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import { zipkinJsonToOtlp } from '../zipkin/zipkin-json-to-otlp.ts';
import { checkOtlp } from './check-otlp.ts';
import { sniffJson, type JsonFormat } from './sniff-json.ts';
import { ACCEPTED, TraceFileError } from './trace-file-error.ts';
import type { Translation } from './translation.ts';

export type TraceFileFormat = 'otlp-json' | 'otlp-protobuf' | 'jaeger' | 'zipkin';

export interface OpenedTraceFile {
  readonly format: TraceFileFormat;
  /** OTLP TracesData with at least one span. May be the file's own bytes. */
  readonly otlp: Uint8Array;
  readonly spans: number;
  /** Spans that were left out. */
  readonly refused: number;
  /** Why, for the first of them, and what else is missing. Empty if all is well. */
  readonly problems: readonly string[];
}

/** JSON becomes one string, and engines have none much longer than this. */
const MAX_JSON_BYTES = 500_000_000;

const LINE_FEED = 0x0a;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

/** What a file begins with that is something else, and what to do with it. */
const OTHER_FILES: ReadonlyArray<readonly [start: readonly number[], what: string]> = [
  [[0x1f, 0x8b], 'The file is compressed with gzip: decompress it first'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'The file is compressed with zstd: decompress it first'],
  [[0x50, 0x4b, 0x03, 0x04], 'The file is a zip archive: open a file that is in it'],
  [[0xff, 0xfe], 'The file is text in UTF-16: save it as UTF-8'],
  [[0xfe, 0xff], 'The file is text in UTF-16: save it as UTF-8'],
];

/**
 * Traces from a file of any accepted format, which is found by its content: OTLP as protobuf (TracesData, or what Tempo's API
 * answers), as JSON (hex or base64 ids, `resourceSpans`, or `batches` as Grafana and Tempo write them) or as JSON lines, as
 * the OpenTelemetry Collector's file exporter writes them; Jaeger's JSON; Zipkin's v2 JSON.
 *
 * A bad span among good ones is left out and counted. Throws TraceFileError for a file without any span that can be read;
 * its message says what is wrong and what is accepted.
 */
export function openTraceFile(bytes: Uint8Array): OpenedTraceFile {
  const other = OTHER_FILES.find(([start]) => start.every((byte, at) => bytes[at] === byte));
  if (other) {
    throw refusal(other[1]);
  }
  const start = jsonStart(bytes);
  if (start === bytes.length) {
    throw refusal('The file is empty');
  }
  const looksLikeJson = bytes[start] === OPEN_BRACE || bytes[start] === OPEN_BRACKET;
  // Protobuf of TracesData begins with a line feed, which may stand before JSON, too.
  if (looksLikeJson && !(bytes[0] === LINE_FEED && isTracesData(bytes))) {
    return openJson(bytes, start);
  }
  return openProtobuf(bytes);
}

function refusal(problem: string, cause?: unknown): TraceFileError {
  return new TraceFileError(`${problem}. ${ACCEPTED}.`, cause === undefined ? undefined : { cause });
}

function opened(format: TraceFileFormat, { otlp, spans }: Translation, problems: Problems): OpenedTraceFile {
  if (spans === 0) {
    const [first] = problems.messages;
    throw refusal(
      first === undefined
        ? 'There is no span in the file'
        : `No span in the file can be read. What is wrong first: ${first}`
    );
  }
  return { format, otlp, spans, refused: problems.refused, problems: problems.messages };
}

/** Past the byte order mark and white space. */
function jsonStart(bytes: Uint8Array): number {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (at < bytes.length && (bytes[at] === 0x20 || (bytes[at] >= 0x09 && bytes[at] <= 0x0d))) {
    at += 1;
  }
  return at;
}

function isTracesData(bytes: Uint8Array): boolean {
  try {
    return checkOtlp(bytes, new Problems()).spans > 0;
  } catch (error) {
    if (error instanceof ProtobufError) {
      return false;
    }
    throw error;
  }
}

function openProtobuf(bytes: Uint8Array): OpenedTraceFile {
  const problems = new Problems();
  try {
    const found = checkOtlp(bytes, problems);
    if (found.spans > 0) {
      return opened('otlp-protobuf', found, problems);
    }
  } catch (error) {
    if (error instanceof ProtobufError) {
      throw refusal(`The file is neither JSON nor OTLP protobuf (${error.message})`, error);
    }
    throw error;
  }
  const inner = insideResponse(bytes);
  const innerProblems = new Problems();
  const found = inner && tryCheck(inner, innerProblems);
  if (found && found.spans > 0) {
    return opened('otlp-protobuf', found, innerProblems);
  }
  return opened('otlp-protobuf', { otlp: bytes, spans: 0 }, problems);
}

function tryCheck(bytes: Uint8Array, problems: Problems): Translation | undefined {
  try {
    return checkOtlp(bytes, problems);
  } catch (error) {
    if (error instanceof ProtobufError) {
      return undefined;
    }
    throw error;
  }
}

/** The trace in tempopb.TraceByIDResponse, which is its first field. */
function insideResponse(bytes: Uint8Array): Uint8Array | undefined {
  const reader = new ProtobufReader(bytes);
  return reader.next() && reader.is(LIST_ELEMENT, WIRE_LENGTH) ? reader.bytesView() : undefined;
}

function openJson(bytes: Uint8Array, start: number): OpenedTraceFile {
  if (bytes.length > MAX_JSON_BYTES) {
    throw refusal(`The file has ${bytes.length} bytes, and JSON is read up to ${MAX_JSON_BYTES}`);
  }
  try {
    const first = lineEnd(bytes, start);
    const firstLine = first < lastByte(bytes) ? parsed(readDocument(bytes, start, first)) : undefined;
    // Other JSON that has several lines has none that is whole.
    return typeof firstLine === 'object' && firstLine !== null
      ? openLines(bytes, start)
      : openDocument(parseJson(readDocument(bytes, start, bytes.length)));
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw refusal(`The file is not well-formed JSON (${error.message})`, error);
    }
    if (error instanceof JsonMemberError) {
      throw refusal(`The file is not as it should be: ${error.message}`, error);
    }
    if (error instanceof RangeError) {
      throw refusal('Values in the file are nested too deep', error);
    }
    throw error;
  }
}

function lineEnd(bytes: Uint8Array, start: number): number {
  const end = bytes.indexOf(LINE_FEED, start);
  return end < 0 ? bytes.length : end;
}

/** Where the white space at the end begins. */
function lastByte(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] <= 0x20) {
    end -= 1;
  }
  return end;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}

function openDocument(document: unknown): OpenedTraceFile {
  const problems = new Problems();
  const { format, content } = sniffed(document);
  switch (format) {
    case 'jaeger':
      return opened('jaeger', jaegerJsonToOtlp(content, problems), problems);
    case 'zipkin':
      return opened('zipkin', zipkinJsonToOtlp(content, problems), problems);
    case 'otlp': {
      const encoder = new OtlpJsonEncoder(new ProtobufWriter(65_536), problems, 'file');
      for (const [index, request] of content.entries()) {
        encoder.add(request, content.length > 1 ? `[${index}].` : '');
      }
      return opened('otlp-json', { otlp: encoder.out.finish(), spans: encoder.spans }, problems);
    }
  }
}

function sniffed(document: unknown): JsonFormat {
  const found = sniffJson(document);
  if (typeof found === 'string') {
    throw refusal(found);
  }
  return found;
}

/** Each line is a document of OTLP; those of other formats become one array. */
function openLines(bytes: Uint8Array, start: number): OpenedTraceFile {
  const problems = new Problems();
  const encoder = new OtlpJsonEncoder(new ProtobufWriter(bytes.length), problems, 'file');
  const others: unknown[] = [];
  let number = 0;
  for (let at = start, end; at < bytes.length; at = end + 1) {
    end = lineEnd(bytes, at);
    number += 1;
    const text = readDocument(bytes, at, end).trim();
    if (text !== '') {
      openLine(text, `line ${number}: `, encoder, others, problems);
    }
  }
  if (encoder.spans === 0 && others.length > 0) {
    return openDocument(others);
  }
  if (others.length > 0) {
    problems.note(`${others.length} lines have no resourceSpans`);
  }
  return opened('otlp-json', { otlp: encoder.out.finish(), spans: encoder.spans }, problems);
}

function openLine(text: string, where: string, encoder: OtlpJsonEncoder, others: unknown[], problems: Problems): void {
  try {
    const document = parseJson(text);
    const found = sniffJson(document);
    if (typeof found === 'string' || found.format !== 'otlp') {
      others.push(document);
      return;
    }
    for (const request of found.content) {
      encoder.add(request, where);
    }
  } catch (error) {
    if (!(error instanceof SyntaxError) && !(error instanceof JsonMemberError)) {
      throw error;
    }
    problems.note(`${where}${error.message}`);
  }
}
