/** An attribute as TraceQL writes it: `span.http.route`, `resource.k8s.pod.name`, `.status`, `span."with a space"`. */
export interface AttributeKey {
  /** `any`: the span's attribute, else its resource's. */
  readonly scope: 'span' | 'resource' | 'any';
  readonly name: string;
}

/** Throws RangeError for text that is no such key. */
export function parseAttributeKey(text: string): AttributeKey {
  const match = /^(span|resource)?\.(?:"((?:[^"\\]|\\.)*)"|([^"].*))$/su.exec(text);
  if (!match) {
    throw new RangeError(`${text} is no attribute: write span.name, resource.name or .name`);
  }
  const [, scope = 'any', quoted, plain] = match;
  return {
    scope: scope as AttributeKey['scope'],
    name: quoted === undefined ? plain : quoted.replace(/\\(.)/gsu, '$1'),
  };
}

/** TraceQL reads such a name as it is; others want quotes. */
const PLAIN_NAME = /^[^\s\u0085{}()=~!<>&|^,"]+$/;

export function attributeKeyText({ scope, name }: AttributeKey): string {
  const prefix = scope === 'any' ? '.' : `${scope}.`;
  const plain = PLAIN_NAME.test(name) && !(scope === 'any' && /^[0-9]/.test(name));
  return prefix + (plain ? name : `"${name.replace(/["\\]/g, '\\$&')}"`);
}
