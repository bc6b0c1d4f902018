import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { calibrate } from './training/calibration/calibrate.ts';
const dir = homedir()+'/.cache/earshot-work/streams';
const labels = JSON.parse(readFileSync('models/release/manifest.json','utf8')).heads.map((h:any)=>h.label);
const W = 12 + 7*labels.length;
const streams = readdirSync(dir).sort().map((f)=>{ const b=readFileSync(`${dir}/${f}`); const l=b.readUInt32LE(0); const meta=JSON.parse(b.toString('utf8',4,4+l)); const o=4+l; const rows=new Float32Array(meta.n*W); new Uint8Array(rows.buffer).set(b.subarray(o,o+rows.byteLength)); const atS=new Float64Array(meta.n); new Uint8Array(atS.buffer).set(b.subarray(o+rows.byteLength,o+rows.byteLength+atS.byteLength)); return {...meta, rows, atS}; });
// mix so that both halves hold every kind
const r = calibrate(labels, streams);
writeFileSync(process.argv[2]!, JSON.stringify(r,null,2));
for (const [l,v] of Object.entries(r.levels)) console.log(l, (['low','medium','high'] as const).map(k=>`${k} t=${v[k]!.threshold.toFixed(3)} perDay=${v[k]!.perDay} miss=${v[k]!.missRate}`).join(' | '));
for (const l of ['smoke_alarm','co_alarm','glass_break','low_battery_chirp']) console.log(l, r.decision.labels[l]!.bias, JSON.stringify(r.decision.labels[l]!.weights));
