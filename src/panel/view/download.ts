import { otlpToJaegerJson } from '@clew/trace-model';
import { type TraceSource } from '../trace/traceTable';
import { type DownloadFormat } from './Toolbar';

/** Hands the whole trace to the browser as a file. */
export async function download(source: TraceSource, traceId: string, format: DownloadFormat): Promise<void> {
  const otlp = await source.otlp(new AbortController().signal);
  if (format === 'jaeger') {
    save(otlpToJaegerJson(otlp), `trace-${traceId}.jaeger.json`, 'application/json');
  } else {
    save(otlp, `trace-${traceId}.otlp.pb`, 'application/x-protobuf');
  }
}

function save(bytes: Uint8Array, name: string, type: string): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
