// The plotly.js of the cockpit: the core and the trace types of TRACES, nothing else. See README.md.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";

const TRACES = ["bar", "sankey", "scatter"];
const TARGET = "../../assets/vendor";
const CODE = `${TARGET}/plotly.min.js`;

const entry = `const Plotly = require("plotly.js/lib/core");
Plotly.register([${TRACES.map((t) => `require("plotly.js/lib/${t}")`).join(", ")}]);
module.exports = Plotly;`;

function manifest(name) {
  return JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8"));
}

/** Name, version and licence text of every package that the bundle holds a part of. */
function licences(inputs) {
  const names = new Set(Object.keys(inputs).map((p) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(p)?.[1]).filter(Boolean));
  return [...names].sort().map((name) => {
    const folder = `node_modules/${name}`;
    const found = existsSync(folder) ? readdirSync(folder).filter((f) => /^(licen[cs]e|copying)/i.test(f)) : [];
    const text = found.map((f) => readFileSync(`${folder}/${f}`, "utf8").trim()).join("\n\n");
    const { version, license } = manifest(name);
    return `${name} ${version} (${license})\n\n${text || "The package holds no licence text; the licence is the one named above."}`;
  });
}

/** A Sankey's bands would fade in for half a second with every change of a filter: that tells nothing, and one waits for it. */
const still = {
  name: "still",
  setup({ onLoad }) {
    onLoad({ filter: /plotly\.js[/\\]src[/\\]traces[/\\]sankey[/\\]constants\.js$/ }, ({ path }) => {
      const [before, after, ...more] = readFileSync(path, "utf8").split("duration: 500");
      if (after === undefined || more.length) { throw new Error(`${path} states no duration of 500 ms any more`); }
      return { contents: `${before}duration: 0${after}` };
    });
  },
};

const version = manifest("plotly.js").version;
const result = await build({
  stdin: { contents: entry, resolveDir: "." },
  bundle: true,
  format: "iife",
  globalName: "Plotly",
  minify: true,
  target: "es2020",
  legalComments: "none",
  loader: { ".glsl": "text", ".css": "empty" },
  alias: { regl: "@plotly/regl", stream: "stream-browserify" },
  define: { global: "window", "define.amd": "false", "process.env.NODE_DEBUG": "false" },
  banner: { js: `/* plotly.js ${version}, traces ${TRACES.join(" ")}; licences in plotly.LICENSES.txt */` },
  plugins: [still],
  write: false,
  metafile: true,
});
const code = result.outputFiles[0].contents;
mkdirSync(TARGET, { recursive: true });
writeFileSync(CODE, code);
writeFileSync(`${TARGET}/plotly.LICENSES.txt`, licences(result.metafile.inputs).join(`\n\n${"-".repeat(80)}\n\n`) + "\n");
const made = { version, traces: TRACES, sha256: createHash("sha256").update(code).digest("hex"), bytes: code.length };
writeFileSync("bundle.json", JSON.stringify(made, null, 2) + "\n");
console.log(made);
