/** A trace id as the store looks for it, or why a text is none, in a sentence. */
export type ReadId = { readonly traceId: string } | { readonly problem: string };

/** Spans of the W3C's and of B3's ids; shorter ones are those whose leading zeros somebody left out. */
const MAX_DIGITS = 32;
const ZEROS = /^0*$/;

const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

/** Case, dashes (as UUIDs have them), spaces around and a `0x` in front make no difference. */
export function readExemplarId(text: string): ReadId {
  const digits = text.trim().toLowerCase().replace(/^0x/, '').replaceAll('-', '');
  if (digits === '') {
    return { problem: 'The label is empty: the client wrote an exemplar without a trace.' };
  }
  if (!/^[0-9a-f]+$/.test(digits)) {
    return {
      problem: /^[\w+/]{11}=$|^[\w+/]{22}==$/.test(text.trim())
        ? `"${shortened(text)}" looks like base64: write the id as hexadecimal digits.`
        : `"${shortened(text)}" is no hexadecimal number.`,
    };
  }
  if (digits.length > MAX_DIGITS) {
    return { problem: `It has ${digits.length} digits, and a trace id has 32.` };
  }
  if (ZEROS.test(digits)) {
    return { problem: 'It is all zeros: the span was not recorded when the exemplar was written.' };
  }
  if (/^\d{17,20}$/.test(digits)) {
    return { problem: `"${digits}" looks like a decimal number: write the id as hexadecimal digits.` };
  }
  return { traceId: digits.padStart(MAX_DIGITS, '0') };
}

/** The first label that has an id, in the order of `names`. */
export function idLabel(
  labels: Readonly<Record<string, string>>,
  names: readonly string[]
): { readonly label: string; readonly id: string } | undefined {
  const label = names.find((name) => Object.hasOwn(labels, name));
  return label === undefined ? undefined : { label, id: labels[label] };
}
