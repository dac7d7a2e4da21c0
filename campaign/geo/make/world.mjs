// Draws static/map/world.svg ahead of time from Natural Earth's countries, in the Equal Earth projection.
// Run in a folder where npm installed world-atlas@2.0.2 and topojson-client@3.1.0:
//   node world.mjs countries-110m.json > world.svg
// The numbers must be those of campaign/geo/projection.py.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { feature } = createRequire(`${process.cwd()}/`)("topojson-client");
const [A1, A2, A3, A4] = [1.340264, -0.081106, 0.000893, 0.003796];
const WIDTH = 1000;
const [NORTH, SOUTH] = [83.7, -56];
const RIM = raw(0, 180)[0];
const TOP = raw(NORTH, 0)[1];
const HEIGHT = Math.round(((TOP - raw(SOUTH, 0)[1]) * WIDTH) / (2 * RIM));

function raw(latitude, longitude) {
  const angle = Math.asin((Math.sqrt(3) / 2) * Math.sin((latitude * Math.PI) / 180));
  const square = angle * angle;
  const six = square ** 3;
  const width = 3 * (9 * A4 * six * square + 7 * A3 * six + 3 * A2 * square + A1);
  return [
    (2 * Math.sqrt(3) * ((longitude * Math.PI) / 180) * Math.cos(angle)) / width,
    angle * (A1 + A2 * square + six * (A3 + A4 * square)),
  ];
}

function project([longitude, latitude]) {
  const [x, y] = raw(latitude, longitude);
  return [((x + RIM) * WIDTH) / (2 * RIM), ((TOP - y) * WIDTH) / (2 * RIM)];
}

// A ring that crosses the edge of the map becomes one piece on each side.
function ring(points) {
  const pieces = [[]];
  for (const [x, y] of points.map(project)) {
    const piece = pieces.at(-1);
    const here = [Math.round(x * 10), Math.round(y * 10)];
    if (piece.length && Math.abs(piece.at(-1)[0] - here[0]) > 5 * WIDTH) pieces.push([here]);
    else piece.push(here);
  }
  return pieces.map(outline).join("");
}

function outline(points) {
  const steps = points.slice(1).map(([x, y], index) => [x - points[index][0], y - points[index][1]]);
  const moves = steps.filter(([x, y]) => x || y);
  if (moves.length < 2) return "";
  const text = moves.map(([x, y]) => `${short(x)} ${short(y)}`).join(" ").replaceAll(" -", "-");
  return `M${short(points[0][0])} ${short(points[0][1])}l${text}z`;
}

function short(tenths) {
  return String(tenths / 10).replace(/^(-?)0\./, "$1.");
}

const atlas = JSON.parse(readFileSync(process.argv[2]));
const countries = feature(atlas, atlas.objects.countries).features.filter((one) => one.id !== "010");
const paths = countries.map(({ geometry }) => {
  const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  return `<path d="${polygons.flat().map(ring).join("")}"/>`;
});
console.log(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}">`);
console.log(`<symbol id="world" viewBox="0 0 ${WIDTH} ${HEIGHT}">\n${paths.join("\n")}\n</symbol>\n<use href="#world"/>\n</svg>`);
