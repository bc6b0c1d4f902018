import { readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { Network } from '@earshot/device/network/network.ts';
import { undecided } from './training/calibrate-device.ts';
import { material } from './training/calibration/material.ts';
import { openSceneMaker } from './scenes/scene-maker.ts';
const [,, part, out, sizeText] = process.argv;
const manifest = JSON.parse(readFileSync('models/release/manifest.json','utf8'));
const heads = manifest.heads.map((h:any)=>({label:h.label,bytes:readFileSync('models/release/'+h.file)}));
const labels = heads.map((h:any)=>h.label);
const network = await undecided({trunk: readFileSync('models/release/trunk.onnx'), heads}, labels);
const abort = new AbortController();
const maker = await openSceneMaker({ corpus:'/work/shared/corpus', cache: homedir()+'/.cache/earshot/corpus', part:'calibrate', seed:1, signal: abort.signal });
mkdirSync(out!, {recursive:true});
let n=0; const t=Date.now(); let sec=0;
for await (const s of material(maker, network, JSON.parse(sizeText!), { signal: abort.signal, onProgress: (w,d,t2)=>part==='a'&&w==='confusers'?process.exit(0):console.log(w,d,t2, ((Date.now()-t)/1000).toFixed(0)) })) {
  const {rows, atS, ...meta} = s; sec+=s.seconds;
  const head = Buffer.from(JSON.stringify({...meta, n: atS.length}));
  const len = Buffer.alloc(4); len.writeUInt32LE(head.length);
  writeFileSync(`${out}/${part}-${String(n++).padStart(6,'0')}`, Buffer.concat([len, head, Buffer.from(rows.buffer), Buffer.from(atS.buffer)]));
}
console.log('done', n, 'streams', sec/3600, 'h', process.cpuUsage().user/1e6,'cpu s');
