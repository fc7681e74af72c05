import { actionOf, keymap } from './keymap';

const press = (key: string, more: Partial<Parameters<typeof actionOf>[0]> = {}): ReturnType<typeof actionOf> =>
  actionOf({ key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...more });

describe('keymap', () => {
  it('gives no key two meanings', () => {
    const keys = keymap.flatMap(({ keys: bound }) => bound);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('explains every key', () => {
    for (const { labels, keys, text } of keymap) {
      expect(text).not.toBe('');
      expect(labels.length).toBeGreaterThan(0);
      expect(keys.length).toBeGreaterThan(0);
    }
  });

  it.each([
    ['ArrowDown', 'rowDown'],
    ['w', 'zoomIn'],
    ['+', 'zoomIn'],
    ['n', 'nextMatch'],
    ['N', 'previousMatch'],
    ['?', 'help'],
    ['Escape', 'escape'],
  ])('%s: %s', (key, action) => {
    expect(press(key)).toBe(action);
  });

  it('leaves to the browser what belongs to it', () => {
    expect(press('w', { ctrlKey: true })).toBeUndefined();
    expect(press('f', { metaKey: true })).toBeUndefined();
    expect(press('q')).toBeUndefined();
  });

  it('knows shift where it does not change the key', () => {
    expect(press('ArrowLeft', { shiftKey: true })).toBe('panLeft');
    expect(press('ArrowLeft')).toBe('collapseOrParent');
  });
});
