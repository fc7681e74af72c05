import { MARK } from './renderer';

/** One shape around (`x`, `y`). */
export function drawMark(
  context: CanvasRenderingContext2D,
  mark: number,
  x: number,
  y: number,
  size: number,
  colour: string
): void {
  const half = size / 2;
  context.fillStyle = colour;
  context.strokeStyle = colour;
  switch (mark) {
    case MARK.caretOpen:
      polygon(context, [x - half, y - half * 0.55, x + half, y - half * 0.55, x, y + half * 0.65]);
      break;
    case MARK.caretClosed:
      polygon(context, [x - half * 0.55, y - half, x + half * 0.65, y, x - half * 0.55, y + half]);
      break;
    case MARK.error:
      context.beginPath();
      context.arc(x, y, half, 0, Math.PI * 2);
      context.fill();
      context.fillStyle = '#ffffff';
      context.fillRect(x - size * 0.08, y - size * 0.28, size * 0.16, size * 0.32);
      context.fillRect(x - size * 0.08, y + size * 0.13, size * 0.16, size * 0.16);
      break;
    case MARK.event:
      context.fillRect(x - 0.75, y - half, 1.5, size);
      polygon(context, [x - 2.5, y - half - 1, x + 2.5, y - half - 1, x, y - half + 2.5]);
      break;
    case MARK.diamond:
      polygon(context, [x, y - half, x + half, y, x, y + half, x - half, y]);
      break;
    case MARK.link:
      context.lineWidth = 1.25;
      context.beginPath();
      context.moveTo(x - half, y + half);
      context.lineTo(x + half, y - half);
      context.moveTo(x, y - half);
      context.lineTo(x + half, y - half);
      context.lineTo(x + half, y);
      context.stroke();
      break;
    case MARK.warning:
      context.lineWidth = 1.25;
      context.lineJoin = 'round';
      context.beginPath();
      context.moveTo(x, y - half * 0.9);
      context.lineTo(x + half, y + half * 0.8);
      context.lineTo(x - half, y + half * 0.8);
      context.closePath();
      context.stroke();
      context.fillRect(x - 0.6, y - half * 0.3, 1.2, half * 0.55);
      context.fillRect(x - 0.6, y + half * 0.42, 1.2, 1.2);
      break;
    case MARK.clippedLeft:
      polygon(context, [x + half * 0.6, y - half, x + half * 0.6, y + half, x - half * 0.6, y]);
      break;
    case MARK.clippedRight:
      polygon(context, [x - half * 0.6, y - half, x - half * 0.6, y + half, x + half * 0.6, y]);
      break;
  }
}

function polygon(context: CanvasRenderingContext2D, points: readonly number[]): void {
  context.beginPath();
  context.moveTo(points[0], points[1]);
  for (let at = 2; at < points.length; at += 2) {
    context.lineTo(points[at], points[at + 1]);
  }
  context.closePath();
  context.fill();
}
