import { useMemo } from 'preact/hooks';

/**
 * Draws the API's QR code from the paths in its SVG. Only the shapes are used, so that no markup from an answer gets
 * into the page. The code is always dark on light, because not every camera reads light on dark.
 */
export function QrCode({ svg, label }: { svg: string; label: string }) {
  const { viewBox, paths } = useMemo(() => readSvg(svg), [svg]);
  return (
    <svg class="qr" viewBox={viewBox} role="img" aria-label={label} shape-rendering="crispEdges">
      {paths.map((path) => (
        <path key={path.d} d={path.d} fill={path.fill} stroke={path.stroke} />
      ))}
    </svg>
  );
}

function readSvg(svg: string) {
  const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  return {
    viewBox: root.getAttribute('viewBox') ?? '0 0 33 33',
    paths: [...root.querySelectorAll('path')].map((path) => ({
      d: path.getAttribute('d') ?? '',
      fill: path.getAttribute('fill') ?? 'none',
      stroke: path.getAttribute('stroke') ?? 'none',
    })),
  };
}
