/** jsdom has no canvas: one on which nothing is drawn, and texts have widths. */
export function stubCanvas(): void {
  const values = new Map<string | symbol, unknown>();
  const context = new Proxy(
    {},
    {
      get: (_target, name) => {
        if (values.has(name)) {
          return values.get(name);
        }
        switch (name) {
          case 'measureText':
            return (text: string) => ({ width: text.length * 7 });
          case 'createImageData':
          case 'getImageData':
            return (width: number, height: number) => ({
              width,
              height,
              data: new Uint8ClampedArray(width * height * 4),
            });
          default:
            return () => undefined;
        }
      },
      set: (_target, name, value) => {
        values.set(name, value);
        return true;
      },
    }
  );
  Object.assign(globalThis, {
    ImageData: class {
      readonly data: Uint8ClampedArray;
      readonly width: number;
      readonly height: number;

      constructor(data: Uint8ClampedArray, width: number, height: number) {
        this.data = data;
        this.width = width;
        this.height = height;
      }
    },
  });
  HTMLCanvasElement.prototype.getContext = (() => context) as unknown as HTMLCanvasElement['getContext'];
}
