/** The first `yaml` block after `heading`. */
export function yamlAfter(document: string, heading: string): string {
  const block = document.split(`\n${heading}\n`)[1]?.split('```yaml\n')[1]?.split('```')[0];
  if (block === undefined) throw new Error(`the document has no YAML after "${heading}"`);
  return block;
}
