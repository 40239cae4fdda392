import qrcode from 'qrcode-generator';

/** A QR code as the backend draws one: one path, dark on white, quiet zone of four modules. */
export function drawQr(text: string): { qrSvg: string; qrModules: number; qrLevel: string } {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  const side = size + 8;
  let path = '';
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) if (code.isDark(y, x)) path += `M${x + 4} ${y + 4}h1v1h-1z`;
  }
  return {
    qrSvg: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges"><rect width="${side}" height="${side}" fill="#fff"/><path fill="#000" d="${path}"/></svg>`,
    qrModules: side,
    qrLevel: 'M',
  };
}
