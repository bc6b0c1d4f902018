/**
 * Finds a largest matching of a bipartite graph (Hopcroft-Karp) and returns the left vertex of each matched right
 * vertex.
 *
 * There may be several equally large matchings. The choice between them decides which events are unmatched, and so how
 * many of them sed_eval counts as substitutions. Therefore this code follows sed_eval's own code step by step
 * (sed_eval/util/event_matching.py, after mir_eval, after D. Eppstein, 2002). Even the order of sed_eval's dictionaries
 * is kept, because a Map in JavaScript has the same order.
 */
export function bipartiteMatch(graph: ReadonlyMap<number, readonly number[]>): Map<number, number> {
  const matching = greedy(graph);
  for (;;) {
    const { preds, pred, unmatched } = layers(graph, matching);
    if (unmatched.length === 0) return matching;
    const augment = (v: number): boolean => {
      const left = preds.get(v);
      if (!left) return false;
      preds.delete(v);
      for (const u of left) {
        const before = pred.get(u);
        if (before === undefined) continue;
        pred.delete(u);
        if (before === FIRST_LAYER || augment(before)) {
          matching.set(v, u);
          return true;
        }
      }
      return false;
    };
    for (const v of unmatched) augment(v);
  }
}

const FIRST_LAYER = -1;

function greedy(graph: ReadonlyMap<number, readonly number[]>): Map<number, number> {
  const matching = new Map<number, number>();
  for (const [u, neighbours] of graph) {
    const free = neighbours.find((v) => !matching.has(v));
    if (free !== undefined) matching.set(free, u);
  }
  return matching;
}

/**
 * Arranges the vertices in layers: from the unmatched left vertices to the first layer that contains an unmatched right
 * vertex.
 */
function layers(graph: ReadonlyMap<number, readonly number[]>, matching: ReadonlyMap<number, number>) {
  const preds = new Map<number, number[]>();
  const pred = new Map([...graph.keys()].map((u) => [u, FIRST_LAYER]));
  for (const u of matching.values()) pred.delete(u);
  const unmatched: number[] = [];
  let layer = [...pred.keys()];
  while (layer.length > 0 && unmatched.length === 0) {
    const next = new Map<number, number[]>();
    for (const u of layer) {
      for (const v of graph.get(u) ?? []) if (!preds.has(v)) next.set(v, [...(next.get(v) ?? []), u]);
    }
    layer = [];
    for (const [v, from] of next) {
      preds.set(v, from);
      const u = matching.get(v);
      if (u === undefined) unmatched.push(v);
      else {
        layer.push(u);
        pred.set(u, v);
      }
    }
  }
  return { preds, pred, unmatched };
}
