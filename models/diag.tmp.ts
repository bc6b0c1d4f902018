import { readFileSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { bagsOf } from './training/calibration/bags.ts';
import { fitDecision, surest, valueOf } from './training/calibration/fit-decision.ts';
const dir = homedir()+'/.cache/earshot-work/streams';
const labels = JSON.parse(readFileSync('models/release/manifest.json','utf8')).heads.map((h:any)=>h.label);
const W = 12 + 7*labels.length;
const dec = JSON.parse(readFileSync('/tmp/decision1.json','utf8'));
const files=readdirSync(dir).sort();
const streams = files.map((f)=>{ const b=readFileSync(`${dir}/${f}`); const l=b.readUInt32LE(0); const meta=JSON.parse(b.toString('utf8',4,4+l)); const o=4+l; const rows=new Float32Array(meta.n*W); new Uint8Array(rows.buffer).set(b.subarray(o,o+rows.byteLength)); const atS=new Float64Array(meta.n); new Uint8Array(atS.buffer).set(b.subarray(o+rows.byteLength,o+rows.byteLength+atS.byteLength)); return {...meta, rows, atS, f}; });
for (const [label,col] of [['smoke_alarm',0],['co_alarm',1]] as const) {
  const out:any[]=[];
  for (const s of streams) for (const e of s.events) if (e.label===label) { const sub={...s,events:[e]}; const bag=bagsOf(label,sub as any,W).find(b=>b.isReal); if(!bag) continue; const mx=(i:number)=>Math.max(...bag.rows.map(r=>r[i]!)); const all=(i:number)=>{let m=0; for(let k=0;k<s.n;k++) if(s.atS[k]>=e.startS&&s.atS[k]<=e.endS+4) m=Math.max(m,s.rows[k*W+i]); return m;};
   out.push({p:e.slices?.pattern, timing:e.slices?.timing, late: e.slices?.groups, band:e.slices?.band, timbre:e.slices?.timbre, snr:e.slices?.snr, dur:(e.endS-e.startS).toFixed(1), t3:mx(0), t4:mx(1), t4all: all(1), t3all: all(0), long:mx(12+7*labels.indexOf(label)+3), peak:mx(12+7*labels.indexOf(label)+1)}); }
  const by:any={}; for(const o of out){ const k=o.p; (by[k]??=[]).push(o);} 
  for(const k in by) { const v=by[k]; const q=(f:any)=>{const a=v.map(f).sort((x:number,y:number)=>x-y); return [0.1,.25,.5,.75].map(z=>a[Math.floor(z*a.length)].toFixed(2)).join('/')}; console.log(label,k,v.length,'t3',q((o:any)=>o.t3),'t4',q((o:any)=>o.t4),'all t3',q((o:any)=>o.t3all),'all t4',q((o:any)=>o.t4all),'peak',q((o:any)=>o.peak)); }
  console.log(out.filter(o=>o.p==='t4'&&o.t4<0.3).slice(0,12).map(o=>JSON.stringify(o)).join('\n'));
}
// top false streams for smoke
for (const label of ['smoke_alarm','co_alarm']) { const d=dec.decision.labels[label]; const names=(await import('@earshot/device/detect/evidence.ts')).evidenceNames(labels); const idx=Object.keys(d.weights).map(n=>names.indexOf(n)); const fitted={bias:d.bias,weights:Float64Array.from(Object.values(d.weights) as number[])};
 const tops=streams.map((s,n)=>{ const bags=bagsOf(label,s as any,W).filter(b=>!b.isReal); let m=-99; for(const b of bags) m=Math.max(m,surest(b,fitted,idx).value); return {f:s.f,kind:s.kind,m,n}; }).sort((a,b)=>b.m-a.m).slice(0,400); const c:any={}; for(const t of tops) c[t.kind+t.f[0]]=(c[t.kind+t.f[0]]??0)+1; console.log(label,'top 400',JSON.stringify(c), 'max', tops[0]!.m.toFixed(2), tops[20]!.m.toFixed(2), tops[100]!.m.toFixed(2)); 
 console.log(tops.slice(0,40).map(t=>t.f+':'+t.m.toFixed(1)).join(' ')); }
