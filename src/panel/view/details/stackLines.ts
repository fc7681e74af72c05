export interface StackLine {
  /** `message`: what happened. `own`: a call in the program. `library`: one in what it is built on. */
  readonly kind: 'message' | 'own' | 'library';
  readonly text: string;
}

/** Lines of a call, as the runtimes of JavaScript, Java, .NET, Python, Go, Ruby, PHP and Rust write them. */
const CALL =
  /^\s+(at|from)\s|^\s*File ".*", line \d+|^\s*#\d+\s|^\s*\d+:\s+0?x?[0-9a-f]*\s*-?\s*\S|^\t|^\S+\.\S*\(.*\)$|^goroutine \d+|^\S+:\d+:in [`']|^\s{4}\S|^\s*\.\.\. \d+ (more|common)/;

const LIBRARY =
  /node_modules|node:internal|\(internal\/|\bat (java|javax|jdk|sun|com\.sun|kotlin|scala|jakarta|org\.(springframework|apache|eclipse|hibernate|jboss)|io\.(netty|grpc|opentelemetry)|System|Microsoft)\.|site-packages|dist-packages|\/lib\/python\d|\/usr\/local\/go\/src|\/pkg\/mod\/|^(runtime|net\/http)\.|\/gems\/|\/vendor\/|\/rustc\/|\.cargo\/registry|^\s*\.\.\. \d+ (more|common)/;

export function stackLines(text: string): StackLine[] {
  const lines = text.replace(/\s+$/, '').split(/\r?\n/);
  let isLibrary = false;
  return lines.map((line, index) => {
    if (!CALL.test(line)) {
      isLibrary = false;
      return { kind: /^Traceback |^\s*$/.test(line) ? 'library' : 'message', text: line };
    }
    // Python and Go name the place in one line and show the code in the next, or the other way round.
    const isContinued = /^\s{4}\S/.test(line) && index > 0 && /^\s*File "/.test(lines[index - 1]);
    isLibrary = isContinued
      ? isLibrary
      : LIBRARY.test(line) || (/^\S+\(.*\)$/.test(line) && LIBRARY.test(lines[index + 1] ?? ''));
    return { kind: isLibrary ? 'library' : 'own', text: line };
  });
}
